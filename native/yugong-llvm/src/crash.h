// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_CRASH_H
#define YUGONG_LLVM_CRASH_H

#include <llvm/ADT/STLExtras.h>

namespace yugong {

/// Run `body`; false when it has accessed memory that is not there, as passes of LLVM with a mistake do, and those that
/// recurse until the stack is full. Nothing of what it was doing is undone:
/// no destructor has run, so all that it had to do with is to be left alone, and leaked. C++ exceptions pass.
///
/// As in LLVM's CrashRecoveryContext, a signal handler jumps back. Unlike that one it hands on the signals of others as they are: Node needs them
/// for WebAssembly.
bool survives(llvm::function_ref<void()> body);

}  // namespace yugong

#endif
