// SPDX-License-Identifier: MIT
// A coroutine begins on a small stack and goes on elsewhere when that is full.
//
// Stacks that could hold the deepest recursion lie so far apart that each needs a page of the page table for itself: a program that takes turns
// among thousands of coroutines would mostly wait for the processor to find them. So the first stack is small, and the call for which it has no
// room begins on another, the extension, at the bottom of which lies what comes back.
//
//     coroutine->stack                     coroutine->stack                       *coroutine->base
//     │ yl_coroutine_main │                │ yl_end_extension       │ ─ returns ─► │ yl_coroutine_main │
//     │ body              │                │ yl_start: f, again     │ ◄─ resumed   │ body              │ ◄─ paused, waits for f
//     │ f, at its entry   │ ◄─ paused
//
// No frame moves, so that whatever refers to one goes on doing so. A walk goes from the extension's bottom to the top of the base (step_frame).
// There is one extension: where that is full, the stack has overflown.
#pragma once
#include "engine.h"

namespace yl {

/** What a coroutine's first stack has, and what of it is left for frames that deoptimization rebuilds, leaf helpers, signals. */
constexpr size_t kFirstStackBytes = 64 * 1024, kFirstHeadRoom = 32 * 1024;
/** Of spare stacks, so many keep all pages. */
constexpr size_t kWarmFirstStacks = 1024, kWarmExtensions = 4;

/** Whether an engine's coroutines do: they may need more. */
inline bool begins_small(const Options &options) { return options.coroutine_stack_bytes > kFirstStackBytes; }
/** Its stack is a first one. */
inline bool can_extend(const Coroutine *co) { return co->extensible; }
inline bool is_extended(const Coroutine *co) { return co->base != nullptr; }
/** Whether there is as much room above the top frame of a paused stack, and some for what nobody counts. */
bool has_room(Coroutine *co, size_t bytes);
/** See to it, by an extension if need be. False: the stack is full. Throws OutOfMemory. */
bool make_room(Coroutine *co, size_t bytes);
/**
 * What is pushed on it from now on lies on `stack`, from Runtime::extensions, and returns to the frame that is the top now. The coroutine runs, or is
 * suspended: if it has resumed another, it is not its turn to push.
 */
void extend(Runtime &runtime, Coroutine *co, const yg_stack &stack);
/** Give up the frames of the extension: the top frame of the base is the top. Of a coroutine that runs, the limit changes (set_current). */
void leave_extension(Runtime &runtime, Coroutine *co);

/** As yg_cursor_step, from the extension into the base as well. */
inline yg_status step_frame(const Coroutine *co, yg_cursor *cursor) {
  yg_status status = yg_cursor_step(cursor);
  if (__builtin_expect(status != YG_ERROR_BOTTOM || !co->base, 1)) return status;
  return yg_cursor_step_into_resumer(cursor, co->base) == YG_OK ? YG_OK : YG_ERROR_BOTTOM; // the base has a bottom, too
}

} // namespace yl
