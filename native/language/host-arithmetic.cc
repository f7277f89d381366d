// SPDX-License-Identifier: MIT
// Slow paths of arithmetic, concatenation, length and numeric for.
#include <algorithm>
#include <cmath>

#include "deoptimizer.h"
#include "error.h"
#include "feedback.h"
#include "generated.h"
#include "helpers.h"
#include "metatable.h"
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

yg_pair yl_host_arith(Coroutine *co, int64_t opcode, Value a, Value b, Feedback *feedback) {
  return at_boundary(co, [&] {
    double x = 0, y = 0;
    bool a_is_number = to_number(a, &x), b_is_number = to_number(b, &y);
    if (a_is_number && b_is_number) return result(box_number(compute(opcode, x, y)));
    Runtime &runtime = runtime_of(co);
    uint32_t operand;
    Value handler = arithmetic_handler(runtime, opcode, a, b, &operand);
    if (handler != kNil) record_handler(feedback, operand == 0 ? a : b, operand);
    if (handler != kNil) return call_value(co, handler, {a, b});
    if (!a_is_number) throw_type_error(co, "perform arithmetic on", a, Operand::kB);
    throw_type_error(co, "perform arithmetic on", b, Operand::kC);
  });
}

namespace {

/** values[0 .. count) are concatenated from the right, two by two as soon as a handler comes in. They may be changed. */
yg_pair concatenate(Coroutine *co, Value *values, int64_t count) {
  Runtime &runtime = runtime_of(co);
  while (count > 1) {
    Value left = values[count - 2], right = values[count - 1];
    if (is_text(left) && is_text(right)) {
      int64_t first = count - 2;
      while (first > 0 && is_text(values[first - 1])) first--;
      std::string &scratch = runtime.scratch;
      scratch.clear();
      for (int64_t at = first; at < count; at++) append_text(scratch, values[at]);
      values[first] = runtime.string_value(scratch);
      count = first + 1;
      continue;
    }
    Value handler = metamethod(runtime, left, Metamethod::kConcat);
    if (handler == kNil) handler = metamethod(runtime, right, Metamethod::kConcat);
    int64_t culprit = is_text(left) ? count - 1 : count - 2;
    if (handler == kNil) throw_type_error(co, "concatenate", values[culprit], Operand::kB, static_cast<uint32_t>(culprit));
    co = leave_bodies(co);
    if (count > 2) {
      std::vector<Value> words(sizeof(yl_concat_payload) / sizeof(Value) + static_cast<size_t>(count) - 2);
      auto *payload = reinterpret_cast<yl_concat_payload *>(words.data());
      *payload = {co, static_cast<uint64_t>(count) - 2};
      std::copy(values, values + count - 2, payload->values());
      push_frame(co, reinterpret_cast<uintptr_t>(&yl_concat_continue), words.data(), words.size() * sizeof(Value));
    }
    return call_value(co, handler, {left, right});
  }
  return result(values[0]);
}

} // namespace

yg_pair yl_host_concat(Coroutine *co, int64_t count) {
  return at_boundary(co, [&] { return concatenate(co, co->arguments, count); });
}

yg_pair yl_host_concat_rest(Coroutine *co, yl_concat_payload *payload, Value first, int64_t) {
  return at_boundary(co, [&] {
    std::copy(payload->values(), payload->values() + payload->count, co->arguments);
    co->arguments[payload->count] = first;
    return concatenate(co, co->arguments, static_cast<int64_t>(payload->count) + 1);
  });
}

yg_pair yl_host_len(Coroutine *co, Value value) {
  return at_boundary(co, [&] {
    // A file is a table underneath.
    if (is_table(value) && as_table(value)->header.kind != kKindFile)
      return result(box_int(static_cast<int32_t>(table_length(as_table(value)))));
    if (is_string(value)) return result(box_int(static_cast<int32_t>(as_string(value)->length)));
    throw_type_error(co, "get length of", value, Operand::kB);
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
    else numbers[0] = (numbers[0] - numbers[2]) + numbers[2]; // rounded as by lua5.1, which adds the step before every round
    for (int at = 0; at < 3; at++) co->arguments[at] = ints ? box_number(numbers[at]) : box_double(numbers[at]);
    return no_result();
  });
}
