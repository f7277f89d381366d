// SPDX-License-Identifier: MIT
// Leaf helpers: run in place on a language stack. They allocate nothing, raise nothing and call nothing that needs much stack.
#include <cmath>

#include "helpers.h"
#include "metatable.h"
#include "requests.h"
#include "string-table.h"
#include "table.h"

namespace yl {

namespace {

/**
 * Note where a field was found. `reference` and `index` are also the interpreter's inline cache, so they always are a shape and a slot
 * that exists in it: what is not found leaves them alone.
 */
void record(Feedback *feedback, Shape *shape, int slot) {
  if (shape->is_dictionary) {
    feedback->bits |= kFieldDictionary;
  } else if (slot < 0) {
    feedback->bits |= kFieldAbsent;
  } else {
    if (feedback->reference && feedback->reference != reinterpret_cast<uint64_t>(shape)) feedback->bits |= kFieldPolymorphic;
    feedback->reference = reinterpret_cast<uint64_t>(shape);
    feedback->index = static_cast<uint32_t>(slot);
    feedback->bits |= kFieldSeen;
  }
}

} // namespace
} // namespace yl

using namespace yl;

void yl_leaf_record_switch(Coroutine *next) {
  Runtime &runtime = runtime_of(next);
  uint64_t now = ticks_now();
  runtime.events.record({0, now, now, 0, next->id, EventKind::kSwitch});
  // A leaf helper may not call anybody: the next safepoint does.
  if (runtime.events.half_full() && !is_requested(runtime)) request(runtime, kEventsRequest);
}

Value yl_leaf_get(Table *table, Value key) { return key == kNil ? kNil : table_get(table, key); }

Value yl_leaf_index(Coroutine *co, Table *table, Value key) { return index_through_tables(runtime_of(co), table, key); }

Value yl_leaf_get_global(Coroutine *co, GlobalCell *cell) {
  Runtime &runtime = runtime_of(co);
  return index_through_tables(runtime, runtime.globals_table, box(cell->name));
}

Value yl_leaf_get_field(Feedback *feedback, Table *table, Value key) {
  Shape *shape = table->shape;
  if (shape->is_dictionary) {
    record(feedback, shape, -1);
    return table_get_string(table, as_string(key));
  }
  int slot = find_slot(shape, as_string(key));
  record(feedback, shape, slot);
  return slot < 0 ? kNil : table->slots[slot];
}

uint64_t yl_leaf_set_field(Feedback *feedback, Table *table, Value key, Value value) {
  Shape *shape = table->shape;
  int slot = shape->is_dictionary ? -1 : find_slot(shape, as_string(key));
  record(feedback, shape, slot);
  // A new key of a table with a metatable may be __newindex's.
  if (table->metatable && (slot < 0 || table->slots[slot] == kNil)) {
    feedback->bits |= kFieldMetatable;
    if (slot >= 0 || table_get_string(table, as_string(key)) == kNil) return 0;
  }
  if (slot >= 0) {
    table->slots[slot] = value;
    return 1;
  }
  return shape->is_dictionary ? table_try_set(table, key, value) : value == kNil;
}

uint64_t yl_leaf_set_index(Table *table, Value key, Value value) {
  if (key == kNil || (is_double(key) && as_double(key) != as_double(key))) return 0;
  if (table->metatable && table_get(table, key) == kNil) return 0;
  return table_try_set(table, key, value);
}

yg_pair yl_leaf_next(Coroutine *, Table *table, Value key) {
  TableEntry entry;
  if (!table_next(table, key, &entry)) return {kNil, kFalse};
  return {entry.key, entry.value};
}

uint64_t yl_leaf_less_strings(Value a, Value b) { return string_less(as_string(a), as_string(b)); }
uint64_t yl_leaf_less_equal_strings(Value a, Value b) { return !string_less(as_string(b), as_string(a)); }

double yl_leaf_pow(double a, double b) { return std::pow(a, b); }
double yl_leaf_mod(double a, double b) { return a - std::floor(a / b) * b; }
double yl_leaf_floor(double a) { return std::floor(a); }
