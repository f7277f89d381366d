// SPDX-License-Identifier: MIT
// Symbols that jit/interpreter generates, and the assembly that enters them. Everything here is entered on a language stack.
#pragma once
#include "object.h"

extern "C" {

// ---- generated ------------------------------------------------------------------------------------------------------------

/** The entry of every prototype that has no optimized code. With argc kModeExecute or kModeAfterCall: a0 payload, a1, a2 arriving values. */
yg_pair yl_interpreter(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
struct yl_start_payload { yl::Coroutine *co; yl::Value callee; void *entry; uint64_t pad; };
/**
 * The bottom frame of every coroutine; the pair is the first resume's arguments, of which further ones are in co->results[1..]. Calls
 * co->function and, when that returns, makes the coroutine dead and swaps to the resumer with the results. Does not return.
 */
void yl_coroutine_main(yl_start_payload *payload, yl::Value first, uint64_t count);
/** Entries of the builtins that swap stacks themselves. The wrapped function has the coroutine as capture 0. */
yg_pair yl_builtin_coroutine_resume(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_builtin_coroutine_yield(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_builtin_coroutine_wrapped(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);

// ---- frames that the runtime pushes, see frames-x86_64.S ----------------------------------------------------------------------

struct yl_leave_payload { yg_stack *current, *next; };

/** Swap to payload->next with the values that arrive. */
void yl_leave(yl_leave_payload *payload, uint64_t first, uint64_t second);
/** Call payload->entry with no arguments. */
void yl_start(yl_start_payload *payload, uint64_t first, uint64_t second);
/** The interpreter, from a payload. */
void yl_interpreter_resume(yl::InterpreterPayload *payload, uint64_t first, uint64_t second);

// ---- the generated code's tables ------------------------------------------------------------------------------------------------

extern const uint8_t __start_yg_stackmaps[] __attribute__((weak)), __stop_yg_stackmaps[] __attribute__((weak));

} // extern "C"
