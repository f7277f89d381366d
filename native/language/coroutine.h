// SPDX-License-Identifier: MIT
// Coroutines: stacks of the core, with buffers for the values that cross between them.
//
// Every swap between coroutines delivers a pair {first, count} in RAX:RDX, further values in the `results` of the one that wakes up:
//
//   resume → coroutine   arguments of resume: what yield returns, or what yl_coroutine_main passes to the function
//   yield  → resumer     arguments of yield; the coroutine's status is kSuspended
//   return → resumer     results of the function; kDead
//   error  → resumer     {error value, kFailed}; kDead
//
// A frame of yield passes on what it is resumed with and has no further effect, so it can be popped when the frame beneath is
// deoptimized.
#pragma once
#include "engine.h"

namespace yl {

/** A suspended coroutine that will call `function`. Throws LuaError when there is no memory for a stack. */
Coroutine *coroutine_new(Runtime &runtime, Value function);
/** For calls from the host, such as the main program. */
Coroutine *host_coroutine_new(Runtime &runtime, size_t stack_bytes);
/** What a stack counts for in the heap: the pages that a coroutine that does little touches. */
constexpr size_t kStackCharge = 8192;
inline bool has_stack(const Coroutine *coroutine) { return coroutine->stack.size != 0; }
/** The frames of a coroutine that dies of an error stay, for tracebacks, until it is collected; others' stacks are reused at once. */
constexpr uint16_t kDiedOfError = 1;
inline bool died_of_error(const Coroutine *coroutine) { return coroutine->header.flags & kDiedOfError; }
inline void mark_as_failed(Coroutine *coroutine) { coroutine->header.flags |= kDiedOfError; }
/** At the end of a collection: the coroutines that nobody can resume any more go, with their stacks. */
void free_unmarked_coroutines(Runtime &runtime);
/** How deep calls may go; below it is a reserve, of which an error's handler may use a part. set_current makes it count. */
void set_stack_limit(Coroutine *coroutine);
void lower_stack_limit(Coroutine *coroutine);
/** Give up all stacks. */
void free_all_stacks(Runtime &runtime);
/** "suspended", "running", "normal", "dead". */
const char *status_text(uint32_t status);

} // namespace yl
