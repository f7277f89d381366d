// SPDX-License-Identifier: MIT
#include "double-loads.h"

#include <llvm/ADT/SetVector.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

namespace yugong {
namespace {

using namespace llvm::PatternMatch;

/// Blocks between a load and the test of what it has loaded.
constexpr unsigned kMostBlocks = 16;

/// A load, the test of what it has loaded, and the uses that depend on how the test ends.
struct TestedLoad {
  llvm::LoadInst *load;
  llvm::BranchInst *branch;
  llvm::SmallVector<llvm::Use *, 8> asDouble, asWord;  // by way of a bitcast; the word itself
  llvm::SmallVector<llvm::Use *, 4> ofOther;           // where it is no double
  bool inBody = true, behindHead = true;               // whether all of the first two are there

  llvm::BasicBlock *head() const { return branch->getParent(); }
  llvm::BasicBlock *body() const { return branch->getSuccessor(0); }
  llvm::BasicBlock *other() const { return branch->getSuccessor(1); }
};

bool mayWrite(llvm::BasicBlock::const_iterator from, const llvm::BasicBlock &block) {
  return std::any_of(from, block.end(), [](const llvm::Instruction &instruction) { return instruction.mayWriteToMemory(); });
}

/// Whether nothing is stored from a load until the end of a block, on any of the ways from there.
bool isUnchangedUntil(const llvm::LoadInst &load, const llvm::BasicBlock &end, const llvm::DominatorTree &dominators) {
  const llvm::BasicBlock *begin = load.getParent();
  if (!dominators.dominates(begin, &end) || mayWrite(load.getIterator(), *begin)) return false;
  llvm::SetVector<const llvm::BasicBlock *> between;
  between.insert(&end);
  for (unsigned at = 0; at < between.size(); at++) {
    const llvm::BasicBlock *block = between[at];
    if (block == begin) continue;
    if (at == kMostBlocks || mayWrite(block->begin(), *block)) return false;
    between.insert(llvm::pred_begin(block), llvm::pred_end(block));
  }
  return true;
}

/// The branch that tests the word and does nothing else with it, the first if there are several; null if there is none.
llvm::BranchInst *testOf(const llvm::LoadInst &load, const llvm::DominatorTree &dominators) {
  llvm::BranchInst *first = nullptr;
  for (const llvm::User *user : load.users()) {
    llvm::ICmpInst::Predicate predicate;
    if (!match(user, m_OneUse(m_ICmp(predicate, m_Specific(&load), m_ConstantInt()))) || predicate != llvm::ICmpInst::ICMP_ULT) continue;
    auto *branch = const_cast<llvm::BranchInst *>(llvm::dyn_cast<llvm::BranchInst>(*user->user_begin()));
    if (!branch || branch->getParent() != llvm::cast<llvm::Instruction>(user)->getParent()) continue;
    if (!first || dominators.dominates(branch, first)) first = branch;
  }
  return first && isUnchangedUntil(load, *first->getParent(), dominators) ? first : nullptr;
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
  if (dominators.dominates(llvm::BasicBlockEdge(tested.head(), tested.other()), use)) {
    tested.ofOther.push_back(&use);
    return true;
  }
  tested.inBody &= dominators.dominates(llvm::BasicBlockEdge(tested.head(), tested.body()), use);
  tested.behindHead &= user->getParent() == tested.head() || dominators.dominates(&tested.head()->front(), use);
  if (llvm::isa<llvm::BitCastInst>(user) && user->getType()->isDoubleTy()) {
    tested.asDouble.push_back(&use);
    return true;
  }
  tested.asWord.push_back(&use);
  return isCold(use) || (llvm::isa<llvm::StoreInst>(user) && use.getOperandNo() == 0);
}

bool findTested(llvm::LoadInst &load, const llvm::DominatorTree &dominators, TestedLoad &tested) {
  if (!load.isSimple() || !load.getType()->isIntegerTy(64)) return false;
  tested = {&load, testOf(load, dominators), {}, {}, {}};
  if (!tested.branch || tested.body() == tested.other()) return false;
  for (llvm::Use &use : load.uses())
    if (!sortUse(use, tested, dominators)) return false;
  return !tested.asDouble.empty();
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

/// Where all that wants the double comes later: as late as possible.
llvm::Instruction *placeOfDouble(const TestedLoad &tested) {
  if (tested.inBody && tested.body()->getSinglePredecessor()) return &*tested.body()->getFirstInsertionPt();
  if (!tested.behindHead || tested.head() == tested.load->getParent()) return tested.load;
  return &*tested.head()->getFirstInsertionPt();
}

void loadAsDouble(TestedLoad &tested, llvm::DominatorTree &dominators) {
  llvm::LoadInst &load = *tested.load;
  llvm::LoadInst *number = loadAgain(load, llvm::Type::getDoubleTy(load.getContext()), placeOfDouble(tested));
  for (llvm::Use *use : tested.asDouble) {
    use->getUser()->replaceAllUsesWith(number);
    llvm::cast<llvm::Instruction>(use->getUser())->eraseFromParent();
  }
  for (llvm::Use *use : tested.asWord) useWordOf(*number, *use, dominators);
  if (!tested.ofOther.empty()) {
    llvm::BasicBlock *other = tested.other()->getSinglePredecessor() ? tested.other() : llvm::SplitEdge(tested.head(), tested.other(), &dominators);
    llvm::LoadInst *word = loadAgain(load, load.getType(), &*other->getFirstInsertionPt());
    for (llvm::Use *use : tested.ofOther) use->set(word);
  }
  // Only the test is left.
  load.moveBefore(llvm::cast<llvm::Instruction>(tested.branch->getCondition()));
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
