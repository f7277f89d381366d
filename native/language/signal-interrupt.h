// SPDX-License-Identifier: MIT
// Ctrl-C: Node's own signal handlers are JavaScript and do not run while a program does.
#pragma once
#include <csignal>

#include "object.h"

namespace yl {

/**
 * While it exists, the first SIGINT of the process interrupts this engine. The second one does what it did before, so that a program that
 * does not get to a safepoint can be killed. One inside the other: the innermost engine is interrupted.
 */
class SignalInterrupt {
 public:
  explicit SignalInterrupt(Engine &engine);
  ~SignalInterrupt();
  SignalInterrupt(const SignalInterrupt &) = delete;
  SignalInterrupt &operator=(const SignalInterrupt &) = delete;

 private:
  Engine *outer_;
  struct sigaction before_;
};

} // namespace yl
