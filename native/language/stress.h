// SPDX-License-Identifier: MIT
// Stress modes: guards that fail although they hold, and callers that lose their code while they wait. Programs must not notice.
#pragma once
#include <cstdint>

namespace yl {

constexpr uint64_t kNeverInjected = UINT64_MAX;

/** When to interfere: at the `first` time (counted from 1; 0: not at all), then at every `period`-th (0: no more), up to the `last`. */
struct Injection {
  uint64_t first = 0, period = 0, last = kNeverInjected;

  /** The smallest such number above `count`. */
  uint64_t next(uint64_t count) const {
    if (!first) return kNeverInjected;
    if (count >= first && !period) return kNeverInjected;
    uint64_t at = count < first ? first : first + ((count - first) / period + 1) * period;
    return at <= last ? at : kNeverInjected;
  }
};

} // namespace yl
