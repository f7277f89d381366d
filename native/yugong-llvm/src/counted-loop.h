// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_COUNTED_LOOP_H
#define YUGONG_LLVM_COUNTED_LOOP_H

#include <llvm/ADT/Optional.h>
#include <llvm/Analysis/LoopInfo.h>
#include <llvm/IR/IRBuilder.h>

namespace yugong {

/// A loop with an index that grows by one in each round, and ends with the test whether it has come to a limit.
class CountedLoop {
 public:
  static llvm::Optional<CountedLoop> find(llvm::Loop &loop);

  /// Whether a 32-bit value in the loop is the index and something that is the same in all rounds. Its arithmetic may wrap.
  bool isIndexPlusInvariant(llvm::Value *value) const;

  /// What such a value is in the round in which the index is `index`.
  llvm::Value *at(llvm::Value *value, llvm::Value *index, llvm::IRBuilder<> &builder) const;

  llvm::Value *first() const { return index_->getIncomingValueForBlock(loop_->getLoopPreheader()); }

  /// The index in the last round, if the loop `ends`, has several rounds and is not left otherwise. Modulo 2^32, the index has grown by the
  /// difference by then.
  llvm::Value *last(llvm::IRBuilder<> &builder) const { return builder.CreateAdd(limit_, builder.getInt32(static_cast<uint32_t>(beyondLimit_))); }

  /// A condition: no int is above the greatest, up to which an index might go on.
  llvm::Value *ends(llvm::IRBuilder<> &builder) const {
    return includesLimit_ ? builder.CreateICmpNE(limit_, builder.getInt32(INT32_MAX)) : builder.getTrue();
  }

 private:
  CountedLoop(llvm::Loop &loop, llvm::PHINode &index, llvm::Value &limit, bool includesLimit, bool testsNext)
      : loop_(&loop), index_(&index), limit_(&limit), includesLimit_(includesLimit), beyondLimit_(includesLimit - testsNext) {}

  llvm::Loop *loop_;
  llvm::PHINode *index_;
  llvm::Value *limit_;
  bool includesLimit_;  // it goes on if the limit is reached, not only before
  int beyondLimit_;  // the last index minus the limit
};

/// The operands of an addition or subtraction, be it one of those that also say whether they overflow.
struct Sum {
  llvm::Value *left, *right;
  bool isSubtraction;
};
llvm::Optional<Sum> asSum(llvm::Value *value);

}  // namespace yugong

#endif
