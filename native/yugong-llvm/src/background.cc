// SPDX-License-Identifier: MIT
#include "background.h"

#include <cstdlib>
#include <set>

namespace yugong {
namespace {

/// All compilers of the process. Never destroyed, since exit() may come from any thread at any time.
struct Running {
  std::mutex mutex;
  std::set<BackgroundCompiler *> compilers;
};

Running &running() {
  static Running *const all = new Running;
  return *all;
}

void stopAll() {
  const std::lock_guard lock(running().mutex);
  for (BackgroundCompiler *compiler : running().compilers) compiler->stop();
}

}  // namespace

BackgroundCompiler::BackgroundCompiler(Session &session) : session_(session), thread_([this] { run(); }) {
  // Handlers run in reverse order of registration, and those of libLLVM were registered when it was loaded.
  static const int registered = std::atexit(stopAll);
  (void)registered;
  const std::lock_guard lock(running().mutex);
  running().compilers.insert(this);
}

BackgroundCompiler::~BackgroundCompiler() {
  {
    const std::lock_guard lock(running().mutex);
    running().compilers.erase(this);
  }
  stop();
}

void BackgroundCompiler::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

uint64_t BackgroundCompiler::start(std::unique_ptr<llvm::MemoryBuffer> module, const CompileOptions &options) {
  uint64_t job;
  {
    const std::lock_guard lock(mutex_);
    job = ++lastJob_;
    waiting_.push_back({job, std::move(module), options});
  }
  changed_.notify_all();
  return job;
}

std::vector<BackgroundCompiler::Finished> BackgroundCompiler::takeFinished() {
  const std::lock_guard lock(mutex_);
  return std::exchange(finished_, {});
}

void BackgroundCompiler::waitForAll() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || (waiting_.empty() && !busy_); });
}

void BackgroundCompiler::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const Job job = std::move(waiting_.front());
    waiting_.pop_front();
    busy_ = true;
    lock.unlock();
    Finished finished = compileOne(job);
    lock.lock();
    finished_.push_back(std::move(finished));
    busy_ = false;
    changed_.notify_all();
  }
}

BackgroundCompiler::Finished BackgroundCompiler::compileOne(const Job &job) {
  if (!generator_) {
    auto generator = session_.newGenerator();
    if (!generator) return {job.number, std::nullopt, llvm::toString(generator.takeError())};
    generator_ = std::move(*generator);
  }
  auto added = session_.add(job.module->getMemBufferRef(), job.options, *generator_);
  if (!added) return {job.number, std::nullopt, llvm::toString(added.takeError())};
  return {job.number, std::move(*added), ""};
}

}  // namespace yugong
