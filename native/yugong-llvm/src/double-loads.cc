// SPDX-License-Identifier: MIT
#include "double-loads.h"

#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

namespace yugong {
namespace {

using namespace llvm::PatternMatch;

/// A load, the test of what it has loaded, and the uses that depend on how the test ends.
struct TestedLoad {
  llvm::LoadInst *load;
  llvm::BranchInst *branch;
  llvm::SmallVector<llvm::Use *, 8> asDouble, asWord;  // by way of a bitcast; the word itself
  llvm::SmallVector<llvm::Use *, 4> ofOther;           // where it is no double
  bool early = false;                                  // a double is wanted whichever way the test ends

  llvm::BasicBlock *head() const { return branch->getParent(); }
  llvm::BasicBlock *body() const { return branch->getSuccessor(0); }
  llvm::BasicBlock *other() const { return branch->getSuccessor(1); }
};

/// The branch at the end of the load's block that tests the word and does nothing else with it; null if there is none.
llvm::BranchInst *testOf(const llvm::LoadInst &load) {
  auto *branch = llvm::dyn_cast<llvm::BranchInst>(const_cast<llvm::BasicBlock *>(load.getParent())->getTerminator());
  llvm::ICmpInst::Predicate predicate;
  if (!branch || !branch->isConditional() ||
      !match(branch->getCondition(), m_OneUse(m_ICmp(predicate, m_Specific(&load), m_ConstantInt()))) ||
      predicate != llvm::ICmpInst::ICMP_ULT)
    return nullptr;
  for (auto at = std::next(load.getIterator()); &*at != branch; ++at)
    if (at->mayWriteToMemory()) return nullptr;
  return branch;
}

/// A use that may cost something, because it is executed seldom: in a block that does not come back.
bool isCold(const llvm::Use &use) {
  auto *user = llvm::cast<llvm::Instruction>(use.getUser());
  return llvm::isa<llvm::UnreachableInst>(user->getParent()->getTerminator());
}

/// False when the word is used in a way for which it has to be where it is.
bool sortUse(llvm::Use &use, TestedLoad &tested, const llvm::DominatorTree &dominators) {
  auto *user = llvm::cast<llvm::Instruction>(use.getUser());
  if (user == tested.branch->getCondition()) return true;
  const bool inBody = dominators.dominates(llvm::BasicBlockEdge(tested.head(), tested.body()), use);
  if (llvm::isa<llvm::BitCastInst>(user) && user->getType()->isDoubleTy()) {
    tested.asDouble.push_back(&use);
    tested.early |= !inBody;
    return true;
  }
  if (dominators.dominates(llvm::BasicBlockEdge(tested.head(), tested.other()), use)) {
    tested.ofOther.push_back(&use);
    return tested.other()->getSinglePredecessor() != nullptr;
  }
  tested.asWord.push_back(&use);
  tested.early |= !inBody;
  return isCold(use) || (llvm::isa<llvm::StoreInst>(user) && use.getOperandNo() == 0);
}

bool findTested(llvm::LoadInst &load, const llvm::DominatorTree &dominators, TestedLoad &tested) {
  if (!load.isSimple() || !load.getType()->isIntegerTy(64)) return false;
  tested = {&load, testOf(load), {}, {}, {}};
  if (!tested.branch || tested.body() == tested.other()) return false;
  for (llvm::Use &use : load.uses())
    if (!sortUse(use, tested, dominators)) return false;
  return !tested.asDouble.empty() && (tested.early || tested.body()->getSinglePredecessor());
}

llvm::LoadInst *loadAgain(llvm::LoadInst &load, llvm::Type *type, llvm::Instruction *place) {
  llvm::IRBuilder<> builder(place);
  llvm::Value *pointer = builder.CreateBitCast(load.getPointerOperand(), type->getPointerTo(load.getPointerAddressSpace()));
  llvm::LoadInst *again = builder.CreateAlignedLoad(type, pointer, load.getAlign());
  again->copyMetadata(load, {llvm::LLVMContext::MD_tbaa, llvm::LLVMContext::MD_invariant_load});
  return again;
}

/// The word of a double, where it is used: on the way to a phi.
void useWordOf(llvm::LoadInst &number, llvm::Use &use, llvm::DominatorTree &dominators) {
  auto *user = llvm::cast<llvm::Instruction>(use.getUser());
  llvm::Instruction *place = user;
  if (auto *phi = llvm::dyn_cast<llvm::PHINode>(user)) {
    llvm::BasicBlock *from = phi->getIncomingBlock(use);
    if (!from->getSingleSuccessor()) from = llvm::SplitEdge(from, phi->getParent(), &dominators);
    place = from->getTerminator();
  }
  use.set(llvm::IRBuilder<>(place).CreateBitCast(&number, use->getType()));
}

void loadAsDouble(TestedLoad &tested, llvm::DominatorTree &dominators) {
  llvm::LoadInst &load = *tested.load;
  llvm::Type *real = llvm::Type::getDoubleTy(load.getContext());
  llvm::Instruction *place = tested.early ? load.getNextNode() : &*tested.body()->getFirstInsertionPt();
  llvm::LoadInst *number = loadAgain(load, real, place);
  for (llvm::Use *use : tested.asDouble) use->getUser()->replaceAllUsesWith(number);
  for (llvm::Use *use : tested.asDouble) llvm::cast<llvm::Instruction>(use->getUser())->eraseFromParent();
  for (llvm::Use *use : tested.asWord) useWordOf(*number, *use, dominators);
  if (tested.ofOther.empty()) return;
  llvm::LoadInst *word = loadAgain(load, load.getType(), &*tested.other()->getFirstInsertionPt());
  for (llvm::Use *use : tested.ofOther) use->set(word);
}

}  // namespace

llvm::PreservedAnalyses DoubleLoadsPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses) {
  auto &dominators = analyses.getResult<llvm::DominatorTreeAnalysis>(function);
  llvm::SmallVector<llvm::LoadInst *, 32> loads;
  for (llvm::Instruction &instruction : llvm::instructions(function))
    if (auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction)) loads.push_back(load);
  bool changed = false;
  TestedLoad tested;
  for (llvm::LoadInst *load : loads) {
    if (!findTested(*load, dominators, tested)) continue;
    loadAsDouble(tested, dominators);
    changed = true;
  }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace yugong
