// SPDX-License-Identifier: MIT
#include <ctime>

#include "call.h"

namespace yl {

namespace {

yg_pair clock_(Call &call) { return call.one(box_number(static_cast<double>(clock()) / CLOCKS_PER_SEC)); }

} // namespace

void open_os(Runtime &runtime) {
  Library library(runtime);
  Table *os = library.table();
  library.set_field(os, "clock", box(library.function("os.clock", clock_)));
  library.set_global("os", box(os));
}

} // namespace yl
