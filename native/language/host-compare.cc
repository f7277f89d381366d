// SPDX-License-Identifier: MIT
// Slow paths of comparison: order and equality, with their handlers.
#include "error.h"
#include "helpers.h"
#include "metatable.h"

using namespace yl;

yg_pair yl_host_less(Coroutine *co, int64_t or_equal, Value a, Value b) {
  return at_boundary(co, [&]() -> yg_pair {
    Runtime &runtime = runtime_of(co);
    if (is_number(a) && is_number(b)) {
      double x = number_of(a), y = number_of(b);
      return result(box_boolean(or_equal ? x <= y : x < y));
    }
    if (is_string(a) && is_string(b)) return result(box_boolean(or_equal ? yl_leaf_less_equal_strings(a, b) : yl_leaf_less_strings(a, b)));
    std::string left = type_name(a), right = type_name(b);
    if (left == right) {
      Value handler = common_handler(runtime, a, b, or_equal ? Metamethod::kLe : Metamethod::kLt);
      if (handler != kNil) return call_value(co, handler, {a, b});
      if (or_equal) handler = common_handler(runtime, b, a, Metamethod::kLt);
      if (handler != kNil) return call_negated(co, handler, {b, a});
    }
    throw_at_caller(co, left == right ? "attempt to compare two " + left + " values" : "attempt to compare " + left + " with " + right);
  });
}

yg_pair yl_host_equal(Coroutine *co, Value a, Value b) {
  return at_boundary(co, [&]() -> yg_pair {
    if (a == b) return result(kTrue);
    Value handler = common_handler(runtime_of(co), a, b, Metamethod::kEq);
    return handler == kNil ? result(kFalse) : call_value(co, handler, {a, b});
  });
}
