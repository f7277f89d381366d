// SPDX-License-Identifier: MIT
#include "probes.h"

namespace yl {

double ticks_of_a_mark() {
  constexpr int kMarks = 4096;
  Probe probe{};
  Probed probed{&probe};
  uint64_t start = ticks_now();
  for (int at = 0; at < kMarks; at++) probed.mark(Border::kLeft);
  return static_cast<double>(ticks_now() - start) / kMarks;
}

} // namespace yl
