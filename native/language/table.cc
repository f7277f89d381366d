// SPDX-License-Identifier: MIT
#include "table.h"

#include <algorithm>

namespace yl {

namespace {

uint32_t round_up(uint32_t count, uint32_t least) {
  return count <= least ? least : 1u << (32 - __builtin_clz(count - 1));
}

bool in_array(const Table *table, Value key) { return is_int(key) && static_cast<uint32_t>(as_int(key)) - 1 < table->array_count; }

/** Bytes of the buffer that an array part or the slots are in; 0 when they are in the table's own object, behind it. */
size_t owned_bytes(const Table *table, const Value *values, uint32_t capacity) {
  bool is_inside = reinterpret_cast<uintptr_t>(values) - reinterpret_cast<uintptr_t>(table) < table->header.size_bytes;
  return is_inside ? 0 : capacity * sizeof(Value);
}

void free_values(TableSpace &space, Table *table, Value *values, uint32_t capacity) {
  if (size_t bytes = owned_bytes(table, values, capacity)) space.heap.free_buffer(values, bytes);
}

void reserve_array(TableSpace &space, Table *table, uint32_t count) {
  if (count <= table->array_capacity) return;
  uint32_t capacity = round_up(count, 4);
  if (table->site) space.sites.grows(table->site, table->array_capacity, capacity);
  Value *array = space.heap.allocate_array<Value>(capacity);
  if (table->array_count) memcpy(array, table->array, table->array_count * sizeof(Value));
  free_values(space, table, table->array, table->array_capacity);
  table->array = array;
  table->array_capacity = capacity;
}

void reserve_slots(TableSpace &space, Table *table, uint32_t count) {
  uint32_t old = slot_capacity(table);
  if (count <= old) return;
  uint32_t capacity = round_up(count, 4);
  Value *slots = space.heap.allocate_array<Value>(capacity);
  if (table->shape->slot_count) memcpy(slots, table->slots, table->shape->slot_count * sizeof(Value));
  free_values(space, table, table->slots, old);
  table->slots = slots;
  table->header.flags = static_cast<uint16_t>(capacity);
}

/** The last element of the array part is never nil. */
void drop_trailing_nils(Table *table) {
  while (table->array_count && table->array[table->array_count - 1] == kNil) table->array_count--;
}

/** Take the value of an integer key out of the hash part; nil when it is not there. */
Value take_from_hash(Table *table, uint32_t key) {
  HashEntry *entry = hash_find(table->hash, box_int(static_cast<int32_t>(key)));
  if (!entry) return kNil;
  Value value = entry->value;
  hash_forget(*entry);
  return value;
}

/** Key array_count + 1 is never in the hash part. */
void migrate_following(TableSpace &space, Table *table) {
  if (!table->hash) return;
  for (;;) {
    Value value = take_from_hash(table, table->array_count + 1);
    if (value == kNil) return;
    reserve_array(space, table, table->array_count + 1);
    table->array[table->array_count++] = value;
  }
}

/**
 * How long the array part would best be, given that `key` is to be added: the largest power of two of whose elements more than half
 * are in use, as in lua5.1. So `for i = 2, n do t[i] = true end` fills an array too.
 */
uint32_t best_array_length(Table *table, int32_t key) {
  uint32_t counts[32] = {}; // counts[b]: integer keys in (2^(b-1), 2^b]
  auto count = [&](uint32_t integer) { counts[integer <= 1 ? 0 : 32 - __builtin_clz(integer - 1)]++; };
  count(static_cast<uint32_t>(key));
  for (uint32_t at = 0; at < table->hash->used; at++) {
    const HashEntry &entry = table->hash->entries()[at];
    if (is_int(entry.key) && as_int(entry.key) > 0 && entry.value != kNil) count(static_cast<uint32_t>(as_int(entry.key)));
  }
  uint32_t best = 0, total = 0;
  for (uint32_t bit = 0; bit < 31; bit++) {
    uint32_t length = 1u << bit;
    total += counts[bit];
    if (total + std::min(table->array_count, length) > length / 2) best = length;
  }
  return best;
}

/** Make the array part reach up to the largest integer key within `length`; elements between that are not there become holes. */
void extend_array(TableSpace &space, Table *table, uint32_t length) {
  reserve_array(space, table, length);
  uint32_t count = table->array_count;
  HashEntry *entries = table->hash->entries();
  std::fill(table->array + count, table->array + length, kNil);
  for (uint32_t at = 0; at < table->hash->used; at++) {
    if (!is_int(entries[at].key) || entries[at].value == kNil) continue;
    int32_t key = as_int(entries[at].key);
    if (key <= 0 || static_cast<uint32_t>(key) > length) continue;
    table->array[key - 1] = entries[at].value;
    hash_forget(entries[at]);
    count = std::max(count, static_cast<uint32_t>(key));
  }
  table->array_count = count;
  migrate_following(space, table);
}

void hash_set(TableSpace &space, Table *table, Value key, Value value) {
  if (HashEntry *entry = hash_find(table->hash, key)) {
    entry->value = value;
    return;
  }
  if (value == kNil) return;
  if (hash_is_full(table->hash)) {
    if (table->hash && is_int(key) && as_int(key) > 0) {
      uint32_t length = best_array_length(table, as_int(key));
      if (length > table->array_count && length >= static_cast<uint32_t>(as_int(key))) {
        extend_array(space, table, length);
        // The new key is within the capacity now, but perhaps not next to the last element.
        for (uint32_t at = table->array_count; at < static_cast<uint32_t>(as_int(key)); at++) table->array[at] = kNil;
        table->array_count = std::max(table->array_count, static_cast<uint32_t>(as_int(key)));
        table->array[as_int(key) - 1] = value;
        migrate_following(space, table);
        return;
      }
    }
    table->hash = hash_resize(space.heap, table->hash, hash_count(table->hash) + 1);
  }
  hash_append(table->hash, key, value);
}

void become_dictionary(TableSpace &space, Table *table) {
  Shape *old = table->shape, *shape = space.delegations.becomes_dictionary(table);
  table->hash = hash_resize(space.heap, table->hash, hash_count(table->hash) + old->slot_count + 1);
  for (uint32_t slot = 0; slot < old->slot_count; slot++)
    if (table->slots[slot] != kNil) hash_append(table->hash, box(key_at(old, slot)), table->slots[slot]);
  free_values(space, table, table->slots, slot_capacity(table));
  table->slots = nullptr;
  table->header.flags = 0;
  table->shape = shape;
}

} // namespace

Table *table_new(TableSpace &space, uint32_t array_elements, uint32_t fields) {
  bool is_small = array_elements <= kMostInlineValues && fields <= kMostInlineValues - array_elements;
  size_t inside = is_small ? array_elements + fields : 0;
  auto *table = space.heap.allocate<Table>(kKindTable, sizeof(Table) + inside * sizeof(Value));
  auto *values = reinterpret_cast<Value *>(table + 1);
  table->array = is_small ? values : nullptr;
  table->array_count = 0;
  table->array_capacity = is_small ? array_elements : 0;
  table->shape = space.shapes.empty();
  table->slots = is_small ? values + array_elements : nullptr;
  table->header.flags = static_cast<uint16_t>(is_small ? fields : 0);
  table->hash = nullptr;
  table->metatable = nullptr;
  table->is_metatable = table->site = 0;
  reserve_array(space, table, array_elements);
  reserve_slots(space, table, std::min(fields, kMaximumShapeSlots));
  return table;
}

Table *table_new_globals(TableSpace &space, Globals &globals) {
  auto *table = space.heap.allocate<GlobalsTable>(kKindTable, sizeof(GlobalsTable));
  auto header = table->header;
  static_cast<Table &>(*table) = Table{};
  table->header = header;
  table->shape = space.shapes.globals();
  table->globals = &globals;
  return table;
}
void table_reserve_slots(TableSpace &space, Table *table, uint32_t count) { reserve_slots(space, table, count); }

Value table_get_string(Table *table, String *key) {
  if (!table->shape->is_dictionary) {
    int slot = find_slot(table->shape, key);
    return slot < 0 ? kNil : table->slots[slot];
  }
  if (table->shape->is_globals) {
    const GlobalCell *cell = globals_of(table).find(key);
    return cell ? cell->value : kNil;
  }
  HashEntry *entry = hash_find(table->hash, box(key));
  return entry ? entry->value : kNil;
}

Value table_get_int(Table *table, int32_t key) {
  if (static_cast<uint32_t>(key) - 1 < table->array_count) return table->array[key - 1];
  HashEntry *entry = hash_find(table->hash, box_int(key));
  return entry ? entry->value : kNil;
}

Value table_get(Table *table, Value key) {
  if (is_string(key)) return table_get_string(table, as_string(key));
  key = canonical_key(key);
  if (is_int(key)) return table_get_int(table, as_int(key));
  HashEntry *entry = hash_find(table->hash, key);
  return entry ? entry->value : kNil;
}

void table_set(TableSpace &space, Table *table, Value key, Value value) {
  if (is_string(key)) return table_set_string(space, table, as_string(key), value);
  key = canonical_key(key);
  if (is_int(key)) return table_set_int(space, table, as_int(key), value);
  hash_set(space, table, key, value);
}

namespace {

/** Give a new key a slot; false when there are too many shapes or slots already. */
bool add_slot(TableSpace &space, Table *table, String *key, Value value) {
  uint32_t count = table->shape->slot_count;
  Shape *shape = count < kMaximumShapeSlots ? space.shapes.add_key(table->shape, key) : nullptr;
  if (!shape) return false;
  reserve_slots(space, table, count + 1);
  table->slots[count] = value;
  table->shape = shape;
  return true;
}

} // namespace

void table_set_string(TableSpace &space, Table *table, String *key, Value value) {
  space.delegations.changes(table, key);
  if (!table->shape->is_dictionary) {
    int slot = find_slot(table->shape, key);
    if (slot >= 0) {
      table->slots[slot] = value;
      return;
    }
    if (value == kNil || add_slot(space, table, key, value)) return;
    become_dictionary(space, table);
  }
  if (table->shape->is_globals) {
    Globals &globals = globals_of(table);
    if (value != kNil || globals.find(key)) globals.set(globals.cell(key), value);
    return;
  }
  hash_set(space, table, box(key), value);
}

void table_clear_field(TableSpace &space, Table *table, String *key) {
  Shape *shape = table->shape;
  bool is_absent = !shape->is_dictionary && find_slot(shape, key) < 0;
  if (!is_absent) table_set_string(space, table, key, kNil);
  else if (space.delegations.keeps_nil(shape, key)) add_slot(space, table, key, kNil);
}

void table_set_int(TableSpace &space, Table *table, int32_t key, Value value) {
  uint32_t index = static_cast<uint32_t>(key) - 1;
  if (index < table->array_count) {
    table->array[index] = value;
    if (value == kNil) drop_trailing_nils(table);
  } else if (index == table->array_count) {
    if (value == kNil) return;
    reserve_array(space, table, index + 1);
    table->array[index] = value;
    table->array_count++;
    migrate_following(space, table);
  } else {
    hash_set(space, table, box_int(key), value);
  }
}

void table_set_list(TableSpace &space, Table *table, uint32_t start, const Value *values, uint32_t count) {
  if (!count) return;
  uint32_t last = start + count - 1;
  reserve_array(space, table, last);
  for (uint32_t key = table->array_count + 1; key < start; key++) table->array[key - 1] = take_from_hash(table, key);
  if (table->hash)
    for (uint32_t key = start; key <= last; key++) take_from_hash(table, key);
  memcpy(table->array + start - 1, values, count * sizeof(Value));
  table->array_count = std::max(table->array_count, last);
  drop_trailing_nils(table);
  migrate_following(space, table);
}

bool table_try_set(const TableSpace &space, Table *table, Value key, Value value) {
  if (is_string(key) && space.delegations.matters(table, as_string(key))) return false;
  if (is_string(key) && !table->shape->is_dictionary) {
    int slot = find_slot(table->shape, as_string(key));
    if (slot >= 0) table->slots[slot] = value;
    return slot >= 0 || value == kNil;
  }
  if (is_string(key) && table->shape->is_globals) {
    GlobalCell *cell = globals_of(table).find(as_string(key));
    if (!cell) return value == kNil;
    if (cell->flags) return false;
    cell->value = value;
    return true;
  }
  key = canonical_key(key);
  if (in_array(table, key)) {
    table->array[as_int(key) - 1] = value;
    if (value == kNil) drop_trailing_nils(table);
    return true;
  }
  if (is_int(key) && static_cast<uint32_t>(as_int(key)) - 1 == table->array_count) {
    if (value == kNil) return true;
    if (table->array_count == table->array_capacity) return false;
    if (hash_find(table->hash, box_int(as_int(key) + 1))) return false; // would have to follow into the array
    table->array[table->array_count++] = value;
    return true;
  }
  if (HashEntry *entry = hash_find(table->hash, key)) {
    entry->value = value;
    return true;
  }
  if (value == kNil) return true;
  if (hash_is_full(table->hash)) return false;
  hash_append(table->hash, key, value);
  return true;
}

bool table_next(Table *table, Value key, TableEntry *out) {
  uint32_t index = 0, slot = 0, entry = 0;
  const Shape *shape = table->shape;
  uint32_t slot_count = shape->is_globals ? globals_of(table).count() : shape->slot_count;
  if (key == kNil) {
    // from the beginning
  } else if (is_string(key) && !shape->is_dictionary) {
    int found = find_slot(shape, as_string(key));
    if (found < 0) return false;
    index = table->array_count;
    slot = static_cast<uint32_t>(found) + 1;
  } else if (is_string(key) && shape->is_globals) {
    const GlobalCell *cell = globals_of(table).find(as_string(key));
    if (!cell) return false;
    index = table->array_count;
    slot = cell->index + 1;
  } else {
    key = canonical_key(key);
    if (in_array(table, key)) {
      index = static_cast<uint32_t>(as_int(key));
    } else if (HashEntry *found = hash_find(table->hash, key)) {
      index = table->array_count;
      slot = slot_count;
      entry = static_cast<uint32_t>(found - table->hash->entries()) + 1;
    } else if (is_int(key) && static_cast<uint32_t>(as_int(key)) - 1 < table->array_capacity) {
      index = table->array_count; // it was the last element until the traversal assigned nil to it
    } else {
      return false;
    }
  }
  for (; index < table->array_count; index++)
    if (table->array[index] != kNil) return *out = {box_int(static_cast<int32_t>(index + 1)), table->array[index]}, true;
  for (; slot < slot_count; slot++) {
    TableEntry found;
    if (shape->is_globals) found = {box(globals_of(table).at(slot).name), globals_of(table).at(slot).value};
    else found = {box(key_at(shape, slot)), table->slots[slot]};
    if (found.value != kNil) return *out = found, true;
  }
  for (; table->hash && entry < table->hash->used; entry++)
    if (const HashEntry &found = table->hash->entries()[entry]; found.value != kNil) return *out = {found.key, found.value}, true;
  *out = {kNil, kNil};
  return true;
}

size_t table_owned_bytes(const Table *table) {
  size_t bytes = 0;
  if (size_t array = owned_bytes(table, table->array, table->array_capacity)) bytes += Heap::buffer_bytes(array);
  if (size_t slots = owned_bytes(table, table->slots, slot_capacity(table))) bytes += Heap::buffer_bytes(slots);
  if (table->hash) bytes += Heap::buffer_bytes(hash_part_bytes(table->hash->capacity));
  return bytes;
}

void table_release(Heap &heap, Table *table) {
  if (size_t array = owned_bytes(table, table->array, table->array_capacity)) heap.release_buffer(table->array, array);
  if (size_t slots = owned_bytes(table, table->slots, slot_capacity(table))) heap.release_buffer(table->slots, slots);
  if (table->hash) heap.release_buffer(table->hash, hash_part_bytes(table->hash->capacity));
}

} // namespace yl
