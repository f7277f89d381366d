// SPDX-License-Identifier: MIT
#include "broken-pipe.h"

#include <csignal>

Napi::Value end_on_broken_pipe(const Napi::CallbackInfo &info) {
  std::signal(SIGPIPE, SIG_DFL);
  return info.Env().Undefined();
}
