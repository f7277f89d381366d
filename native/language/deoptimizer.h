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
// The values are read from the keep-alives of the paused frame before it is popped; a payload carries them on the stack itself, so
// nothing is allocated.
#pragma once
#include "code-table.h"
#include "engine.h"

namespace yl {

/**
 * Replace the cursor's frame, which is at `site` and becomes the top, by interpreter frames.
 * Fails, with the stack perhaps changed, when there is no room.
 */
yg_status rebuild_frames(Runtime &runtime, Coroutine *co, yg_cursor *cursor, const CallSite &site);

} // namespace yl
