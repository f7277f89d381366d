// SPDX-License-Identifier: MIT
// How deep calls may go.
//
// Functions compare RSP with Engine::stack_limit when they begin (jit/semantics/safepoint.ts). Below the lowest limit is a reserve: for error
// messages, handlers of errors, leaf helpers, signals.
//
//     top of the stack
//     │ frames               │ ◄─ an eighth of the stack: the frames are counted when a call gets here, ...
//     │                      │ ◄─ ... and where there would be as many as a stack may have, if all were like those
//     │                      │ ◄─ lowest limit
//     │ reserve              │ ◄─ lowest limit while a handler runs
//
// Compiled frames can be 20 times as small as the interpreter's. A stack has only so many frames as the interpreter's would fit on it: more of them
// no program can rely on, and each collection, and each error at the end of a recursion without end, has to walk through all of them.
#pragma once
#include "engine.h"

namespace yl {

/** Of a coroutine that has another stack, or has given up frames; set_current makes it count. */
void set_stack_limit(Coroutine *coroutine);
/** A handler of errors gets most of the reserve. */
void lower_stack_limit(Coroutine *coroutine);
/** A call that needs so much beyond the top frame has met the limit: if the stack has not overflown, the limit is further down from now on. */
bool move_stack_limit(Coroutine *coroutine, size_t bytes);

} // namespace yl
