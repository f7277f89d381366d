// SPDX-License-Identifier: MIT
#include "support.h"

namespace {

uintptr_t echo(uintptr_t value) {
  for (;;) value = test_pause(value + 1);
}

yg_stack *other_stack;
uintptr_t passOn(uintptr_t value) {
  for (;;) value = yg_stack_swap(test_current, other_stack, value * 2);
}

}  // namespace

TEST(Swap, ValuesBothWays) {
  TestStack stack;
  uintptr_t value = stack.start(address(echo), {1});
  EXPECT_EQ(2u, value);
  for (uintptr_t i = 0; i < 1000; i++) EXPECT_EQ(i * 7 + 1, stack.resume(i * 7));
}

TEST(Swap, ManyStacks) {
  std::vector<std::unique_ptr<TestStack>> stacks;
  for (int i = 0; i < 500; i++) stacks.push_back(std::make_unique<TestStack>(4096));
  for (uintptr_t i = 0; i < 500; i++) EXPECT_EQ(i + 1, stacks[i]->start(address(echo), {i}));
  for (int round = 0; round < 3; round++)
    for (uintptr_t i = 0; i < 500; i++) EXPECT_EQ(2 * i + 1, stacks[i]->resume(2 * i));
}

TEST(Swap, FromStackToStack) {
  TestStack a, b;
  b.start(address(echo), {0});
  other_stack = &b.stack;
  // a swaps to b with 5 * 2. A frame on top of b says that b is current now; its echo then goes back to the host with 11.
  auto becomeCurrent = +[](uintptr_t value) {
    test_current = other_stack;
    return value;
  };
  yg_cursor cursor = b.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(becomeCurrent)));
  EXPECT_EQ(11u, a.start(address(passOn), {5}));
  EXPECT_NE(0u, a.stack.sp);
  EXPECT_NE(0u, b.stack.sp);
}

TEST(Swap, KeepsCalleeSavedRegisters) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o0_twice), 1});
  stack.resume(2);
  EXPECT_EQ(5u, stack.resume(3));
}

TEST(Swap, TwoWords) {
  TestStack stack;
  stack.start(address(o2_pair), {0});
  EXPECT_EQ(12u + 13000, stack.resume(12, 13));
  TestStack unoptimized;
  unoptimized.start(address(o0_pair), {0});
  EXPECT_EQ(12u + 13000, unoptimized.resume(12, 13));
}

TEST(Swap, StackPointerIsAlignedAndZeroWhileRunning) {
  TestStack stack;
  stack.start(address(echo), {1});
  EXPECT_EQ(0u, stack.stack.sp % 16);
  EXPECT_EQ(0u, test_host.sp);
}

TEST(SwapDeathTest, LastFrameReturns) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  auto identity = +[](uintptr_t value) { return value; };
  EXPECT_OK(yg_push_frame(&cursor, address(identity)));
  EXPECT_DEATH(stack.resume(1), "last frame of a stack has returned");
}
