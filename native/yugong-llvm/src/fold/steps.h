// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_FOLD_STEPS_H
#define YUGONG_LLVM_FOLD_STEPS_H

#include <llvm/IR/Instructions.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>

namespace yugong {

/// The call that a marker describes: the next in its block that is neither an intrinsic nor a marker; null when there is none.
llvm::CallInst *describedCall(llvm::CallInst &marker);

/// Replace `call` by one that has the stackmap in its operands: a "statepoint-id" attribute and a "deopt" bundle.
llvm::Expected<llvm::CallInst *> describeCall(llvm::CallInst &call, uint64_t csid, llvm::ArrayRef<llvm::Value *> values);

/// All calls of the marker function `name`, in module order; an error when it is used for anything but direct calls.
llvm::Expected<llvm::SmallVector<llvm::CallInst *, 0>> markerCalls(llvm::Module &module, llvm::StringRef name);

/// Remove the declaration of a marker whose calls are gone.
void eraseMarker(llvm::Module &module, llvm::StringRef name);

llvm::Error foldAttributes(llvm::Module &module);
llvm::Error foldFlags(llvm::Module &module);
llvm::Error foldMetadata(llvm::Module &module);
llvm::Error foldStackmaps(llvm::Module &module);
llvm::Error foldThreadedDispatch(llvm::Module &module);

}  // namespace yugong

#endif
