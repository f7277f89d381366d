// SPDX-License-Identifier: MIT
// Slow paths of table accesses, and everything that makes objects.
#include "error.h"
#include "helpers.h"

using namespace yl;

namespace {

void check_key(Coroutine *co, Value key) {
  if (key == kNil) throw_at_caller(co, "table index is nil");
  if (is_double(key) && as_double(key) != as_double(key)) throw_at_caller(co, "table index is NaN");
}

} // namespace

yg_pair yl_host_index(Coroutine *co, Value object, Value key) {
  return at_boundary(co, [&] {
    if (is_string(object)) return result(yl_leaf_get(runtime_of(co).library.string, key)); // the metatable's __index
    if (!is_table(object)) throw_type_error(co, "index", object, Operand::kB);
    return result(yl_leaf_get(as_table(object), key));
  });
}

yg_pair yl_host_set_index(Coroutine *co, Value object, Value key, Value value) {
  return at_boundary(co, [&] {
    if (!is_table(object)) throw_type_error(co, "index", object, Operand::kA);
    check_key(co, key);
    table_set(runtime_of(co).tables, as_table(object), key, value);
    return no_result();
  });
}

yg_pair yl_host_get_field(Coroutine *co, Feedback *feedback, Value object, Value key) {
  return at_boundary(co, [&] {
    if (is_string(object)) { // the metatable's __index
      feedback->bits |= kFieldAbsent; // seen, and no field of a table
      return result(table_get_string(runtime_of(co).library.string, as_string(key)));
    }
    if (!is_table(object)) throw_type_error(co, "index", object, Operand::kB);
    return result(yl_leaf_get_field(feedback, as_table(object), key));
  });
}

yg_pair yl_host_set_field(Coroutine *co, Feedback *feedback, Value object, Value key, Value value) {
  return at_boundary(co, [&] {
    if (!is_table(object)) throw_type_error(co, "index", object, Operand::kA);
    if (!yl_leaf_set_field(feedback, as_table(object), key, value))
      table_set_string(runtime_of(co).tables, as_table(object), as_string(key), value);
    return no_result();
  });
}

yg_pair yl_host_new_table(Coroutine *co, int64_t array_elements, int64_t fields) {
  return at_boundary(co, [&] {
    return result(box(table_new(runtime_of(co).tables, static_cast<uint32_t>(array_elements), static_cast<uint32_t>(fields))));
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
