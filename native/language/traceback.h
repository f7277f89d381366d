// SPDX-License-Identifier: MIT
#pragma once
#include <string>

#include "object.h"

namespace yl {

/** "stack traceback:\n\tb.lua:1: in function 'f'\n…" of a paused stack, as the stand-alone lua5.1 prints it. */
std::string make_traceback(Coroutine *co);

} // namespace yl
