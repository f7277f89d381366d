// SPDX-License-Identifier: MIT
//
//   %musttail.r = call i64 @f(i64 %x)      →   musttail call
//   call void @yg.musttail()
//   call void @g(i64 %x)                   →   musttail call (without a result there is no name)
//   %nsw.sum = add i64 %a, %b              →   add nsw
#include <llvm/IR/Operator.h>

#include "../error.h"
#include "steps.h"

namespace yugong {
namespace {

void foldNamedFlags(llvm::Instruction &instruction) {
  const llvm::StringRef name = instruction.getName();
  if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction)) {
    if (name.startswith("tail.")) call->setTailCall();
    if (name.startswith("musttail.")) call->setTailCallKind(llvm::CallInst::TCK_MustTail);
  } else if (llvm::isa<llvm::OverflowingBinaryOperator>(instruction)) {
    if (name.startswith("nsw.")) instruction.setHasNoSignedWrap();
  }
}

llvm::Error foldTailMarkers(llvm::Module &module, llvm::StringRef name, llvm::CallInst::TailCallKind kind) {
  auto markers = markerCalls(module, name);
  if (!markers) return markers.takeError();
  for (llvm::CallInst *marker : *markers) {
    llvm::CallInst *call = describedCall(*marker);
    if (!call) return makeError("no call follows @" + name + " in its block, in function @" + marker->getFunction()->getName());
    call->setTailCallKind(kind);
    marker->eraseFromParent();
  }
  eraseMarker(module, name);
  return llvm::Error::success();
}

}  // namespace

llvm::Error foldFlags(llvm::Module &module) {
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (instruction.hasName()) foldNamedFlags(instruction);
  if (llvm::Error error = foldTailMarkers(module, "yg.tail", llvm::CallInst::TCK_Tail)) return error;
  return foldTailMarkers(module, "yg.musttail", llvm::CallInst::TCK_MustTail);
}

}  // namespace yugong
