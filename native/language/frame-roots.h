// SPDX-License-Identifier: MIT
// What the frames of a paused stack keep alive: exactly what their stackmaps say.
//
//   interpreter     its closure; the registers that are live at its pc (ProtoInfo::is_live), varargs
//   optimized       the boxed values of its frame state
//   xpcall          its handler
//   pushed, not yet begun   the values in its payload
#pragma once
#include "engine.h"

namespace yl {

class Marker;

/**
 * Where an instruction of optimized code will be executed (again), by the interpreter or after a table has been made for it: the results
 * of the instruction before, if it takes all of those.
 */
void mark_waiting_results(Marker &marker, Coroutine *co);

void mark_frames(Runtime &runtime, Coroutine *co, Marker &marker);

} // namespace yl
