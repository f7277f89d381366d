// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_CODE_GENERATOR_H
#define YUGONG_LLVM_CODE_GENERATOR_H

#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <array>
#include <memory>

namespace yugong {

/// A target machine with its code generation passes, which are kept from module to module: putting them together takes longer than
/// running them over a small function. LLVM's llc tests the same reuse with -compile-twice.
class CodeGenerator {
 public:
  explicit CodeGenerator(std::unique_ptr<llvm::TargetMachine> target);
  ~CodeGenerator();

  llvm::TargetMachine &target() { return *target_; }

  /// An ELF object for `module`, which is changed. `level` is 0 to 3, as in -O2; 0 uses the fast instruction selector.
  llvm::Error generateObject(llvm::Module &module, unsigned level, llvm::SmallVectorImpl<char> &object);

  /// The assembly text for `module`, which is changed.
  llvm::Error generateAssembly(llvm::Module &module, unsigned level, std::string &text);

  /// Forget the passes, after a fatal error left them in the middle of something.
  void reset();

 private:
  struct Pipeline;

  void setLevel(unsigned level);

  std::unique_ptr<llvm::TargetMachine> target_;
  std::array<std::unique_ptr<Pipeline>, 4> pipelines_;
};

}  // namespace yugong

#endif
