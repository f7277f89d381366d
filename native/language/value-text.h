// SPDX-License-Identifier: MIT
// A value for people who look at the engine: 12, "text", table 0x7f…, function fib. Programs see tostring's form instead.
#pragma once
#include <string>

#include "object.h"

namespace yl {

/** Long strings are cut. Bytes, as strings of the language are. */
std::string text_of(Value value);

} // namespace yl
