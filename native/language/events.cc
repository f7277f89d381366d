// SPDX-License-Identifier: MIT
#include "events.h"

#include <x86intrin.h>

#include <chrono>
#include <new>

namespace yl {

namespace {
uint64_t clock_nanoseconds() {
  return static_cast<uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
}
} // namespace

uint64_t ticks_now() { return __rdtsc(); }

EventRing::EventRing() : events_(capacity_), start_ticks_(ticks_now()), start_nanoseconds_(clock_nanoseconds()) {}

void EventRing::set_capacity(uint64_t capacity) {
  capacity_ = capacity;
  events_.assign(capacity, Event{});
  begin_ = end_ = 0;
}

double EventRing::nanoseconds_per_tick() const {
  double ticks = static_cast<double>(ticks_now() - start_ticks_);
  return ticks == 0 ? 1 : static_cast<double>(clock_nanoseconds() - start_nanoseconds_) / ticks;
}

std::vector<double> EventRing::drain() {
  double scale = nanoseconds_per_tick();
  std::vector<double> out;
  try {
    out.reserve((end_ - begin_) * 6);
  } catch (const std::bad_alloc &) {
    return out; // they stay in the ring until there is memory
  }
  for (; begin_ < end_; begin_++) {
    const Event &event = events_[begin_ % capacity_];
    double nanoseconds = static_cast<double>(event.ended - event.started) * scale;
    double milliseconds = static_cast<double>(event.started - start_ticks_) * scale * 1e-6;
    out.insert(out.end(), {event.csid, event.frames, nanoseconds, milliseconds, double(event.coroutine_id), double(event.kind)});
  }
  return out;
}

} // namespace yl
