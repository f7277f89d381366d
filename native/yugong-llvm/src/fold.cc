// SPDX-License-Identifier: MIT
#include "fold.h"

#include "error.h"
#include "fold/steps.h"

namespace yugong {

llvm::CallInst *describedCall(llvm::CallInst &marker) {
  for (llvm::Instruction *next = marker.getNextNode(); next; next = next->getNextNode()) {
    auto *call = llvm::dyn_cast<llvm::CallInst>(next);
    if (!call) continue;
    const llvm::Function *callee = call->getCalledFunction();
    if (callee && (callee->isIntrinsic() || callee->getName().startswith("yg."))) continue;
    return call;
  }
  return nullptr;
}

llvm::Expected<llvm::SmallVector<llvm::CallInst *, 0>> markerCalls(llvm::Module &module, llvm::StringRef name) {
  llvm::SmallVector<llvm::CallInst *, 0> calls;
  llvm::Function *marker = module.getFunction(name);
  if (!marker) return calls;
  if (!marker->isDeclaration()) return makeError("@" + name + " is a marker and must not have a body");
  // Walking the module instead of the marker's use list keeps the order (and so the first error reported) that of the source.
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block)
        if (auto *call = llvm::dyn_cast<llvm::CallInst>(&instruction))
          if (call->getCalledFunction() == marker) calls.push_back(call);
  if (calls.size() != marker->getNumUses()) return makeError("@" + name + " is a marker and can only be called directly");
  return calls;
}

void eraseMarker(llvm::Module &module, llvm::StringRef name) {
  if (llvm::Function *marker = module.getFunction(name)) marker->eraseFromParent();
}

llvm::Error fold(llvm::Module &module) {
  // Flags and metadata go by names, so they come before anything replaces instructions. Attributes come before dispatch, which
  // an attribute switches on; and stackmaps before dispatch, which copies calls with their bundles.
  using Step = llvm::Error (*)(llvm::Module &);
  for (Step step : {Step(foldAttributes), Step(foldFlags), Step(foldMetadata), Step(foldStackmaps), Step(foldThreadedDispatch)})
    if (llvm::Error error = step(module)) return inContext("fold", std::move(error));
  return llvm::Error::success();
}

}  // namespace yugong
