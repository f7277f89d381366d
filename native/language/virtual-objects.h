// SPDX-License-Identifier: MIT
// Objects that optimized code has done without, because nobody but itself could have seen them: described by its frame states (frame-state.h), and
// made when a frame is left.
#pragma once
#include "code-table.h"
#include "engine.h"

namespace yl {

/**
 * Make what the code has done without. All of them exist before the first is filled in, since they may refer to each other.
 * Nothing is collected meanwhile. Throws OutOfMemory, with nothing changed.
 */
void make_objects(Runtime &runtime, const CallSite &site, const uint64_t *keepalives, Value *objects);

} // namespace yl
