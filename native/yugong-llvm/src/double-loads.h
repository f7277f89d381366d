// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_DOUBLE_LOADS_H
#define YUGONG_LLVM_DOUBLE_LOADS_H

#include <llvm/IR/PassManager.h>

namespace yugong {

/// Load a word that is tested and then used as a double a second time, as a double: `yugong-double-loads` in a pipeline, last.
///
///     head:  %w = load i64, %p                              head:  %w = load i64, %p
///            br (%w <u double), body, exit           →             br (%w <u double), body, exit
///     body:  %x = fmul %y, (bitcast %w to double)           body:  %d = load double, %p      %x = fmul %y, %d
///
/// Now the test is one instruction, with the load in it, and so may be the use; a word that went into a general register for the test would
/// have to be moved to another one. The second load gives what the first gave: nothing is stored between the two. What else keeps the word,
/// such as the state at an exit, gets the double's.
struct DoubleLoadsPass : llvm::PassInfoMixin<DoubleLoadsPass> {
  static constexpr llvm::StringLiteral kName = "yugong-double-loads";
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

}  // namespace yugong

#endif
