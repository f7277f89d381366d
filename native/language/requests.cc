// SPDX-License-Identifier: MIT
#include "requests.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "engine.h"
#include "error.h"
#include "traceback.h"

namespace yl {

namespace {

/** Registered when the addon is loaded, because a signal handler must not do more than it has to. */
const bool kHasBarrier = syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) == 0;

void barrier_on_all_threads() noexcept {
  int error = errno;
  // Without it (a kernel before 4.14) a request can go unnoticed at function entries until the next switch of coroutines; loops see it.
  if (kHasBarrier) syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
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
  __atomic_store_n(&engine.stack_limit, co->stack_limit, __ATOMIC_RELAXED);
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

TimeLimit::TimeLimit(Engine &engine, std::chrono::milliseconds limit) {
  thread_ = std::thread([this, &engine, deadline = std::chrono::steady_clock::now() + limit] {
    std::unique_lock lock(mutex_);
    if (!over_.wait_until(lock, deadline, [this] { return is_over_; })) request(engine, kTimeLimitRequest);
  });
}

TimeLimit::~TimeLimit() {
  {
    std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  over_.notify_one();
  thread_.join();
}

} // namespace yl
