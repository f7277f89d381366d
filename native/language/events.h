// SPDX-License-Identifier: MIT
// The last deoptimizations, OSR entries, collections and (when asked for) switches of coroutines, for whoever shows or tests them. Recording
// allocates nothing.
#pragma once
#include <cstdint>
#include <vector>

namespace yl {

/** Time stamp counter: a clock read would cost as much as the deoptimization that it measures. */
uint64_t ticks_now();

enum class EventKind : uint32_t { kEagerDeopt = 0, kSuspendedDeopt = 1, kOsrEntry = 2, kInjectedDeopt = 3, kSwitch = 4, kCollection = 5, kLazyDeopt = 6 };

struct Event {
  double csid; // of an OSR entry: protoId * 65536 + pc; of a switch: nothing; of a collection: bytes before it
  uint64_t started, ended; // ticks
  double frames; // of a collection: bytes after it
  uint32_t coroutine_id;
  EventKind kind;
};

class EventRing {
 public:
  EventRing();
  /** Room for so many; drops what was recorded. */
  void set_capacity(uint64_t capacity);
  /** Full: the oldest event is lost. */
  void record(const Event &event) {
    events_[end_ % capacity_] = event;
    if (++end_ - begin_ > capacity_) begin_++;
  }
  bool half_full() const { return end_ - begin_ >= capacity_ / 2; }
  /** Six doubles an event: csid, frames, nanoseconds, milliseconds since the start, coroutine id, kind. Empties the ring. */
  std::vector<double> drain();
  double nanoseconds_per_tick() const;

 private:
  uint64_t capacity_ = 4096;
  std::vector<Event> events_;
  uint64_t begin_ = 0, end_ = 0;
  uint64_t start_ticks_, start_nanoseconds_;
};

} // namespace yl
