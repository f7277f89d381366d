// SPDX-License-Identifier: MIT
// The engines of this process, for interrupting one from another thread than its own.
#pragma once
#include <cstdint>

#include "object.h"

namespace interrupts {

/** A number by which other threads know the engine, until `remove`. Never used twice. */
uint32_t add(yl::Engine *engine);
void remove(uint32_t token);
/** False when there is no such engine any more. */
bool interrupt(uint32_t token);

} // namespace interrupts
