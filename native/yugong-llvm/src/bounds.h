// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_BOUNDS_H
#define YUGONG_LLVM_BOUNDS_H

#include <llvm/IR/PassManager.h>

namespace yugong {

/// Test before an innermost loop that counts what its guards test in each round: `yugong-bounds` in a pipeline, behind `licm`.
///
///     loop:  guard(i - 1 <u n)                   if (first - 1 <=u limit - 1 and limit - 1 <u n)
///            x = p[i - 1]                  →        loop:  x = p[i - 1]   i += 1   again if i <= limit
///            i += 1   again if i <= limit        else
///                                                   the loop as it was
///
/// The index takes all values from the first to the last, so that what holds of both, and of their order, holds of those between: an
/// address is within bounds, a sum does not overflow. A loop that is left before its end, or whose limit is beyond an array's, needs its
/// guards; it is still there.
///
/// Both loops have the same exits.
struct BoundsPass : llvm::PassInfoMixin<BoundsPass> {
  static constexpr llvm::StringLiteral kName = "yugong-bounds";
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

}  // namespace yugong

#endif
