// SPDX-License-Identifier: MIT
#include "thread-clock.h"

#include <ctime>

Napi::Value thread_milliseconds(const Napi::CallbackInfo &info) {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return Napi::Number::New(info.Env(), static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6);
}
