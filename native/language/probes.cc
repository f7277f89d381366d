// SPDX-License-Identifier: MIT
#include "probes.h"

#include <algorithm>
#include <limits>

namespace yl {

double ticks_of_a_mark() {
  constexpr int kBatches = 32, kMarks = 256;
  Probe probe{};
  Probed probed{&probe};
  double least = std::numeric_limits<double>::infinity();
  for (int batch = 0; batch < kBatches; batch++) {
    uint64_t start = ticks_now();
    for (int at = 0; at < kMarks; at++) probed.mark(Border::kLeft);
    least = std::min(least, static_cast<double>(ticks_now() - start) / kMarks);
  }
  return least;
}

} // namespace yl
