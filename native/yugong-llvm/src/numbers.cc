// SPDX-License-Identifier: MIT
#include "numbers.h"

#include <llvm/ADT/SmallPtrSet.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/MDBuilder.h>
#include <llvm/IR/PatternMatch.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>
#include <llvm/Transforms/Utils/Local.h>

namespace yugong {
namespace {

using namespace llvm::PatternMatch;

struct Choice {
  llvm::SelectInst *select;
  llvm::Value *word;
  llvm::ConstantInt *doubles;  // words below it are doubles
  llvm::BranchInst *guard = nullptr;  // that lets only numbers in
};

bool isChoice(llvm::Instruction &instruction, Choice &choice) {
  llvm::ICmpInst::Predicate predicate;
  llvm::Value *reinterpreted, *converted;
  if (!match(&instruction, m_Select(m_ICmp(predicate, m_Value(choice.word), m_ConstantInt(choice.doubles)), m_Value(reinterpreted),
                                    m_Value(converted))) ||
      predicate != llvm::ICmpInst::ICMP_ULT)
    return false;
  choice.select = llvm::cast<llvm::SelectInst>(&instruction);
  return match(reinterpreted, m_BitCast(m_Specific(choice.word))) && match(converted, m_SIToFP(m_Trunc(m_Specific(choice.word))));
}

/// Blocks between a guard and the choice.
constexpr int kMostBlocks = 8;

/// Whether a branch goes to `block`, and not to its other successor, with numbers only.
bool letsNumbersIn(const llvm::BranchInst &branch, const llvm::BasicBlock &block, const Choice &choice) {
  llvm::ICmpInst::Predicate predicate;
  llvm::ConstantInt *numbers;
  return branch.isConditional() && branch.getSuccessor(0) == &block && branch.getSuccessor(1) != &block &&
         match(branch.getCondition(), m_ICmp(predicate, m_Specific(choice.word), m_ConstantInt(numbers))) &&
         predicate == llvm::ICmpInst::ICMP_ULT && numbers->getValue().uge(choice.doubles->getValue());
}

/// The branch on the way to the choice that lets only numbers in; null if there is none.
llvm::BranchInst *guardBefore(const Choice &choice) {
  llvm::BasicBlock *block = choice.select->getParent();
  for (int count = 0; count < kMostBlocks; count++) {
    llvm::BasicBlock *before = block->getSinglePredecessor();
    auto *branch = before ? llvm::dyn_cast<llvm::BranchInst>(before->getTerminator()) : nullptr;
    if (!branch || letsNumbersIn(*branch, *block, choice)) return branch;
    block = before;
  }
  return nullptr;
}

/// The number, behind `guard`, which asks of what is no double whether it is a number.
llvm::Value *chooseAtGuard(const Choice &choice, llvm::BranchInst &branch) {
  llvm::BasicBlock *head = branch.getParent(), *body = branch.getSuccessor(0), *exit = branch.getSuccessor(1);
  llvm::LLVMContext &context = body->getContext();
  auto *other = llvm::BasicBlock::Create(context, "other", body->getParent(), body);
  auto *convert = llvm::BasicBlock::Create(context, "convert", body->getParent(), body);
  llvm::IRBuilder<> builder(convert);
  builder.SetCurrentDebugLocation(choice.select->getDebugLoc());
  llvm::Value *converted = builder.CreateSIToFP(builder.CreateTrunc(choice.word, builder.getInt32Ty()), builder.getDoubleTy());
  builder.CreateBr(body);
  builder.SetInsertPoint(other);
  auto *isNumber = llvm::cast<llvm::Instruction>(branch.getCondition());
  if (isNumber->hasOneUse()) isNumber->moveBefore(*other, other->end());
  builder.CreateCondBr(isNumber, convert, exit);
  exit->replacePhiUsesWith(head, other);
  builder.SetInsertPoint(&branch);
  llvm::Value *reinterpreted = builder.CreateBitCast(choice.word, builder.getDoubleTy());
  llvm::Value *isDouble = builder.CreateICmpULT(choice.word, choice.doubles);
  builder.CreateCondBr(isDouble, body, other, llvm::MDBuilder(context).createBranchWeights(2000, 1));
  branch.eraseFromParent();
  for (llvm::PHINode &phi : body->phis()) phi.addIncoming(phi.getIncomingValueForBlock(head), convert);
  builder.SetInsertPoint(body, body->begin());
  llvm::PHINode *number = builder.CreatePHI(builder.getDoubleTy(), 2);
  number->addIncoming(reinterpreted, head);
  number->addIncoming(converted, convert);
  return number;
}

/// The number, just before the choice.
llvm::Value *chooseHere(const Choice &choice) {
  llvm::Value *isDouble = choice.select->getCondition();
  llvm::IRBuilder<> builder(choice.select);
  llvm::Value *reinterpreted = builder.CreateBitCast(choice.word, builder.getDoubleTy());
  llvm::Value *isOther = builder.CreateNot(isDouble);
  llvm::BasicBlock *head = choice.select->getParent();
  llvm::MDNode *weights = llvm::MDBuilder(head->getContext()).createBranchWeights(1, 2000);
  llvm::Instruction *end = llvm::SplitBlockAndInsertIfThen(isOther, choice.select, false, weights);
  builder.SetInsertPoint(end);
  llvm::Value *converted = builder.CreateSIToFP(builder.CreateTrunc(choice.word, builder.getInt32Ty()), builder.getDoubleTy());
  builder.SetInsertPoint(choice.select->getParent(), choice.select->getParent()->begin());
  llvm::PHINode *number = builder.CreatePHI(builder.getDoubleTy(), 2);
  number->addIncoming(reinterpreted, head);
  number->addIncoming(converted, end->getParent());
  return number;
}

}  // namespace

llvm::PreservedAnalyses NumbersPass::run(llvm::Function &function, llvm::FunctionAnalysisManager &) {
  llvm::SmallVector<Choice, 16> choices;
  Choice choice;
  for (llvm::Instruction &instruction : llvm::instructions(function))
    if (isChoice(instruction, choice)) choices.push_back(choice);
  // The ways to the choices change with each one that is made.
  llvm::SmallPtrSet<const llvm::BranchInst *, 16> taken;
  for (Choice &it : choices) {
    llvm::BranchInst *guard = guardBefore(it);
    if (guard && taken.insert(guard).second) it.guard = guard;
  }
  for (const Choice &it : choices) {
    llvm::Value *number = it.guard ? chooseAtGuard(it, *it.guard) : chooseHere(it);
    number->takeName(it.select);
    it.select->replaceAllUsesWith(number);
    llvm::RecursivelyDeleteTriviallyDeadInstructions(it.select);
  }
  return choices.empty() ? llvm::PreservedAnalyses::all() : llvm::PreservedAnalyses::none();
}

}  // namespace yugong
