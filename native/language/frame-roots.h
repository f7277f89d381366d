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

/** At a failed guard: the results of the instruction before, if its own instruction takes all of those. */
void mark_waiting_results(Marker &marker, Coroutine *co);

void mark_frames(Runtime &runtime, Coroutine *co, Marker &marker);

} // namespace yl
