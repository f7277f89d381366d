// SPDX-License-Identifier: MIT
#include "addresses.h"

#include <llvm/ADT/DenseMap.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/PatternMatch.h>

namespace yugong {
namespace {

struct Address {
  llvm::Value *base;
  int64_t offset;
};

Address addressOf(llvm::Value *word) {
  using namespace llvm::PatternMatch;
  Address address{word, 0};
  llvm::Value *rest;
  llvm::ConstantInt *offset;
  while (match(address.base, m_Add(m_Value(rest), m_ConstantInt(offset)))) {
    address.base = rest;
    address.offset += offset->getSExtValue();
  }
  return address;
}

/// Where something can be put that uses `value`, as early as possible; null if nowhere.
llvm::Instruction *placeBehind(llvm::Value *value, llvm::Function &function) {
  auto *instruction = llvm::dyn_cast<llvm::Instruction>(value);
  if (!instruction) return &*function.getEntryBlock().getFirstInsertionPt();
  if (instruction->isTerminator()) return nullptr;
  if (llvm::isa<llvm::PHINode>(instruction)) return &*instruction->getParent()->getFirstInsertionPt();
  return instruction->getNextNode();
}

}  // namespace

llvm::PreservedAnalyses AddressPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &) {
  llvm::SmallVector<llvm::IntToPtrInst *, 64> casts;
  for (llvm::Instruction &instruction : llvm::instructions(function))
    if (auto *cast = llvm::dyn_cast<llvm::IntToPtrInst>(&instruction)) casts.push_back(cast);
  llvm::DenseMap<llvm::Value *, llvm::Value *> pointers;
  bool changed = false;
  for (llvm::IntToPtrInst *cast : casts) {
    const auto [base, offset] = addressOf(cast->getOperand(0));
    if (llvm::isa<llvm::Constant>(base)) continue;
    llvm::Value *&pointer = pointers[base];
    if (!pointer) {
      llvm::Instruction *place = placeBehind(base, function);
      if (!place) continue;
      llvm::IRBuilder<> builder(place);
      pointer = builder.CreateIntToPtr(base, builder.getInt8PtrTy());
    }
    llvm::IRBuilder<> builder(cast);
    llvm::Value *at = offset == 0 ? pointer : builder.CreateGEP(builder.getInt8Ty(), pointer, builder.getInt64(static_cast<uint64_t>(offset)));
    llvm::Value *typed = builder.CreateBitCast(at, cast->getType());
    if (llvm::isa<llvm::Instruction>(typed)) typed->takeName(cast);
    cast->replaceAllUsesWith(typed);
    cast->eraseFromParent();
    changed = true;
  }
  if (!changed) return llvm::PreservedAnalyses::all();
  llvm::PreservedAnalyses preserved;
  preserved.preserveSet<llvm::CFGAnalyses>();
  return preserved;
}

}  // namespace yugong
