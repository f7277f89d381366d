// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_STOPWATCH_H
#define YUGONG_LLVM_STOPWATCH_H

#include <chrono>
#include <cstdint>

namespace yugong {

/// Adds the time that it lives to one phase.
class Stopwatch {
 public:
  explicit Stopwatch(uint64_t &nanoseconds) : nanoseconds_(nanoseconds) {}
  ~Stopwatch() { nanoseconds_ += uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start_).count()); }
  Stopwatch(const Stopwatch &) = delete;
  Stopwatch &operator=(const Stopwatch &) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  uint64_t &nanoseconds_;
  Clock::time_point start_ = Clock::now();
};

}  // namespace yugong

#endif
