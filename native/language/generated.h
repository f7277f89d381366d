// SPDX-License-Identifier: MIT
// Symbols that jit/interpreter generates, and the assembly that enters them. Everything here is entered on a language stack.
#pragma once
#include "object.h"

extern "C" {

// ---- generated ------------------------------------------------------------------------------------------------------------

/** The entry of every prototype that has no optimized code. With argc kModeExecute or kModeComplete: a0 payload, a1, a2 arriving values. */
yg_pair yl_interpreter(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
struct yl_start_payload {
  yl::Coroutine *co; yl::Value callee; void *entry; int64_t argc; yl::Value a0, a1, a2; uint64_t pad;
};
/**
 * The bottom frame of every coroutine; the pair is the first resume's arguments, of which further ones are in co->results[1..]. Calls
 * co->function and, when that returns, makes the coroutine dead and swaps to the resumer with the results. Does not return.
 */
void yl_coroutine_main(yl_start_payload *payload, yl::Value first, uint64_t count);
/** The bottom frame of one whose function has begun when it got its stack: ends it with the results that arrive. */
void yl_coroutine_rest(struct yl_rest_payload *payload, uint64_t first, uint64_t count);
/** Entries of the builtins that swap stacks themselves. The wrapped function has the coroutine as capture 0. */
yg_pair yl_builtin_coroutine_resume(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_builtin_coroutine_yield(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_builtin_coroutine_wrapped(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);

// What takes the place of the two above a frame that had them in place: results of the call, from what the swap has delivered.
struct yl_rest_payload { yl::Coroutine *co; uint64_t pad; };
void yl_resume_rest(yl_rest_payload *payload, uint64_t first, uint64_t count);
void yl_wrapped_rest(yl_rest_payload *payload, uint64_t first, uint64_t count);

yg_pair yl_builtin_pcall(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
yg_pair yl_builtin_xpcall(yl::Coroutine *co, yl::Value callee, int64_t argc, yl::Value a0, yl::Value a1, yl::Value a2);
struct yl_handler_payload { yl::Coroutine *co; yl::Value handler, error; uint64_t pad; };
/** Call xpcall's handler, then unwind to the protected call with its result. */
void yl_run_handler(yl_handler_payload *payload, uint64_t first, uint64_t second);

// What helpers push below the call of a handler, see metatable.h and continuation.h.
void yl_negate(void *payload, uint64_t first, uint64_t count);
struct yl_concat_payload { yl::Coroutine *co; uint64_t count; yl::Value *values() { return reinterpret_cast<yl::Value *>(this + 1); } };
void yl_concat_continue(yl_concat_payload *payload, uint64_t first, uint64_t count);
struct yl_continue_payload {
  yl::Coroutine *co; void *function; uint64_t count, pad;
  yl::Value *values() { return reinterpret_cast<yl::Value *>(this + 1); }
};
void yl_continue_frame(yl_continue_payload *payload, uint64_t first, uint64_t count);

// ---- frames that the runtime pushes, see frames-x86_64.S ----------------------------------------------------------------------

struct yl_leave_payload { yg_stack *current, *next; };

/** Swap to payload->next with the values that arrive. */
void yl_leave(yl_leave_payload *payload, uint64_t first, uint64_t second);
struct yl_end_extension_payload { yl::Coroutine *co; uint64_t pad; };
/** The bottom of an extension: goes on in the base with the values that arrive. */
void yl_end_extension(yl_end_extension_payload *payload, uint64_t first, uint64_t second);
/** Call payload->entry; arguments 3.. are in co->arguments. */
void yl_start(yl_start_payload *payload, uint64_t first, uint64_t second);
/** The interpreter, from a payload. */
void yl_interpreter_resume(yl::InterpreterPayload *payload, uint64_t first, uint64_t second);
/** Notes the time and calls `function`, which was to be pushed: see probes.h. */
void yl_probed_resume(yl::InterpreterPayload *payload, uint64_t *ticks, uintptr_t function);

// ---- the generated code's tables ------------------------------------------------------------------------------------------------

extern const uint8_t __start_yg_stackmaps[] __attribute__((weak)), __stop_yg_stackmaps[] __attribute__((weak));

} // extern "C"
