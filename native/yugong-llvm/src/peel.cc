// SPDX-License-Identifier: MIT
#include "peel.h"

#include <llvm/Analysis/AliasAnalysis.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/Analysis/InstructionSimplify.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/Analysis/LoopIterator.h>
#include <llvm/Analysis/ScalarEvolution.h>
#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/LoopPeel.h>
#include <llvm/Transforms/Utils/LoopRotationUtils.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Utils/LoopUtils.h>

namespace yugong {
namespace {

/// Instructions of a loop that is peeled; more would rather not be there twice.
constexpr size_t kMostInstructions = 400;

/// Instructions of a latch that are done before the test: more would rather be done only if there is another round.
constexpr size_t kMostInLatch = 4;
/// Instructions of a loop's test at its beginning, which is there twice when it also comes last.
constexpr unsigned kMostInHeader = 16;

/// Whether a block tests if there is another round: more than a guard does, whose exit does not come back.
bool isTest(const llvm::Loop &loop, const llvm::BasicBlock &block) {
  for (const llvm::BasicBlock *next : llvm::successors(&block))
    if (!loop.contains(next) && !llvm::IsBlockFollowedByDeoptOrUnreachable(next)) return true;
  return false;
}

/// The test after which the latch is executed, if all that the latch does could be done before it.
llvm::BranchInst *testBefore(const llvm::Loop &loop, const llvm::BasicBlock &latch) {
  const llvm::BasicBlock *before = latch.getSinglePredecessor();
  if (&latch == loop.getHeader() || !before || !isTest(loop, *before) || latch.size() > kMostInLatch + 1) return nullptr;
  for (const llvm::Instruction &instruction : latch)
    if (!instruction.isTerminator() && (llvm::isa<llvm::PHINode>(instruction) || !llvm::isSafeToSpeculativelyExecute(&instruction)))
      return nullptr;
  return const_cast<llvm::BranchInst *>(llvm::dyn_cast<llvm::BranchInst>(before->getTerminator()));
}

/// What LLVM has put behind the test whether there is another round (the next index above all) is done before it.
bool foldLatch(llvm::Loop &loop, llvm::LoopInfo &loops, llvm::DominatorTree &dominators) {
  llvm::BasicBlock *header = loop.getHeader(), *latch = loop.getLoopLatch();
  llvm::BranchInst *test = loop.isLoopExiting(latch) ? nullptr : testBefore(loop, *latch);
  if (!test) return false;
  while (!latch->front().isTerminator()) latch->front().moveBefore(test);
  header->replacePhiUsesWith(latch, test->getParent());
  test->replaceSuccessorWith(latch, header);
  loops.removeBlock(latch);
  dominators.eraseNode(latch);
  latch->eraseFromParent();
  return true;
}

/// Which instructions of a loop compute the same in every round, as far as they are executed.
class Invariants {
 public:
  Invariants(llvm::Loop &loop, llvm::LoopInfo &loops, llvm::AAResults &aliases) : loop_(loop), aliases_(aliases) {
    for (llvm::BasicBlock *block : loop.blocks())
      for (llvm::Instruction &instruction : *block)
        if (instruction.mayWriteToMemory() && !isVolatileLoad(instruction)) writers_.push_back(&instruction);
    llvm::LoopBlocksRPO order(&loop);
    order.perform(&loops);
    for (llvm::BasicBlock *block : order)
      for (llvm::Instruction &instruction : *block)
        if (computesTheSame(instruction)) known_.insert(&instruction);
  }

  bool contains(const llvm::Value *value) const {
    auto *instruction = llvm::dyn_cast<llvm::Instruction>(value);
    return !instruction || !loop_.contains(instruction) || known_.count(instruction) != 0;
  }

 private:
  /// It counts as a write, but nothing else changes by it.
  static bool isVolatileLoad(const llvm::Instruction &instruction) { return llvm::isa<llvm::LoadInst>(instruction); }

  bool computesTheSame(llvm::Instruction &instruction) const {
    if (llvm::isa<llvm::PHINode>(instruction) || instruction.isTerminator() || instruction.mayWriteToMemory()) return false;
    for (const llvm::Value *operand : instruction.operands())
      if (!contains(operand)) return false;
    auto *load = llvm::dyn_cast<llvm::LoadInst>(&instruction);
    return load ? readsTheSame(*load) : !instruction.mayReadFromMemory();
  }

  bool readsTheSame(llvm::LoadInst &load) const {
    if (load.hasMetadata(llvm::LLVMContext::MD_invariant_load)) return true;
    const llvm::MemoryLocation location = llvm::MemoryLocation::get(&load);
    for (llvm::Instruction *writer : writers_)
      if (llvm::isModSet(aliases_.getModRefInfo(writer, location))) return false;
    return true;
  }

  const llvm::Loop &loop_;
  llvm::AAResults &aliases_;
  std::vector<llvm::Instruction *> writers_;
  llvm::SmallPtrSet<const llvm::Instruction *, 32> known_;
};

/// Whether each round after the first has a guard less to pass, or something less to load.
bool gainsByPeeling(llvm::Loop &loop, llvm::LoopInfo &loops, llvm::AAResults &aliases) {
  size_t size = 0;
  for (llvm::BasicBlock *block : loop.blocks()) size += block->size();
  if (size > kMostInstructions) return false;
  const Invariants invariants(loop, loops, aliases);
  for (llvm::BasicBlock *block : loop.blocks()) {
    auto *branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    if (branch && branch->isConditional() && invariants.contains(branch->getCondition())) return true;
    // What the header loads is moved out without this.
    if (block == loop.getHeader()) continue;
    for (llvm::Instruction &instruction : *block)
      if (llvm::isa<llvm::LoadInst>(instruction) && invariants.contains(&instruction)) return true;
  }
  return false;
}

}  // namespace

llvm::PreservedAnalyses PeelPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses) {
  auto &loops = analyses.getResult<llvm::LoopAnalysis>(function);
  if (loops.empty()) return llvm::PreservedAnalyses::all();
  auto &dominators = analyses.getResult<llvm::DominatorTreeAnalysis>(function);
  auto &evolution = analyses.getResult<llvm::ScalarEvolutionAnalysis>(function);
  auto &assumptions = analyses.getResult<llvm::AssumptionAnalysis>(function);
  auto &aliases = analyses.getResult<llvm::AAManager>(function);
  auto &target = analyses.getResult<llvm::TargetIRAnalysis>(function);
  const llvm::SimplifyQuery query = llvm::getBestSimplifyQuery(analyses, function);
  // A loop that does not end with its test cannot be peeled.
  const auto testLast = [&](llvm::Loop &loop) {
    if (!loop.getLoopLatch()) return false;
    if (foldLatch(loop, loops, dominators)) return true;
    if (isTest(loop, *loop.getLoopLatch()) || !isTest(loop, *loop.getHeader())) return false;
    return llvm::LoopRotation(&loop, &loops, &target, &assumptions, &dominators, &evolution, nullptr, query, true, kMostInHeader, true);
  };
  bool changed = false;
  llvm::SmallVector<llvm::Loop *, 8> outermost(loops.begin(), loops.end());
  for (llvm::Loop *loop : outermost)
    changed |= llvm::simplifyLoop(loop, &dominators, &loops, &evolution, &assumptions, nullptr, false);
  for (llvm::Loop *loop : loops.getLoopsInPreorder()) {
    if (!loop->isInnermost()) continue;
    changed |= testLast(*loop);
    if (!llvm::canPeel(loop) || !gainsByPeeling(*loop, loops, aliases)) continue;
    llvm::formLCSSARecursively(*loop, dominators, &loops, &evolution);
    changed |= llvm::peelLoop(loop, 1, &loops, &evolution, dominators, &assumptions, true);
  }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace yugong
