// SPDX-License-Identifier: MIT
// Metatables: which value has which handler, and calls of handlers.
//
// A handler is a function of the language, so the helper that finds it does not call it: it pushes a frame that begins it, and returns.
// What the handler returns is then what the helper's caller gets:
//
//     │ f, paused in yl_arith │                 │ f, paused in yl_arith │
//     └ host: yl_host_arith   │     becomes     │ yl_start → __add      │ ◄─ resumed; its {first, count} are yl_arith's result
//
// Where the result needs more work, a frame that does it is pushed between the two (yl_negate, yl_concat_continue, yl_continue_frame). All are
// frames of the language stack, so a handler may yield, fail, or be optimized like any function.
#pragma once
#include <initializer_list>

#include "engine.h"

namespace yl {

/** In the order of Runtime::metamethod_names. */
enum class Metamethod { kIndex, kNewIndex, kCall, kAdd, kSub, kMul, kDiv, kMod, kPow, kUnm, kConcat, kEq, kLt, kLe, kToString, kMetatable };

/** Null when it has none. */
Table *metatable_of(Runtime &runtime, Value value);
/** The handler, of whatever type; nil when there is none. */
Value metamethod(Runtime &runtime, Value value, Metamethod which);
/** The handler that both values share, nil when they do not. */
Value common_handler(Runtime &runtime, Value a, Value b, Metamethod which);
/** Of arithmetic on what is not two numbers: nil when there is none. `operand` becomes 1 if it is the second one's. */
Value arithmetic_handler(Runtime &runtime, int64_t opcode, Value a, Value b, uint32_t *operand);

/**
 * Push a call of `function`, which may be anything callable, on the paused stack. Up to three arguments. Returns what the helper is to
 * return, which nobody looks at.
 */
yg_pair call_value(Coroutine *co, Value function, std::initializer_list<Value> arguments);
/** The same, and the helper's caller gets true or false: the opposite of the first result. */
yg_pair call_negated(Coroutine *co, Value function, std::initializer_list<Value> arguments);
/** The same with the arguments 0.. in co->arguments. */
yg_pair call_buffered(Coroutine *co, Value function, int64_t argc);

/** Push a frame: `function(payload, first, second)` with what the frame above it returns. On the stack of what leave_bodies says. */
void push_frame(Coroutine *co, uintptr_t function, const void *payload, size_t size);

/** object[key] as a program sees it, as far as that needs no call: else kNotFound. */
Value index_through_tables(Runtime &runtime, Table *table, Value key);

} // namespace yl
