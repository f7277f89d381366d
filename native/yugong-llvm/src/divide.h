// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_DIVIDE_H
#define YUGONG_LLVM_DIVIDE_H

#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

namespace yugong {

/// Make divisions of the calls of @yg.fdiv, after the passes:
///
///     %q = call double @yg.fdiv(double %x, double %y)     →     %q = fdiv double %x, %y
///
/// A language in which the sign of a NaN can be seen cannot leave divisions to LLVM: what it finds out to be 0.0 / 0.0 becomes a positive
/// NaN, where x86-64's divsd makes a negative one (Intel SDM 1, table 4-7: the QNaN floating-point indefinite). The passes know nothing of
/// this function but that it can be moved and merged; constants are divided here, by the machine.
llvm::Error lowerDivisions(llvm::Module &module);

}  // namespace yugong

#endif
