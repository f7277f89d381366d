// SPDX-License-Identifier: MIT
//
//   %tbaa.slot.3 = getelementptr …                         alias class "slot"
//   %p = bitcast i64* %tbaa.slot.3 to double*
//   %x = load double, double* %p                       →   !tbaa of class "slot"
//   load i64, i64* %tbaa.volatile.                     →   a volatile load
//   br i1 %unlikely.overflow, label %a, label %b       →   !prof branch_weights 1:2000
#include <llvm/ADT/StringMap.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/PatternMatch.h>

#include "steps.h"

namespace yugong {
namespace {

constexpr uint32_t kLikelyWeight = 2000;

/// Scalar classes under one root: two accesses alias exactly when they are of the same class (or have none).
class AliasClasses {
 public:
  explicit AliasClasses(llvm::LLVMContext &context) : builder_(context), root_(builder_.createTBAARoot("yugong")) {}

  llvm::MDNode *tag(llvm::StringRef name) {
    llvm::MDNode *&tag = tags_[name];
    if (!tag) {
      llvm::MDNode *type = builder_.createTBAAScalarTypeNode(name, root_);
      tag = builder_.createTBAAStructTagNode(type, type, 0);
    }
    return tag;
  }

 private:
  llvm::MDBuilder builder_;
  llvm::MDNode *root_;
  llvm::StringMap<llvm::MDNode *> tags_;
};

/// "slot" for a pointer named tbaa.slot.3, or cast from one; empty when there is no class.
llvm::StringRef aliasClass(const llvm::Value *pointer) {
  for (;;) {
    llvm::StringRef name = pointer->getName();
    if (name.consume_front("tbaa.")) return name.take_until([](char c) { return c == '.'; });
    auto *cast = llvm::dyn_cast<llvm::BitCastInst>(pointer);
    if (!cast) return {};
    pointer = cast->getOperand(0);
  }
}

void foldAccess(llvm::Instruction &access, AliasClasses &classes) {
  llvm::StringRef name = aliasClass(llvm::getLoadStorePointerOperand(&access));
  // A constant pointer cannot have a name, but a load from it can.
  if (name.empty()) name = aliasClass(&access);
  if (name.empty()) return;
  access.setMetadata(llvm::LLVMContext::MD_tbaa, classes.tag(name));
  if (name == "volatile") {
    if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&access)) load->setVolatile(true);
    else llvm::cast<llvm::StoreInst>(access).setVolatile(true);
  }
  // Not TBAA's own "constant" flag: that would also promise that no store initializes the memory.
  if (name == "const" && llvm::isa<llvm::LoadInst>(access))
    access.setMetadata(llvm::LLVMContext::MD_invariant_load, llvm::MDNode::get(access.getContext(), {}));
}

void foldBranch(llvm::BranchInst &branch) {
  using namespace llvm::PatternMatch;
  if (!branch.isConditional()) return;
  llvm::Value *condition = branch.getCondition();
  bool likely = true;
  while (match(condition, m_Not(m_Value(condition)))) likely = !likely;
  if (condition->getName().startswith("unlikely."))
    likely = !likely;
  else if (!condition->getName().startswith("likely."))
    return;
  llvm::MDNode *weights = llvm::MDBuilder(branch.getContext()).createBranchWeights(likely ? kLikelyWeight : 1, likely ? 1 : kLikelyWeight);
  branch.setMetadata(llvm::LLVMContext::MD_prof, weights);
}

}  // namespace

llvm::Error foldMetadata(llvm::Module &module) {
  AliasClasses classes(module.getContext());
  for (llvm::Function &function : module)
    for (llvm::BasicBlock &block : function)
      for (llvm::Instruction &instruction : block) {
        if (llvm::isa<llvm::LoadInst>(instruction) || llvm::isa<llvm::StoreInst>(instruction)) foldAccess(instruction, classes);
        if (auto *branch = llvm::dyn_cast<llvm::BranchInst>(&instruction)) foldBranch(*branch);
      }
  return llvm::Error::success();
}

}  // namespace yugong
