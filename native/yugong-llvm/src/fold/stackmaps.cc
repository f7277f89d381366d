// SPDX-License-Identifier: MIT
//
//   call void (i64, ...) @yg.stackmap(i64 71, i32 2, i64 %x)
//   %y = call i64 @callee(i64 %z) nounwind
//
// becomes
//
//   %y = call i64 @callee(i64 %z) nounwind "statepoint-id"="71" [ "deopt"(i32 2, i64 %x) ]
//
// which LLVM lowers to a STATEPOINT: its stackmap record has identifier 71 and lies exactly at the call's return address.
#include <llvm/IR/Constants.h>
#include <llvm/IR/DataLayout.h>

#include "../error.h"
#include "steps.h"

namespace yugong {
namespace {

constexpr llvm::StringLiteral kMarker = "yg.stackmap";
// The count is 16 bits wide in a stackmap record, which holds three more constants than the bundle.
constexpr size_t kMaxOperands = 65535;

bool fits(const llvm::Value &value, const llvm::DataLayout &layout) {
  llvm::Type *type = value.getType();
  const bool scalar = type->isIntegerTy() || type->isPointerTy() || type->isFloatTy() || type->isDoubleTy();
  return scalar && layout.getTypeSizeInBits(type) <= 64;
}

/// Whatever `describeCall` does not replace.
llvm::Error checkDescription(const llvm::CallInst &call, uint64_t csid, llvm::ArrayRef<llvm::Value *> values) {
  if (csid == 0) return makeError("CSID 0 means no stackmap");
  if (values.size() > kMaxOperands)
    return makeError(llvm::Twine(values.size()) + " values, but a record holds at most " + llvm::Twine(kMaxOperands));
  for (size_t i = 0; i < values.size(); ++i)
    if (!fits(*values[i], call.getModule()->getDataLayout()))
      return makeError("value " + llvm::Twine(i) + " is not an integer, pointer or floating-point value of at most 64 bits");
  if (call.isInlineAsm()) return makeError("the call that follows is inline assembly");
  if (call.isMustTailCall()) return makeError("the call that follows is a musttail call, which has no return address");
  if (call.getOperandBundle(llvm::LLVMContext::OB_deopt)) return makeError("the call that follows has a stackmap already");
  return llvm::Error::success();
}

llvm::Error markerError(llvm::CallInst &marker, const llvm::Twine &what) {
  std::string csid = "?";
  if (marker.arg_size() > 0)
    if (auto *constant = llvm::dyn_cast<llvm::ConstantInt>(marker.getArgOperand(0)))
      if (constant->getBitWidth() <= 64) csid = std::to_string(constant->getZExtValue());
  return makeError("stackmap " + csid + " in function @" + marker.getFunction()->getName() + ": " + what);
}

llvm::Error foldStackmap(llvm::CallInst &marker) {
  if (marker.arg_size() == 0) return markerError(marker, "the marker has no CSID");
  auto *csid = llvm::dyn_cast<llvm::ConstantInt>(marker.getArgOperand(0));
  if (!csid || csid->getBitWidth() != 64) return markerError(marker, "the CSID is not a constant i64");
  llvm::CallInst *call = describedCall(marker);
  if (!call) return markerError(marker, "no call follows the marker in its block");
  llvm::SmallVector<llvm::Value *, 32> values(marker.arg_begin() + 1, marker.arg_end());
  auto described = describeCall(*call, csid->getZExtValue(), values);
  if (!described) return markerError(marker, llvm::toString(described.takeError()));
  marker.eraseFromParent();
  return llvm::Error::success();
}

}  // namespace

llvm::Expected<llvm::CallInst *> describeCall(llvm::CallInst &call, uint64_t csid, llvm::ArrayRef<llvm::Value *> values) {
  if (llvm::Error error = checkDescription(call, csid, values)) return error;
  llvm::SmallVector<llvm::OperandBundleDef, 2> bundles;
  call.getOperandBundlesAsDefs(bundles);
  bundles.emplace_back("deopt", values);
  llvm::CallInst *described = llvm::CallInst::Create(&call, bundles, &call);
  described->copyMetadata(call);
  described->addFnAttr(llvm::Attribute::get(call.getContext(), "statepoint-id", std::to_string(csid)));
  call.replaceAllUsesWith(described);
  described->takeName(&call);
  call.eraseFromParent();
  return described;
}

llvm::Error foldStackmaps(llvm::Module &module) {
  auto markers = markerCalls(module, kMarker);
  if (!markers) return markers.takeError();
  for (llvm::CallInst *marker : *markers)
    if (llvm::Error error = foldStackmap(*marker)) return error;
  eraseMarker(module, kMarker);
  return llvm::Error::success();
}

}  // namespace yugong
