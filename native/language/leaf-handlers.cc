// SPDX-License-Identifier: MIT
// Leaf helpers that find a metatable's handler, which generated code then calls as it calls any function: without a helper's way to the host stack
// and back. What is no plain call of a function with the operands they leave to the helper of the operation, and nothing has happened.
#include <utility>

#include "feedback.h"
#include "helpers.h"
#include "metatable.h"
#include "number-text.h"
#include "table.h"

using namespace yl;

namespace {

constexpr int kMostLoops = 100;

Value if_function(Value handler) { return is_function(handler) ? handler : kNotFound; }

/** What `which` leads to from an object that does not have the key itself. */
yg_pair index_handler(Runtime &runtime, Value object, Value key, Metamethod which) {
  for (int loops = 0; loops < kMostLoops; loops++) {
    if (is_table(object) && key != kNil && table_get(as_table(object), key) != kNil) break;
    Value handler = metamethod(runtime, object, which);
    if (is_function(handler)) return {handler, object};
    if (handler == kNil) break;
    object = handler;
  }
  return {kNotFound, kNil};
}

} // namespace

yg_pair yl_leaf_index_handler(Coroutine *co, Feedback *feedback, Value object, Value key) {
  yg_pair found = index_handler(runtime_of(co), object, key, Metamethod::kIndex);
  if (feedback && found.first != kNotFound) feedback->bits |= kFieldMetatable;
  return found;
}

yg_pair yl_leaf_new_index_handler(Coroutine *co, Value object, Value key) {
  bool is_key = key != kNil && !(is_double(key) && as_double(key) != as_double(key));
  return is_key ? index_handler(runtime_of(co), object, key, Metamethod::kNewIndex) : yg_pair{kNotFound, kNil};
}

Value yl_leaf_arith_handler(Coroutine *co, int64_t opcode, Value a, Value b, Feedback *feedback) {
  double number;
  if (to_number(a, &number) && to_number(b, &number)) return kNotFound;
  uint32_t operand;
  Value handler = arithmetic_handler(runtime_of(co), opcode, a, b, &operand);
  if (!is_function(handler)) return kNotFound;
  record_handler(feedback, operand == 0 ? a : b, operand);
  return handler;
}

Value yl_leaf_order_handler(Coroutine *co, int64_t or_equal, Value a, Value b) {
  if (!is_table(a) || !is_table(b) || as_table(a)->header.kind != as_table(b)->header.kind) return kNotFound;
  return if_function(common_handler(runtime_of(co), a, b, or_equal ? Metamethod::kLe : Metamethod::kLt));
}

Value yl_leaf_equal_handler(Coroutine *co, Value a, Value b) { return if_function(common_handler(runtime_of(co), a, b, Metamethod::kEq)); }

Value yl_leaf_concat_handler(Coroutine *co, Value a, Value b) {
  auto is_text = [](Value value) { return is_string(value) || is_number(value); };
  if (is_text(a) && is_text(b)) return kNotFound;
  Value handler = metamethod(runtime_of(co), a, Metamethod::kConcat);
  return if_function(handler == kNil ? metamethod(runtime_of(co), b, Metamethod::kConcat) : handler);
}
