// SPDX-License-Identifier: MIT
// Slow paths of arithmetic, comparison, concatenation, length and numeric for.
#include <cmath>

#include "error.h"
#include "helpers.h"
#include "number-text.h"
#include "opcodes.h"

using namespace yl;

namespace {

double compute(int64_t opcode, double a, double b) {
  switch (opcode) {
    case kOpAdd: return a + b;
    case kOpSub: return a - b;
    case kOpMul: return a * b;
    case kOpDiv: return a / b;
    case kOpMod: return yl_leaf_mod(a, b);
    case kOpPow: return std::pow(a, b);
    default: return -a; // kOpUnm
  }
}

bool is_text(Value value) { return is_string(value) || is_number(value); }

void append_text(std::string &out, Value value) {
  if (is_string(value)) out += view(as_string(value));
  else out += format_number(value).view();
}

} // namespace

yg_pair yl_host_arith(Coroutine *co, int64_t opcode, Value a, Value b) {
  return at_boundary(co, [&] {
    double x, y = 0;
    if (!to_number(a, &x)) throw_type_error(co, "perform arithmetic on", a, Operand::kB);
    if (opcode != kOpUnm && !to_number(b, &y)) throw_type_error(co, "perform arithmetic on", b, Operand::kC);
    return result(box_number(compute(opcode, x, y)));
  });
}

yg_pair yl_host_concat(Coroutine *co, int64_t count) {
  return at_boundary(co, [&] {
    Runtime &runtime = runtime_of(co);
    const Value *values = co->arguments;
    // From the right, as lua5.1 does it: of two bad operands it names the one that it would meet first.
    auto blame = [&](int64_t at) { throw_type_error(co, "concatenate", values[at], Operand::kB, static_cast<uint32_t>(at)); };
    if (!is_text(values[count - 2])) blame(count - 2);
    for (int64_t at = count; at-- > 0;)
      if (!is_text(values[at])) blame(at);
    std::string &scratch = runtime.scratch;
    scratch.clear();
    for (int64_t at = 0; at < count; at++) append_text(scratch, values[at]);
    return result(runtime.string_value(scratch));
  });
}

yg_pair yl_host_len(Coroutine *co, Value value) {
  return at_boundary(co, [&] {
    if (is_table(value)) return result(box_int(static_cast<int32_t>(table_length(as_table(value)))));
    if (is_string(value)) return result(box_int(static_cast<int32_t>(as_string(value)->length)));
    throw_type_error(co, "get length of", value, Operand::kB);
  });
}

yg_pair yl_host_less(Coroutine *co, int64_t or_equal, Value a, Value b) {
  return at_boundary(co, [&]() -> yg_pair {
    if (is_number(a) && is_number(b)) {
      double x = number_of(a), y = number_of(b);
      return {or_equal ? x <= y : x < y, 0};
    }
    if (is_string(a) && is_string(b)) return {or_equal ? yl_leaf_less_equal_strings(a, b) : yl_leaf_less_strings(a, b), 0};
    std::string left = type_name(a), right = type_name(b);
    throw_at_caller(co, left == right ? "attempt to compare two " + left + " values" : "attempt to compare " + left + " with " + right);
  });
}

namespace {

/**
 * The limit of a loop over ints as an int: rounded towards the start, since the index only takes whole values. False when no int
 * stops the loop where `limit` does (out of range on the far side, or NaN); the loop then runs on doubles.
 */
bool int_limit(double limit, bool upwards, double *whole) {
  *whole = upwards ? std::floor(limit) : std::ceil(limit);
  return *whole >= INT32_MIN && *whole <= INT32_MAX;
}

} // namespace

yg_pair yl_host_for_prepare(Coroutine *co, Value initial, Value limit, Value step) {
  return at_boundary(co, [&] {
    const Value given[] = {initial, limit, step};
    static const char *const names[] = {"initial value", "limit", "step"};
    double numbers[3];
    for (int at = 0; at < 3; at++) {
      if (!to_number(given[at], &numbers[at])) throw_at_caller(co, std::string("'for' ") + names[at] + " must be a number");
    }
    // FORPREP promises three ints or three doubles (jit/semantics/loops.ts).
    double whole;
    bool ints = is_int(box_number(numbers[0])) && is_int(box_number(numbers[2])) && int_limit(numbers[1], numbers[2] > 0, &whole);
    if (ints) numbers[1] = whole + 0.0; // not -0
    for (int at = 0; at < 3; at++) co->arguments[at] = ints ? box_number(numbers[at]) : box_double(numbers[at]);
    return no_result();
  });
}
