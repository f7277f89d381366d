// SPDX-License-Identifier: MIT
#include "background.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <system_error>

namespace yugong {
namespace {

/// Who compiles in this process, for its exit. Never destroyed: threads stand in it until the very end.
class Exit {
 public:
  static Exit &instance() {
    static Exit &exit = *new Exit;
    return exit;
  }

  void enter() {
    std::unique_lock lock(mutex_);
    if (exiting_) standStill(lock);
    ++compiling_;
  }
  void leave() {
    std::unique_lock lock(mutex_);
    --compiling_;
    changed_.notify_all();
    if (exiting_) standStill(lock);
  }
  /// Between two passes, where LLVM holds no lock.
  void pass() {
    if (exiting_) leave();
  }

 private:
  // Handlers run in reverse order of registration, and those of libLLVM were registered when it was loaded.
  Exit() {
    on_exit([](int status, void *) { instance().run(status); }, nullptr);
  }

  void run(int status) {
    std::unique_lock lock(mutex_);
    exiting_ = true;
    if (changed_.wait_for(lock, kPatience, [this] { return compiling_ == 0; })) return;
    // A pass may take seconds over a function of thousands of lines. Nothing may be destroyed under it, so nothing is.
    std::fflush(nullptr);
    _exit(status);
  }
  void standStill(std::unique_lock<std::mutex> &lock) {
    for (;;) changed_.wait(lock);
  }

  /// For how long who ends the process waits for the end of a pass.
  static constexpr std::chrono::milliseconds kPatience{50};

  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> exiting_{false};
  int compiling_ = 0;
};

uint64_t nanoseconds() {
  return uint64_t(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count());
}

/// Some passes recurse once for each of a chain of instructions: where a thread's usual 8 MiB (or what `ulimit -s` says) end, so would the compile.
constexpr size_t kStackBytes = 64 << 20;
/// Frames without probes may be this large, and must not reach over the end.
constexpr size_t kGuardBytes = 1 << 20;

/// Throws std::system_error when there can be no thread.
void startThread(std::function<void()> body) {
  auto given = std::make_unique<std::function<void()>>(std::move(body));
  const auto run = [](void *argument) -> void * {
    const std::unique_ptr<std::function<void()>> own(static_cast<std::function<void()> *>(argument));
    (*own)();
    return nullptr;
  };
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  const auto create = [&](size_t stackBytes) {
    pthread_attr_setstacksize(&attributes, stackBytes);
    pthread_t thread;
    return pthread_create(&thread, &attributes, run, given.get());
  };
  size_t usualBytes = 0;
  pthread_attr_getstacksize(&attributes, &usualBytes);
  pthread_attr_setguardsize(&attributes, kGuardBytes);
  int failure = create(kStackBytes);
  if (failure != 0) failure = create(usualBytes);  // where address space is limited
  pthread_attr_destroy(&attributes);
  if (failure != 0) throw std::system_error(failure, std::generic_category(), "there can be no thread for LLVM");
  (void)given.release();
}

}  // namespace

struct BackgroundCompiler::State {
  struct Job {
    uint64_t number;
    std::unique_ptr<llvm::MemoryBuffer> module;
    CompileOptions options;
  };

  explicit State(std::shared_ptr<Session> given) : session(std::move(given)) {}

  void run();
  Finished compile(const Job &job);
  Finished compileUnlessExiting(const Job &job);

  const std::shared_ptr<Session> session;
  std::unique_ptr<CodeGenerator> generator;  // the thread's; made with its first module
  std::atomic<bool> stopping{false};
  uint32_t notice = 0;

  std::mutex mutex;  // guards what follows
  std::condition_variable changed;
  std::deque<Job> waiting;
  std::vector<Finished> finished;
  uint64_t lastJob = 0;
  bool busy = false;
};

BackgroundCompiler::BackgroundCompiler(std::shared_ptr<Session> session) : state_(std::make_shared<State>(std::move(session))) {
  Exit::instance();
  startThread([state = state_] { state->run(); });
}

BackgroundCompiler::~BackgroundCompiler() {
  const std::lock_guard lock(state_->mutex);
  state_->stopping = true;
  state_->changed.notify_all();
}

uint64_t BackgroundCompiler::start(std::unique_ptr<llvm::MemoryBuffer> module, const CompileOptions &options) {
  const std::lock_guard lock(state_->mutex);
  const uint64_t job = ++state_->lastJob;
  state_->waiting.push_back({job, std::move(module), options});
  state_->changed.notify_all();
  return job;
}

std::vector<BackgroundCompiler::Finished> BackgroundCompiler::takeFinished() {
  const std::lock_guard lock(state_->mutex);
  __atomic_store_n(&state_->notice, 0, __ATOMIC_RELAXED);
  return std::exchange(state_->finished, {});
}

void BackgroundCompiler::waitForAll() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [this] { return state_->waiting.empty() && !state_->busy; });
}

const uint32_t *BackgroundCompiler::notice() const { return &state_->notice; }

void BackgroundCompiler::State::run() {
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return stopping || !waiting.empty(); });
    if (stopping) return;
    const Job job = std::move(waiting.front());
    waiting.pop_front();
    busy = true;
    lock.unlock();
    Finished done = compileUnlessExiting(job);
    lock.lock();
    finished.push_back(std::move(done));
    __atomic_store_n(&notice, 1, __ATOMIC_RELEASE);
    busy = false;
    changed.notify_all();
  }
}

BackgroundCompiler::Finished BackgroundCompiler::State::compileUnlessExiting(const Job &job) {
  // Not while Exit counts this thread: whoever generates code the other way may be one that stands still for good.
  const DeoptValuesScope scope(job.options.deoptValues);
  Exit::instance().enter();
  const uint64_t began = nanoseconds();
  Finished done = compile(job);
  done.began = began;
  done.ended = nanoseconds();
  Exit::instance().leave();
  return done;
}

BackgroundCompiler::Finished BackgroundCompiler::State::compile(const Job &job) {
  if (!generator) {
    auto made = session->newGenerator();
    if (!made) return {job.number, std::nullopt, llvm::toString(made.takeError()), 0, 0};
    generator = std::move(*made);
  }
  CompileOptions options = job.options;
  options.isUnwanted = [this] {
    Exit::instance().pass();
    return stopping.load(std::memory_order_relaxed);
  };
  auto added = session->add(job.module->getMemBufferRef(), options, *generator);
  if (!added) return {job.number, std::nullopt, llvm::toString(added.takeError()), 0, 0};
  return {job.number, std::move(*added), "", 0, 0};
}

}  // namespace yugong
