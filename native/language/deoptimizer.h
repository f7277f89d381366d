// SPDX-License-Identifier: MIT
// From a frame of optimized code to the interpreter frames that it stands for.
//
// `local function add(a, b) return a + b end  for i = 1, n do s = add(s, i) end`, add inlined, its guard on a + b fails:
//
//     before                              after
//     │ caller of main      │             │ caller of main                        │
//     │ main, optimized     │ ◄─ paused   │ payload: main, after the call at pc 5 │   yl_interpreter_resume
//     (in yl_deopt)                       │ payload: add, execute pc 0            │ ◄─ resumed: yl_interpreter_resume
//
// The values are read from the keep-alives of the paused frame before it is popped; a payload carries them on the stack itself. All that
// is allocated are the tables that the code had not made, since nobody could have seen them (jit/optimizer/objects.ts).
//
// A frame is left when a guard of it fails (eagerly), or when its code has been invalidated while it was waiting (lazily): invalidation
// puts a return barrier on each such frame, on every stack. When control comes back into the frame, the barrier's function replaces it,
// and the innermost interpreter frame completes its instruction with what the frame was waiting for:
//
//     invalidated              the callee has returned        the barrier's function has returned
//     │ main, optimized  │     │ main, optimized │ ◄─ paused  │ payload: main, complete pc 5 with │ ◄─ resumed with the results
//     ┄ barrier          ┄
//     │ callee           │
//
// A coroutine that sleeps in a yield which such code has called is deoptimized on the spot.
//
// A coroutine whose body is inlined in the loop that calls it gets its stack here (jit/optimizer/virtual-coroutines.ts). In the body:
//
//     before                        after, on the same stack                    on the coroutine's
//     │ main, optimized │ ◄─ paused │ payload: main, complete the call with … │
//                                   │ yl_wrapped_rest: what arrives          │   │ yl_coroutine_rest: end with … │
//                                   │ yl_leave ──► coroutine                 │   │ payload: body, execute pc 3   │
#pragma once
#include "code-table.h"
#include "engine.h"

namespace yl {

/**
 * What runs, as the program sees it: `co`, unless its top frame stands for bodies of coroutines that have no stacks. Then they get some, and the frame is
 * left; what the helper returns goes to the innermost body. For helpers that raise an error or call something. Throws OutOfMemory, with
 * nothing changed.
 */
Coroutine *leave_bodies(Coroutine *co);

/**
 * Stress: pretend that the code of one of the frames that wait on the running coroutine's stack, its resumers' or a sleeping one's has
 * been invalidated.
 */
void disturb_caller(Runtime &runtime, Coroutine *co);
/** Before `co` makes a call that a stress mode counts. */
inline void count_call(Coroutine *co) {
  Runtime &runtime = runtime_of(co);
  if (++runtime.call_count >= runtime.disturbed_call) disturb_caller(runtime, co);
}

} // namespace yl
