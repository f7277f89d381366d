// SPDX-License-Identifier: MIT
#include "metatable.h"

#include <algorithm>

#include "deoptimizer.h"
#include "error.h"
#include "generated.h"
#include "opcodes.h"
#include "stack-extension.h"

namespace yl {

Table *metatable_of(Runtime &runtime, Value value) {
  if (is_table(value)) return as_table(value)->metatable;
  return is_string(value) ? runtime.string_prototype->metatable : nullptr;
}

Value metamethod(Runtime &runtime, Value value, Metamethod which) {
  Table *metatable = metatable_of(runtime, value);
  return metatable ? table_get_string(metatable, runtime.metamethod_names[static_cast<size_t>(which)]) : kNil;
}

Value common_handler(Runtime &runtime, Value a, Value b, Metamethod which) {
  Value handler = metamethod(runtime, a, which);
  if (handler == kNil) return kNil;
  Value other = metamethod(runtime, b, which);
  bool same = is_number(handler) && is_number(other) ? number_of(handler) == number_of(other) : handler == other;
  return same ? handler : kNil;
}

static_assert(static_cast<int>(Metamethod::kUnm) - static_cast<int>(Metamethod::kAdd) == kOpUnm - kOpAdd, "in the same order");

Value arithmetic_handler(Runtime &runtime, int64_t opcode, Value a, Value b, uint32_t *operand) {
  *operand = 0;
  if (opcode < kOpAdd || opcode > kOpUnm) return kNil;
  auto which = static_cast<Metamethod>(static_cast<int64_t>(Metamethod::kAdd) + opcode - kOpAdd);
  Value handler = metamethod(runtime, a, which);
  if (handler != kNil) return handler;
  *operand = 1;
  return metamethod(runtime, b, which);
}

void push_frame(Coroutine *co, uintptr_t function, const void *payload, size_t size) {
  if (!make_room(co, size)) throw_at_caller(co, "stack overflow");
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) status = yg_push_frame_payload(&cursor, function, payload, size, nullptr);
  if (status != YG_OK) throw_message(co, std::string("cannot call a handler: ") + yg_status_message(status));
}

namespace {

/** What to call, and how many arguments it gets: a callable table becomes its handler's first argument. */
Function *resolve_callee(Coroutine *co, Value function, int64_t *argc) {
  if (is_function(function)) return as_function(function);
  Value handler = metamethod(runtime_of(co), function, Metamethod::kCall);
  if (!is_function(handler)) throw_at_caller(co, std::string("attempt to call a ") + type_name(function) + " value");
  Value *arguments = co->arguments;
  std::copy_backward(arguments, arguments + *argc, arguments + *argc + 1);
  arguments[0] = function;
  ++*argc;
  return as_function(handler);
}

} // namespace

yg_pair call_buffered(Coroutine *co, Value function, int64_t argc) {
  co = leave_bodies(co);
  count_call(co);
  Function *callee = resolve_callee(co, function, &argc);
  Value *arguments = co->arguments;
  for (int64_t at = argc; at < 3; at++) arguments[at] = kNil;
  yl_start_payload payload{co, box(callee), callee->code->entry, argc, arguments[0], arguments[1], arguments[2], 0};
  push_frame(co, reinterpret_cast<uintptr_t>(&yl_start), &payload, sizeof payload);
  return no_result();
}

yg_pair call_value(Coroutine *co, Value function, std::initializer_list<Value> arguments) {
  std::copy(arguments.begin(), arguments.end(), co->arguments);
  return call_buffered(co, function, static_cast<int64_t>(arguments.size()));
}

yg_pair call_negated(Coroutine *co, Value function, std::initializer_list<Value> arguments) {
  co = leave_bodies(co);
  push_frame(co, reinterpret_cast<uintptr_t>(&yl_negate), nullptr, 0);
  return call_value(co, function, arguments);
}

Value index_through_tables(Runtime &runtime, Table *table, Value key) {
  for (int loops = 0; loops < 100; loops++) {
    if (key != kNil)
      if (Value value = table_get(table, key); value != kNil) return value;
    if (!table->metatable) return kNil;
    Value handler = table_get_string(table->metatable, runtime.metamethod_names[static_cast<size_t>(Metamethod::kIndex)]);
    if (handler == kNil) return table == runtime.string_prototype ? kNotFound : kNil;
    if (!is_table(handler)) return kNotFound;
    table = as_table(handler);
  }
  return kNotFound;
}

} // namespace yl
