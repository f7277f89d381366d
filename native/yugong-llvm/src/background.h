// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_BACKGROUND_H
#define YUGONG_LLVM_BACKGROUND_H

#include <llvm/Support/MemoryBuffer.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "session.h"

namespace yugong {

/// Compiles modules into a session on a thread of its own, in the order in which they were given, while whoever gave them goes on:
///
///     owner     start(f) ──────────── runs the program ──────────── takeFinished() ── installs f
///     thread             parse, fold, passes, code generation, link
///
/// LLVM needs nothing but a context and a code generator for each thread. A compile cannot be interrupted: destruction waits for the one
/// that is running, and drops those that have not begun. So does exit(), before LLVM's own globals are destroyed under the thread.
class BackgroundCompiler {
 public:
  struct Finished {
    uint64_t job;
    std::optional<AddedModule> added;
    std::string error;  // when there is nothing added
  };

  explicit BackgroundCompiler(Session &session);
  ~BackgroundCompiler();
  BackgroundCompiler(const BackgroundCompiler &) = delete;
  BackgroundCompiler &operator=(const BackgroundCompiler &) = delete;

  /// Returns at once, with the number by which `takeFinished` will name the module.
  uint64_t start(std::unique_ptr<llvm::MemoryBuffer> module, const CompileOptions &options);
  /// What was finished since the last call, in order.
  std::vector<Finished> takeFinished();
  /// Blocks until every module that was started is finished.
  void waitForAll();
  /// Drop what has not begun, wait for what is running, end the thread. Nothing may be started afterwards.
  void stop();

 private:
  struct Job {
    uint64_t number;
    std::unique_ptr<llvm::MemoryBuffer> module;
    CompileOptions options;
  };

  void run();
  Finished compileOne(const Job &job);

  Session &session_;
  std::unique_ptr<CodeGenerator> generator_;  // the thread's; made with its first module

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<Job> waiting_;
  std::vector<Finished> finished_;
  uint64_t lastJob_ = 0;
  bool busy_ = false, stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace yugong

#endif
