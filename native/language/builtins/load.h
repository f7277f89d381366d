// SPDX-License-Identifier: MIT
// Chunks compiled at run time.
#pragma once
#include "call.h"

namespace yl {

struct Loaded {
  Value function; // nil: `message` says why
  std::string message;
};

/** The file's chunk, not yet run; standard input without a path. A first line that starts with `#` is skipped. */
Loaded load_file(Call &call, const std::string *path);

} // namespace yl
