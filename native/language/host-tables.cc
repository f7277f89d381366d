// SPDX-License-Identifier: MIT
// Slow paths of table accesses, and everything that makes objects.
#include "builtins/file.h"
#include "error.h"
#include "helpers.h"
#include "metatable.h"

using namespace yl;

namespace {

void check_key(Coroutine *co, Value key) {
  if (key == kNil) throw_at_caller(co, "table index is nil");
  if (is_double(key) && as_double(key) != as_double(key)) throw_at_caller(co, "table index is NaN");
}

} // namespace

namespace {

constexpr int kMostLoops = 100;

yg_pair index(Coroutine *co, Value object, Value key) {
  Runtime &runtime = runtime_of(co);
  for (int loops = 0; loops < kMostLoops; loops++) {
    if (is_table(object)) {
      Value value = key == kNil ? kNil : table_get(as_table(object), key);
      if (value != kNil) return result(value);
    }
    Value handler = metamethod(runtime, object, Metamethod::kIndex);
    if (handler == kNil) {
      if (is_table(object)) return result(kNil);
      if (loops == 0) throw_type_error(co, "index", object, Operand::kB);
      throw_at_caller(co, std::string("attempt to index a ") + type_name(object) + " value");
    }
    if (is_function(handler)) return call_value(co, handler, {object, key});
    object = handler;
  }
  throw_at_caller(co, "loop in gettable");
}

/** `is_field`: by a name in the program. */
yg_pair set_index(Coroutine *co, Value object, Value key, Value value, bool is_field = false) {
  Runtime &runtime = runtime_of(co);
  for (int loops = 0; loops < kMostLoops; loops++) {
    bool is_table = yl::is_table(object) && !is_file(object); // nothing can be stored in a file
    if (is_table) check_key(co, key);
    Value handler = metamethod(runtime, object, Metamethod::kNewIndex);
    if (is_table && (handler == kNil || table_get(as_table(object), key) != kNil)) {
      if (is_field && value == kNil) table_clear_field(runtime.tables, as_table(object), as_string(key));
      else table_set(runtime.tables, as_table(object), key, value);
      return no_result();
    }
    if (handler == kNil) {
      if (loops == 0) throw_type_error(co, "index", object, Operand::kA);
      throw_at_caller(co, std::string("attempt to index a ") + type_name(object) + " value");
    }
    if (is_function(handler)) return call_value(co, handler, {object, key, value});
    object = handler;
  }
  throw_at_caller(co, "loop in settable");
}

} // namespace

yg_pair yl_host_index(Coroutine *co, Value object, Value key) {
  return at_boundary(co, [&] { return index(co, object, key); });
}

yg_pair yl_host_set_index(Coroutine *co, Value object, Value key, Value value) {
  return at_boundary(co, [&] { return set_index(co, object, key, value); });
}

yg_pair yl_host_get_field(Coroutine *co, Feedback *feedback, Value object, Value key) {
  return at_boundary(co, [&] {
    if (metatable_of(runtime_of(co), object)) feedback->bits |= kFieldMetatable;
    else if (!is_table(object)) feedback->bits |= kFieldOther;
    return index(co, object, key);
  });
}

yg_pair yl_host_set_field(Coroutine *co, Feedback *, Value object, Value key, Value value) {
  return at_boundary(co, [&] { return set_index(co, object, key, value, true); });
}

yg_pair yl_host_get_global(Coroutine *co, GlobalCell *cell) {
  return at_boundary(co, [&] { return index(co, box(runtime_of(co).globals_table), box(cell->name)); });
}

yg_pair yl_host_set_global(Coroutine *co, GlobalCell *cell, Value value) {
  return at_boundary(co, [&] { return set_index(co, box(runtime_of(co).globals_table), box(cell->name), value); });
}

yg_pair yl_host_new_table(Coroutine *co, int64_t array_elements, int64_t fields) {
  return at_boundary(co, [&] {
    return result(box(table_new(runtime_of(co).tables, static_cast<uint32_t>(array_elements), static_cast<uint32_t>(fields))));
  });
}

yg_pair yl_host_reserve_slots(Coroutine *co, Table *table, int64_t count) {
  return at_boundary(co, [&] {
    table_reserve_slots(runtime_of(co).tables, table, static_cast<uint32_t>(count));
    return no_result();
  });
}

yg_pair yl_host_set_list(Coroutine *co, Value table, int64_t start, int64_t count) {
  return at_boundary(co, [&] {
    table_set_list(runtime_of(co).tables, as_table(table), static_cast<uint32_t>(start), co->arguments, static_cast<uint32_t>(count));
    return no_result();
  });
}

yg_pair yl_host_new_cell(Coroutine *co, Value value) {
  return at_boundary(co, [&] {
    Cell *cell = runtime_of(co).heap.allocate<Cell>(kKindCell);
    cell->value = value;
    return result(box(cell));
  });
}

yg_pair yl_host_new_closure(Coroutine *co, Proto *proto) {
  return at_boundary(co, [&] { return result(box(runtime_of(co).new_closure(proto))); });
}
