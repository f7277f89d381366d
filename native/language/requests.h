// SPDX-License-Identifier: MIT
// Requests: what a running program is asked for by another thread or by a signal handler, to be served at its next safepoint.
//
// Compiled code and the interpreter look at two words of the engine:
//
//     at a loop's back-edge    requests != 0          a load and a compare; optimized code leaves by a guard, the interpreter calls yl_serve
//     at a function's entry    sp < stack_limit       the check for stack overflow, which a request makes fail as well
//
// and builtins that may run for long poll between two steps. Nothing else has to be asked: no program runs for long without passing one.
//
// A request must not be lost when it meets the program switching coroutines, which stores the new coroutine's limit:
//
//     switching (on the engine's thread)         requesting (anywhere)
//       stack_limit = new limit                    requests |= …
//       if (requests) stack_limit = maximum        barrier on all threads (membarrier)
//                                                  stack_limit = maximum
//
// If the left side's load comes before the barrier, its store does too, and the right side's store is the last one. If it comes after
// it, it sees the request. A signal handler on the engine's own thread is the simple case of the same.
#pragma once
#include <ctime>

#include <chrono>
#include <exception>
#include <string>

#include "object.h"

namespace yl {

struct Runtime;

/** Bits of Engine::requests. */
enum Request : uint32_t {
  kInterruptRequest = 1, // end the program
  kTimeLimitRequest = 2, // the same, because it has used up its time
  kEventsRequest = 4,    // take the recorded events, their ring is getting full
};

/** From any thread, and from signal handlers. */
void request(Engine &engine, uint32_t requests) noexcept;
/** Forget requests that came too late for the program that they were meant for. */
void withdraw(Engine &engine, uint32_t requests) noexcept;
inline bool is_requested(const Engine &engine) { return __atomic_load_n(&engine.requests, __ATOMIC_RELAXED) != 0; }

/** `co` is what runs from here on: its stack limit is the engine's. */
void set_current(Coroutine *co) noexcept;

/** What ends a program from outside. It is no error of the language: no pcall catches it, and it comes out of Runtime::run. */
struct Interrupted : std::exception {
  Interrupted(Request reason, std::string message, std::string traceback)
      : reason(reason), message(std::move(message)), traceback(std::move(traceback)) {}
  const char *what() const noexcept override { return message.c_str(); }
  Request reason;
  std::string message, traceback;
};

/** Do what has been requested, in a host helper that `co` has called. Throws Interrupted. */
void serve(Coroutine *co);
/** For builtins, between two steps of a loop whose length is the program's choice. */
inline void poll(Coroutine *co) {
  if (__builtin_expect(is_requested(*co->engine), 0)) serve(co);
}

/**
 * Requests kTimeLimitRequest when so much time has passed, unless it is destroyed before. Made for each call from the host, so it is a timer of
 * the system's, which costs some microseconds, and no thread, which would cost some fifty.
 */
class TimeLimit {
 public:
  TimeLimit(Engine &engine, std::chrono::milliseconds limit);
  ~TimeLimit();
  TimeLimit(const TimeLimit &) = delete;
  TimeLimit &operator=(const TimeLimit &) = delete;

 private:
  int token_; // by which the timer knows the engine
  timer_t timer_;
};

} // namespace yl
