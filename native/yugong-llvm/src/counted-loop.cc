// SPDX-License-Identifier: MIT
#include "counted-loop.h"

#include <llvm/IR/IntrinsicInst.h>
#include <llvm/IR/PatternMatch.h>

namespace yugong {
namespace {

using namespace llvm::PatternMatch;

bool isNext(llvm::Value *value, const llvm::PHINode &index) {
  const llvm::Optional<Sum> sum = asSum(value);
  return sum && sum->left == &index && match(sum->right, sum->isSubtraction ? m_SpecificInt(llvm::APInt(32, -1, true)) : m_SpecificInt(1));
}

/// The test at the end of a loop: it goes on if `left predicate right`.
struct Test {
  llvm::CmpInst::Predicate predicate;
  llvm::Value *left, *right;
};

llvm::Optional<Test> testOf(const llvm::Loop &loop) {
  auto *branch = llvm::dyn_cast<llvm::BranchInst>(loop.getLoopLatch()->getTerminator());
  auto *compare = branch && branch->isConditional() ? llvm::dyn_cast<llvm::ICmpInst>(branch->getCondition()) : nullptr;
  if (!compare) return llvm::None;
  Test test{compare->getPredicate(), compare->getOperand(0), compare->getOperand(1)};
  if (branch->getSuccessor(0) != loop.getHeader()) test.predicate = llvm::CmpInst::getInversePredicate(test.predicate);
  if (loop.isLoopInvariant(test.left)) test = {llvm::CmpInst::getSwappedPredicate(test.predicate), test.right, test.left};
  return test;
}

}  // namespace

llvm::Optional<Sum> asSum(llvm::Value *value) {
  llvm::Value *pair;
  if (match(value, m_ExtractValue<0>(m_Value(pair)))) {
    auto *call = llvm::dyn_cast<llvm::WithOverflowInst>(pair);
    if (!call || (call->getBinaryOp() != llvm::Instruction::Add && call->getBinaryOp() != llvm::Instruction::Sub)) return llvm::None;
    return Sum{call->getLHS(), call->getRHS(), call->getBinaryOp() == llvm::Instruction::Sub};
  }
  auto *operation = llvm::dyn_cast<llvm::BinaryOperator>(value);
  if (!operation || (operation->getOpcode() != llvm::Instruction::Add && operation->getOpcode() != llvm::Instruction::Sub)) return llvm::None;
  return Sum{operation->getOperand(0), operation->getOperand(1), operation->getOpcode() == llvm::Instruction::Sub};
}

llvm::Optional<CountedLoop> CountedLoop::find(llvm::Loop &loop) {
  if (!loop.isLoopSimplifyForm()) return llvm::None;
  const llvm::Optional<Test> test = testOf(loop);
  if (!test || !loop.isLoopInvariant(test->right) || !test->right->getType()->isIntegerTy(32)) return llvm::None;
  if (test->predicate != llvm::CmpInst::ICMP_SLT && test->predicate != llvm::CmpInst::ICMP_SLE) return llvm::None;
  for (llvm::PHINode &phi : loop.getHeader()->phis()) {
    if (!phi.getType()->isIntegerTy(32) || !isNext(phi.getIncomingValueForBlock(loop.getLoopLatch()), phi)) continue;
    const bool testsNext = isNext(test->left, phi);
    if (test->left != &phi && !testsNext) continue;
    return CountedLoop(loop, phi, *test->right, test->predicate == llvm::CmpInst::ICMP_SLE, testsNext);
  }
  return llvm::None;
}

bool CountedLoop::isIndexPlusInvariant(llvm::Value *value) const {
  if (value == index_) return true;
  if (!value->getType()->isIntegerTy(32) || loop_->isLoopInvariant(value)) return false;
  const llvm::Optional<Sum> sum = asSum(value);
  if (!sum) return false;
  if (loop_->isLoopInvariant(sum->right)) return isIndexPlusInvariant(sum->left);
  return !sum->isSubtraction && loop_->isLoopInvariant(sum->left) && isIndexPlusInvariant(sum->right);
}

llvm::Value *CountedLoop::at(llvm::Value *value, llvm::Value *index, llvm::IRBuilder<> &builder) const {
  if (value == index_) return index;
  if (loop_->isLoopInvariant(value)) return value;
  const Sum sum = *asSum(value);
  llvm::Value *left = at(sum.left, index, builder), *right = at(sum.right, index, builder);
  return sum.isSubtraction ? builder.CreateSub(left, right) : builder.CreateAdd(left, right);
}

}  // namespace yugong
