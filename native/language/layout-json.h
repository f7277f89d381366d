// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace yl {

/** Tags, offsets and helpers as JSON, for jit/layout.ts. Needs nothing but object.h and helpers.def. */
std::string layout_json();

} // namespace yl
