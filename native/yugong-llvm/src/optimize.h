// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_OPTIMIZE_H
#define YUGONG_LLVM_OPTIMIZE_H

#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Target/TargetMachine.h>

#include <functional>

namespace yugong {

/// Run `pipeline` (as opt -passes= takes it; PeelPass and AddressPass are known, too), or when that is empty LLVM's default pipeline of `level` (0 to 3). `isUnwanted`, if there is
/// one, is asked between passes; from the first yes on those are left out that need not run.
llvm::Error optimize(llvm::Module &module, llvm::TargetMachine &target, unsigned level, llvm::StringRef pipeline,
                     const std::function<bool()> &isUnwanted = nullptr);

}  // namespace yugong

#endif
