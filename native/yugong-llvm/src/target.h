// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_TARGET_H
#define YUGONG_LLVM_TARGET_H

#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <memory>
#include <string>

namespace yugong {

struct TargetOptions {
  /// An LLVM processor name; "host" is this machine's, with the features that it really has.
  std::string cpu = "x86-64";
  /// More features, as LLVM writes them: "+avx2,-fma".
  std::string features;
  /// For a JIT LLVM may assume that code is not written to a file.
  bool jit = false;
};

/// Both ahead-of-time and JIT code is position-independent: the former goes into a shared object, and the latter lies above 2 GiB,
/// where absolute 32-bit addresses do not reach.
llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const TargetOptions &options);

}  // namespace yugong

#endif
