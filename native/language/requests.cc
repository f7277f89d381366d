// SPDX-License-Identifier: MIT
#include "requests.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <unordered_map>

#include "engine.h"
#include "error.h"
#include "traceback.h"

namespace yl {

namespace {

/**
 * The process registers for it with its first request: registering waits until every processor has switched threads, 10 ms and more, for
 * which no program is to wait when it starts. A signal handler may do it, and two threads at once.
 */
void barrier_on_all_threads() noexcept {
  static std::atomic<bool> is_registered{false};
  int error = errno;
  if (!is_registered.load(std::memory_order_relaxed))
    is_registered.store(syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0, std::memory_order_relaxed);
  // Without it (a kernel before 4.14) a request can go unnoticed at function entries until the next switch of coroutines; loops see it.
  syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
  errno = error;
}

} // namespace

void request(Engine &engine, uint32_t requests) noexcept {
  __atomic_or_fetch(&engine.requests, requests, __ATOMIC_SEQ_CST);
  barrier_on_all_threads();
  __atomic_store_n(&engine.stack_limit, UINT64_MAX, __ATOMIC_SEQ_CST);
}

void withdraw(Engine &engine, uint32_t requests) noexcept { __atomic_and_fetch(&engine.requests, ~requests, __ATOMIC_SEQ_CST); }

void set_current(Coroutine *co) noexcept {
  Engine &engine = *co->engine;
  __atomic_store_n(&engine.stack_limit, co->stack_limit(), __ATOMIC_RELAXED);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (is_requested(engine)) __atomic_store_n(&engine.stack_limit, UINT64_MAX, __ATOMIC_RELAXED);
}

void serve(Coroutine *co) {
  Runtime &runtime = runtime_of(co);
  uint32_t requests = __atomic_exchange_n(&runtime.requests, 0, __ATOMIC_SEQ_CST);
  set_current(co);
  if (requests & kEventsRequest && runtime.hooks.on_events) runtime.hooks.on_events();
  if (!(requests & (kInterruptRequest | kTimeLimitRequest))) return;
  bool is_interrupt = requests & kInterruptRequest;
  std::string what = is_interrupt ? "interrupted!" : "time limit of " + std::to_string(runtime.time_limit.count()) + " ms exceeded";
  // As in lua5.1, where a hook raises it, the message has the place of the call that is being executed.
  throw Interrupted(is_interrupt ? kInterruptRequest : kTimeLimitRequest, position(co, 2) + what, make_traceback(co));
}

namespace {

/**
 * The engines whose time is limited. A timer that has run out calls on a thread of its own, perhaps when its engine is gone already; what it
 * needs then must still be there, so this is never destroyed.
 */
struct TimedEngines {
  std::mutex mutex;
  std::unordered_map<int, Engine *> engines;
  int last_token = 0;

  static TimedEngines &instance() {
    static auto &instance = *new TimedEngines;
    return instance;
  }
};

void on_time_over(sigval token) {
  TimedEngines &timed = TimedEngines::instance();
  std::lock_guard lock(timed.mutex);
  if (auto found = timed.engines.find(token.sival_int); found != timed.engines.end()) request(*found->second, kTimeLimitRequest);
}

} // namespace

TimeLimit::TimeLimit(Engine &engine, std::chrono::milliseconds limit) {
  TimedEngines &timed = TimedEngines::instance();
  {
    std::lock_guard lock(timed.mutex);
    token_ = ++timed.last_token;
    timed.engines[token_] = &engine;
  }
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD;
  event.sigev_notify_function = on_time_over;
  event.sigev_value.sival_int = token_;
  itimerspec when{};
  when.it_value.tv_sec = limit.count() / 1000;
  when.it_value.tv_nsec = limit.count() % 1000 * 1000000;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0) {
    timer_settime(timer_, 0, &when, nullptr);
    return;
  }
  std::lock_guard lock(timed.mutex);
  timed.engines.erase(token_);
  throw std::runtime_error("no timer for the time limit");
}

TimeLimit::~TimeLimit() {
  timer_delete(timer_);
  TimedEngines &timed = TimedEngines::instance();
  std::lock_guard lock(timed.mutex);
  timed.engines.erase(token_);
}

} // namespace yl
