// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_NUMBERS_H
#define YUGONG_LLVM_NUMBERS_H

#include <llvm/IR/PassManager.h>

namespace yugong {

/// Branch where a word is taken for a double or converted from an integer, as a test of it says: `yugong-numbers` in a pipeline, last.
///
///     head:  br (w <u number), body, exit                     head:   br (w <u double), body, other
///     body:  %d = bitcast w to double                  →      other:  br (w <u number), convert, exit
///            %i = sitofp (trunc w) to double                  convert: %i = sitofp (trunc w) to double   br body
///            %x = select (w <u double), %d, %i                body:   %x = phi [bitcast w, head], [%i, convert]
///
/// Such a select is what merges and moves best in the passes before. As instructions, it converts each time, and waits for a mask; most
/// places see one kind of number nearly always. A guard before it that asks for a number of either kind is asked after the test.
struct NumbersPass : llvm::PassInfoMixin<NumbersPass> {
  static constexpr llvm::StringLiteral kName = "yugong-numbers";
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

}  // namespace yugong

#endif
