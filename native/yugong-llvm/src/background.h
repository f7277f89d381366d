// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_BACKGROUND_H
#define YUGONG_LLVM_BACKGROUND_H

#include <llvm/Support/MemoryBuffer.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "session.h"

namespace yugong {

/// Compiles modules into a session on a thread of its own, in the order in which they were given, while whoever gave them goes on:
///
///     owner     start(f) ──────────── runs the program ──────────── takeFinished() ── installs f
///     thread             parse, fold, passes, code generation, link
///
/// LLVM needs nothing but a context and a code generator for each thread. Nobody waits for a compile that nobody wants any more: after
/// destruction the thread leaves out what passes it can, drops the result and ends, by itself. When the process exits, a thread in the
/// middle of a compile stops for good between two passes, before LLVM's own globals are destroyed under it; if that takes long, nothing is
/// destroyed, and the process ends.
class BackgroundCompiler {
 public:
  struct Finished {
    uint64_t job;
    std::optional<AddedModule> added;
    std::string error;  // when there is nothing added
    uint64_t began, ended;  // nanoseconds of the steady clock
  };

  /// The thread keeps the session until it ends.
  explicit BackgroundCompiler(std::shared_ptr<Session> session);
  ~BackgroundCompiler();
  BackgroundCompiler(const BackgroundCompiler &) = delete;
  BackgroundCompiler &operator=(const BackgroundCompiler &) = delete;

  /// Returns at once, with the number by which `takeFinished` will name the module.
  uint64_t start(std::unique_ptr<llvm::MemoryBuffer> module, const CompileOptions &options);
  /// What was finished since the last call, in order.
  std::vector<Finished> takeFinished();
  /// Blocks until every module that was started is finished.
  void waitForAll();
  /// A word that is not 0 while there is something to take. Written by the thread, atomically; it lives as long as this object.
  const uint32_t *notice() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace yugong

#endif
