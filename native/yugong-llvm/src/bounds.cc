// SPDX-License-Identifier: MIT
#include "bounds.h"

#include <llvm/ADT/MapVector.h>
#include <llvm/Analysis/AssumptionCache.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/Cloning.h>
#include <llvm/Transforms/Utils/LoopSimplify.h>
#include <llvm/Transforms/Utils/LoopUtils.h>

#include "counted-loop.h"

namespace yugong {
namespace {

using namespace llvm::PatternMatch;

/// Instructions of a loop that may be there twice.
constexpr size_t kMostInstructions = 200;

/// A guard that tests that the index, plus something, is below a bound.
struct Bound {
  llvm::BranchInst *branch;
  llvm::Value *value, *bound;
};

/// What is to be known of all rounds of a loop before it begins.
struct Questions {
  llvm::SmallVector<Bound, 8> bounds;
  llvm::SmallVector<llvm::WithOverflowInst *, 4> sums;  // that must not overflow
};

/// Whether a branch stays in the loop if its condition is `stays`, and leaves it for good otherwise.
bool isGuard(const llvm::Loop &loop, const llvm::BranchInst &branch, bool stays) {
  const llvm::BasicBlock *exit = branch.getSuccessor(stays ? 1 : 0);
  return loop.contains(branch.getSuccessor(stays ? 0 : 1)) && !loop.contains(exit) && llvm::IsBlockFollowedByDeoptOrUnreachable(exit);
}

void ask(llvm::Loop &loop, const CountedLoop &counted, llvm::BranchInst &branch, Questions &questions) {
  llvm::Value *condition = branch.getCondition(), *pair;
  llvm::ICmpInst::Predicate predicate;
  llvm::Value *value, *bound;
  if (match(condition, m_ICmp(predicate, m_Value(value), m_Value(bound))) && isGuard(loop, branch, true)) {
    if (predicate == llvm::ICmpInst::ICMP_UGT) std::swap(value, bound);
    else if (predicate != llvm::ICmpInst::ICMP_ULT) return;
    if (loop.isLoopInvariant(bound) && counted.isIndexPlusInvariant(value)) questions.bounds.push_back({&branch, value, bound});
  } else if (match(condition, m_ExtractValue<1>(m_Value(pair))) && isGuard(loop, branch, false)) {
    auto *sum = llvm::dyn_cast<llvm::WithOverflowInst>(pair);
    if (!sum || !sum->isSigned() || sum->getBinaryOp() == llvm::Instruction::Mul || !loop.isLoopInvariant(sum->getRHS())) return;
    if (counted.isIndexPlusInvariant(sum->getLHS())) questions.sums.push_back(sum);
  }
}

/// The values of an expression in the first and the last round.
using Ends = std::pair<llvm::Value *, llvm::Value *>;

/// Asks the questions before the loop. The answer is one bit; `ends` are those of what is bounded.
llvm::Value *askBefore(const CountedLoop &counted, const Questions &questions, llvm::IRBuilder<> &builder,
                       llvm::MapVector<llvm::Value *, Ends> &ends) {
  llvm::Value *first = counted.first(), *last = counted.last(builder), *all = counted.ends(builder);
  const auto require = [&](llvm::Value *condition) { all = builder.CreateAnd(all, condition); };
  for (const Bound &it : questions.bounds) {
    if (ends.count(it.value) == 0) {
      const Ends at{counted.at(it.value, first, builder), counted.at(it.value, last, builder)};
      require(builder.CreateICmpULE(at.first, at.second));
      ends[it.value] = at;
    }
    require(builder.CreateICmpULT(ends[it.value].second, it.bound));
  }
  for (llvm::WithOverflowInst *sum : questions.sums) {
    const Ends left{counted.at(sum->getLHS(), first, builder), counted.at(sum->getLHS(), last, builder)};
    // Between the two it grows, without wrapping, and so does the sum.
    require(builder.CreateICmpSLE(left.first, left.second));
    for (llvm::Value *end : {left.first, left.second}) {
      llvm::Value *operands[] = {end, sum->getRHS()};
      llvm::Value *pair = builder.CreateIntrinsic(sum->getIntrinsicID(), {builder.getInt32Ty()}, operands);
      require(builder.CreateNot(builder.CreateExtractValue(pair, 1)));
    }
  }
  return all;
}

/// A copy of the loop, which is entered if `condition` does not hold.
void copyUnless(llvm::Value *condition, llvm::Loop &loop, llvm::LoopInfo &loops, llvm::DominatorTree &dominators) {
  llvm::BasicBlock *before = loop.getLoopPreheader();
  llvm::BasicBlock *preheader = llvm::SplitBlock(before, before->getTerminator(), &dominators, &loops);
  llvm::SmallVector<llvm::BasicBlock *, 8> exits, blocks;
  loop.getUniqueExitBlocks(exits);
  llvm::ValueToValueMapTy copies;
  llvm::Loop *copy = llvm::cloneLoopWithPreheader(preheader, before, &loop, copies, ".guarded", &loops, &dominators, blocks);
  llvm::remapInstructionsInBlocks(blocks, copies);
  llvm::Instruction *end = before->getTerminator();
  llvm::MDNode *weights = llvm::MDBuilder(before->getContext()).createBranchWeights(2000, 1);
  llvm::IRBuilder<>(end).CreateCondBr(condition, preheader, copy->getLoopPreheader(), weights);
  end->eraseFromParent();
  const auto copyOf = [&](llvm::Value *value) {
    const auto found = copies.find(value);
    return found == copies.end() ? value : static_cast<llvm::Value *>(found->second);
  };
  for (llvm::BasicBlock *exit : exits)
    for (llvm::PHINode &phi : exit->phis())
      for (unsigned at = 0, count = phi.getNumIncomingValues(); at < count; at++)
        if (loop.contains(phi.getIncomingBlock(at)))
          phi.addIncoming(copyOf(phi.getIncomingValue(at)), llvm::cast<llvm::BasicBlock>(copyOf(phi.getIncomingBlock(at))));
  dominators.recalculate(*before->getParent());
}

/// Counts rounds from 0, in 64 bits.
llvm::PHINode *countRounds(const llvm::Loop &loop) {
  llvm::IRBuilder<> builder(&loop.getHeader()->front());
  llvm::PHINode *round = builder.CreatePHI(builder.getInt64Ty(), 2, "round");
  builder.SetInsertPoint(loop.getLoopLatch()->getTerminator());
  round->addIncoming(builder.getInt64(0), loop.getLoopPreheader());
  round->addIncoming(builder.CreateAdd(round, builder.getInt64(1), "", true, true), loop.getLoopLatch());
  return round;
}

/// What is bounded does not wrap: in 64 bits it is its first value and the rounds, from which LLVM makes addresses that grow.
void extendBounded(llvm::Loop &loop, const llvm::MapVector<llvm::Value *, Ends> &ends) {
  llvm::PHINode *round = nullptr;
  for (const auto &[value, at] : ends)
    for (llvm::User *user : llvm::make_early_inc_range(value->users())) {
      auto *extension = llvm::dyn_cast<llvm::ZExtInst>(user);
      if (!extension || !extension->getType()->isIntegerTy(64) || !loop.contains(extension)) continue;
      if (!round) round = countRounds(loop);
      llvm::IRBuilder<> builder(loop.getLoopPreheader()->getTerminator());
      llvm::Value *first = builder.CreateZExt(at.first, builder.getInt64Ty());
      builder.SetInsertPoint(extension);
      extension->replaceAllUsesWith(builder.CreateAdd(first, round, "", true, true));
      extension->eraseFromParent();
    }
}

/// The loop that is entered when all answers are yes.
void forget(const Questions &questions) {
  for (const Bound &it : questions.bounds) it.branch->setCondition(llvm::ConstantInt::getTrue(it.branch->getContext()));
  for (llvm::WithOverflowInst *sum : questions.sums) {
    llvm::IRBuilder<> builder(sum);
    llvm::Value *result = sum->getBinaryOp() == llvm::Instruction::Add ? builder.CreateNSWAdd(sum->getLHS(), sum->getRHS())
                                                                       : builder.CreateNSWSub(sum->getLHS(), sum->getRHS());
    // As a pair, because exits may have that.
    llvm::Value *pair = builder.CreateInsertValue(llvm::UndefValue::get(sum->getType()), result, 0);
    sum->replaceAllUsesWith(builder.CreateInsertValue(pair, builder.getFalse(), 1));
    sum->eraseFromParent();
  }
}

bool takeOut(llvm::Loop &loop, llvm::LoopInfo &loops, llvm::DominatorTree &dominators) {
  const llvm::Optional<CountedLoop> counted = CountedLoop::find(loop);
  if (!counted) return false;
  Questions questions;
  size_t size = 0;
  for (llvm::BasicBlock *block : loop.blocks()) {
    size += block->size();
    auto *branch = llvm::dyn_cast<llvm::BranchInst>(block->getTerminator());
    if (branch && branch->isConditional()) ask(loop, *counted, *branch, questions);
  }
  if (questions.bounds.empty() || size > kMostInstructions) return false;
  llvm::IRBuilder<> builder(loop.getLoopPreheader()->getTerminator());
  llvm::MapVector<llvm::Value *, Ends> ends;
  llvm::Value *all = askBefore(*counted, questions, builder, ends);
  copyUnless(all, loop, loops, dominators);
  extendBounded(loop, ends);
  forget(questions);
  return true;
}

}  // namespace

llvm::PreservedAnalyses BoundsPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &analyses) {
  auto &loops = analyses.getResult<llvm::LoopAnalysis>(function);
  if (loops.empty()) return llvm::PreservedAnalyses::all();
  auto &dominators = analyses.getResult<llvm::DominatorTreeAnalysis>(function);
  auto &assumptions = analyses.getResult<llvm::AssumptionAnalysis>(function);
  bool changed = false;
  llvm::SmallVector<llvm::Loop *, 8> outermost(loops.begin(), loops.end());
  for (llvm::Loop *loop : outermost)
    changed |= llvm::simplifyLoop(loop, &dominators, &loops, nullptr, &assumptions, nullptr, false);
  llvm::SmallVector<llvm::Loop *, 8> innermost;
  for (llvm::Loop *loop : loops.getLoopsInPreorder())
    if (loop->isInnermost()) innermost.push_back(loop);
  for (llvm::Loop *loop : innermost) {
    changed |= llvm::formLCSSARecursively(*loop, dominators, &loops, nullptr);
    changed |= takeOut(*loop, loops, dominators);
  }
  return changed ? llvm::PreservedAnalyses::none() : llvm::PreservedAnalyses::all();
}

}  // namespace yugong
