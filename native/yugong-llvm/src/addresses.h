// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_ADDRESSES_H
#define YUGONG_LLVM_ADDRESSES_H

#include <llvm/IR/PassManager.h>

namespace yugong {

/// Make pointers of a base and a constant offset out of integers that are: `yugong-addresses` in a pipeline.
///
///     %a = add i64 %slots, 8                              %base = inttoptr i64 %slots to i8*
///     %p = inttoptr i64 %a to i64*                →       %at = getelementptr i8, i8* %base, i64 8
///     store i64 %x, i64* %p                               %p = bitcast i8* %at to i64*
///
/// Code computes addresses as words, and of two words LLVM's alias analysis does not know that they are never the same, even if they are
/// 8 bytes apart: a store to one field of an object would make it load all others again, and test their types. Of two offsets from one
/// pointer it does. So each word that is a base becomes one pointer, behind its definition.
struct AddressPass : llvm::PassInfoMixin<AddressPass> {
  static constexpr llvm::StringLiteral kName = "yugong-addresses";
  llvm::PreservedAnalyses run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses);
};

}  // namespace yugong

#endif
