// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_DIVIDE_H
#define YUGONG_LLVM_DIVIDE_H

#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

namespace yugong {

// A language in which the sign of a NaN can be seen cannot leave to LLVM's passes what makes one of constants: they have 0.0 / 0.0 and
// 0.0 * infinity positive, where x86-64's instructions make a negative one (Intel SDM 1, table 4-7: the QNaN floating-point indefinite). A
// module that declares @yg.fdiv as double (double, double) is of such a language. The passes know nothing of this function but that it can
// be moved and merged.

/// Before the passes: no infinity is a constant to them, because it is divided by zero, by @yg.fdiv. Without one, and without division, there
/// is no NaN that was not one before.
void hideInfinities(llvm::Module &module);

/// After the passes, make divisions of the calls of @yg.fdiv, and compute what follows from constants by the machine:
///
///     %q = call double @yg.fdiv(double %x, double %y)     →     %q = fdiv double %x, %y
llvm::Error lowerDivisions(llvm::Module &module);

}  // namespace yugong

#endif
