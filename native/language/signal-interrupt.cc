// SPDX-License-Identifier: MIT
#include "signal-interrupt.h"

#include "requests.h"

namespace yl {

namespace {

Engine *engine_to_interrupt; // accessed atomically: the handler may run on any thread
struct sigaction before_handler;

void on_signal(int number) {
  sigaction(number, &before_handler, nullptr);
  if (Engine *engine = __atomic_load_n(&engine_to_interrupt, __ATOMIC_SEQ_CST)) request(*engine, kInterruptRequest);
}

bool is_ours(const struct sigaction &action) { return !(action.sa_flags & SA_SIGINFO) && action.sa_handler == on_signal; }

} // namespace

SignalInterrupt::SignalInterrupt(Engine &engine) : outer_(__atomic_exchange_n(&engine_to_interrupt, &engine, __ATOMIC_SEQ_CST)) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  // No SA_RESTART: a program that waits for input is interrupted, too.
  sigaction(SIGINT, nullptr, &before_);
  if (!is_ours(before_)) before_handler = before_;
  sigaction(SIGINT, &action, nullptr);
}

SignalInterrupt::~SignalInterrupt() {
  struct sigaction now;
  sigaction(SIGINT, nullptr, &now);
  if (is_ours(now)) sigaction(SIGINT, &before_, nullptr); // whoever has put another one there since keeps it
  __atomic_store_n(&engine_to_interrupt, outer_, __ATOMIC_SEQ_CST);
}

} // namespace yl
