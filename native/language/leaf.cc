// SPDX-License-Identifier: MIT
// Leaf helpers: run in place on a language stack. They raise nothing, call nothing that needs much stack, and allocate nothing; those of
// leaf-strings.cc take cells that are free already.
#include <cmath>

#include "coroutine.h"
#include "feedback.h"
#include "helpers.h"
#include "metatable.h"
#include "requests.h"
#include "string-table.h"
#include "table.h"

namespace yl {

} // namespace yl

using namespace yl;

Value yl_leaf_coroutine_status(Coroutine *co, Coroutine *coroutine) {
  Runtime &runtime = runtime_of(co);
  return box(runtime.library.coroutine_statuses[status_of(coroutine, runtime.coroutine_of_program(co))]);
}

void yl_leaf_record_switch(Coroutine *next) {
  Runtime &runtime = runtime_of(next);
  uint64_t now = ticks_now();
  runtime.events.record({0, now, now, 0, next->id, EventKind::kSwitch});
  // A leaf helper may not call anybody: the next safepoint does.
  if (runtime.events.half_full() && !is_requested(runtime)) request(runtime, kEventsRequest);
}

Value yl_leaf_get(Table *table, Value key) { return key == kNil ? kNil : table_get(table, key); }

Value yl_leaf_index(Coroutine *co, Table *table, Value key) {
  Runtime &runtime = runtime_of(co);
  Shape *shape = table->shape;
  if (!is_string(key) || (shape->is_dictionary && !shape->delegate)) return index_through_tables(runtime, table, key);
  const Lookup *lookup = runtime.delegations.recent(shape, as_string(key));
  if (!lookup) return index_through_tables(runtime, table, key);
  switch (lookup->kind) {
    case Lookup::kSlot:
      if (Value value = table->slots[lookup->slot]; value != kNil || !table->metatable) return value;
      return index_through_tables(runtime, table, key);
    case Lookup::kSlotOrNil: return table->slots[lookup->slot];
    case Lookup::kConstant: return lookup->value;
    default: return index_through_tables(runtime, table, key);
  }
}

Value yl_leaf_get_global(Coroutine *co, GlobalCell *cell) {
  Runtime &runtime = runtime_of(co);
  return index_through_tables(runtime, runtime.globals_table, box(cell->name));
}

Value yl_leaf_get_field(Coroutine *co, Feedback *feedback, Table *table, Value key) {
  Runtime &runtime = runtime_of(co);
  String *name = as_string(key);
  Shape *shape = table->shape;
  if (shape->is_dictionary && !shape->delegate) {
    feedback->bits |= kFieldDictionary;
    return index_through_tables(runtime, table, key);
  }
  if (int slot = find_slot(shape, name); slot >= 0 && (table->slots[slot] != kNil || !table->metatable)) {
    record_shape(runtime, feedback, shape, static_cast<uint32_t>(slot), nullptr);
    return table->slots[slot];
  }
  if (shape->delegation && shape->delegation->broken) {
    // Whoever is asked once only need not become a delegate.
    if (!(feedback->bits & kFieldSeen)) {
      feedback->bits |= kFieldSeen;
      return index_through_tables(runtime, table, key);
    }
    runtime.delegations.adopt(table);
    shape = table->shape;
  }
  const Lookup *lookup = runtime.delegations.lookup(shape, name);
  switch (lookup->kind) {
    case Lookup::kConstant: record_shape(runtime, feedback, shape, 0, lookup); return lookup->value;
    case Lookup::kSlotOrNil: record_shape(runtime, feedback, shape, lookup->slot, nullptr); return kNil; // it was nil above
    case Lookup::kVariable:
      feedback->bits |= kFieldSeen;
      record_shape_only(runtime, feedback, shape);
      if (Value value = lookup->holder->slots[lookup->slot]; value != kNil) return value;
      return index_through_tables(runtime, table, key);
    default: feedback->bits |= kFieldSeen | kFieldMetatable; return index_through_tables(runtime, table, key);
  }
}

uint64_t yl_leaf_set_field(Coroutine *co, Feedback *feedback, Table *table, Value key, Value value) {
  Runtime &runtime = runtime_of(co);
  String *name = as_string(key);
  if (table->shape->delegation && table->shape->delegation->broken && feedback->bits & kFieldSeen) runtime.delegations.adopt(table);
  Shape *shape = table->shape;
  feedback->bits |= shape->is_dictionary ? kFieldSeen | kFieldDictionary : kFieldSeen;
  int slot = shape->is_dictionary ? -1 : find_slot(shape, name);
  bool is_absent = slot >= 0 ? table->slots[slot] == kNil : !shape->is_dictionary || table_get_string(table, name) == kNil;
  // A new key of a table with a metatable may be __newindex's.
  if (is_absent && shape->delegation && shape->delegation->broken) {
    feedback->bits |= kFieldMetatable;
    return 0;
  }
  if (shape->is_dictionary) return table_try_set(runtime.tables, table, key, value);
  if (slot >= 0 && !runtime.delegations.may_store(shape, name)) {
    record_shape_only(runtime, feedback, shape);
    return 0;
  }
  if (slot >= 0) {
    record_shape(runtime, feedback, shape, static_cast<uint32_t>(slot), nullptr);
    table->slots[slot] = value;
    return 1;
  }
  record_shape_only(runtime, feedback, shape);
  if (value == kNil && !runtime.delegations.keeps_nil(shape, name)) return 1;
  if (runtime.delegations.matters(table, name) || shape->slot_count >= slot_capacity(table)) return 0;
  Shape *next = runtime.shapes.add_key(shape, name);
  if (!next) return 0;
  table->slots[shape->slot_count] = value;
  table->shape = next;
  return 1;
}

void yl_leaf_set_metatable(Coroutine *co, Table *table, Table *metatable) {
  runtime_of(co).delegations.set_metatable(table, metatable);
}

void yl_leaf_record_callee(Coroutine *co, Feedback *feedback, Value callee) {
  Runtime &runtime = runtime_of(co);
  if (uint64_t last = feedback->reference; last == 0) {
    feedback->bits |= kCallSeen;
  } else if (Code *before = as_function(last)->code, *now = as_function(callee)->code; before == now) {
    feedback->bits |= kCallSameCode;
  } else {
    if (!feedback->cases) record_code(runtime, feedback, before);
    feedback->bits |= kCallPolymorphic;
    record_code(runtime, feedback, now);
  }
  feedback->reference = callee;
}

uint64_t yl_leaf_set_index(Coroutine *co, Table *table, Value key, Value value) {
  if (key == kNil || (is_double(key) && as_double(key) != as_double(key))) return 0;
  if (table->metatable && table_get(table, key) == kNil) return 0;
  return table_try_set(runtime_of(co).tables, table, key, value);
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
