// SPDX-License-Identifier: MIT
#pragma once
#include <string>

namespace yl {

/** Register the generated interpreter's stackmaps with the core, once a process. Returns what went wrong, or an empty string. */
std::string register_interpreter_code();

} // namespace yl
