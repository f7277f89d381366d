// SPDX-License-Identifier: MIT
// Where the time of leaving and entering optimized code goes: time stamps at the borders of the phases, for measurements.
//
//     guard fails              yl_probed_deopt  ◄─ kLeft
//     host call                kEntered         the helper runs (of a lazy deopt, the barrier's function)
//                              kFound           the frame and its frame state are known
//                              kRead            its values are read
//                              kRebuilt         it is popped, the frames that take its place are pushed
//                              kReturned        it is recorded, and the policy asked
//     the stack is resumed     yl_probed_resume ◄─ kResumed, then the function that was pushed
//
// Nothing of it is in the way when there are no probes: generated code calls yl_deopt itself, and the functions that mark borders are
// instantiated a second time with a type that marks nothing.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "events.h"

namespace yl {

enum class Border : uint32_t { kLeft, kEntered, kFound, kRead, kRebuilt, kReturned, kResumed };
constexpr size_t kBorders = 7;

enum class ProbeKind : uint32_t { kEagerDeopt, kLazyDeopt, kOsrEntry, kInvalidation };

/** Ticks at the borders; 0 where the kind has no such border. */
struct Probe {
  ProbeKind kind;
  uint32_t frames; // that were rebuilt; of an invalidation: that wait
  uint32_t values; // keep-alives, or registers; of an invalidation: coroutines that were deoptimized
  uint64_t at[kBorders];
};

class Probes {
 public:
  explicit Probes(size_t capacity) { list_.reserve(capacity); }
  /** Null when there is no more room. It stays where it is until `clear`. */
  Probe *begin(ProbeKind kind) {
    if (list_.size() == list_.capacity()) return nullptr;
    list_.push_back({kind, 0, 0, {}});
    return &list_.back();
  }
  const std::vector<Probe> &list() const { return list_; }
  void clear() { list_.clear(); }

 private:
  std::vector<Probe> list_;
};

/** Ticks that one mark takes: the mean of many, because the counter may go in steps of several marks, of the batch that nothing disturbed. */
double ticks_of_a_mark();

/** What instantiates a function without probes. */
struct Unprobed {
  static constexpr bool kIsProbed = false;
  void mark(Border) const {}
  void say(uint32_t, uint32_t) const {}
};

/** And with: into a probe, or nowhere when they have run out. */
struct Probed {
  static constexpr bool kIsProbed = true;
  Probe *probe;
  void mark(Border border) const {
    if (probe) probe->at[static_cast<size_t>(border)] = ticks_now();
  }
  void say(uint32_t frames, uint32_t values) const {
    if (probe) probe->frames = frames, probe->values = values;
  }
};

} // namespace yl
