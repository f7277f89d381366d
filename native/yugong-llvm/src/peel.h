// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_PEEL_H
#define YUGONG_LLVM_PEEL_H

#include <llvm/IR/PassManager.h>

namespace yugong {

/// Peel the first round off innermost loops where that removes guards from the others: `yugong-peel` in a pipeline.
///
///     loop:  guard(tag(t) == table)                     guard(tag(t) == table)  guard(0 < count(t))  x = array(t)[0]
///            guard(i < count(t))                  →     loop:  guard(i < count)  x = array[i]
///            x = array(t)[i]
///
/// What a guard tests of values that the loop does not change holds in each round once it has held in the first; and what is loaded behind
/// such a guard cannot be moved before the loop (without the guard its address may be anything) but is there after the first round. Redundancy
/// elimination (`gvn`), which has to follow, then takes both out of the loop.
///
/// A loop that begins with its test is turned round before, so that it ends with it.
///
/// Guards keep their exits: to those, the first round is one more predecessor.
struct PeelPass : llvm::PassInfoMixin<PeelPass> {
  static constexpr llvm::StringLiteral kName = "yugong-peel";
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

}  // namespace yugong

#endif
