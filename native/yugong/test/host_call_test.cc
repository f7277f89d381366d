// SPDX-License-Identifier: MIT
#include "support.h"
#include "yugong-asm.h"

extern "C" {
yg_pair hostSix(yg_stack *stack, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e) {
  uintptr_t frame = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  EXPECT_EQ(0u, frame % 16);
  EXPECT_TRUE(frame < stack->start || frame >= stack->start + stack->size);
  EXPECT_NE(0u, stack->sp);
  return {a + 10 * b + 100 * c + 1000 * d + 10000 * e, 42};
}
yg_pair callHostSix(yg_stack *, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);
}
YG_HOST_THUNK(callHostSix, hostSix);

namespace {

uintptr_t callsSix(uintptr_t) {
  yg_pair pair = callHostSix(test_current, 1, 2, 3, 4, 5);
  return pair.first + pair.second * 1000000;
}

yg_pair plusOne(yg_stack *, uintptr_t value) { return {value + 1, value + 2}; }

uintptr_t callsByPointer(uintptr_t value) {
  yg_pair pair = yg_host_call(test_current, plusOne, value);
  return pair.first * pair.second;
}

int depth;

// Each level runs on a stack of its own and calls the host, which starts the next level: all have the same host.
yg_pair nest(yg_stack *current, uintptr_t level) {
  EXPECT_EQ(0u, test_host.sp);
  uintptr_t inner = 0;
  if (level != 0) {
    extern uintptr_t nested(uintptr_t);
    TestStack stack;
    inner = stack.start(address(nested), {level - 1});
  }
  depth++;
  EXPECT_EQ(&test_host, current->host);
  return {inner + level, 0};
}

uintptr_t nested(uintptr_t level) {
  uintptr_t total = 0;
  for (int i = 0; i < 2; i++) total += yg_host_call(test_current, nest, level).first;
  return total;
}

}  // namespace

TEST(HostCall, SixArgumentsAndTwoResults) {
  TestStack stack;
  EXPECT_EQ(42054321u, stack.start(address(callsSix), {0}));
}

TEST(HostCall, ByPointer) {
  TestStack stack;
  EXPECT_EQ(8u * 9, stack.start(address(callsByPointer), {7}));
}

TEST(HostCall, FromCompiledCode) {
  test_host_function = plusOne;
  for (auto recurse : {o0_recurse, o2_recurse}) {
    TestStack stack;
    EXPECT_EQ(recurseResult(3, 1, 2, 3, 4, 5, 5), stack.start(address(recurse), {3, 1, 2, 3, 4, 5}));
  }
  for (auto pair : {o0_pair, o2_pair}) {
    TestStack stack;
    EXPECT_EQ(8u + 9000, stack.start(address(pair), {7}));
  }
  test_host_function = nullptr;
}

TEST(HostCall, KeepsCalleeSavedRegisters) {
  test_host_function = plusOne;
  TestStack stack;
  EXPECT_EQ(2u + 3, stack.start(address(test_keeper), {address(o0_twice), 1}));
  test_host_function = nullptr;
}

TEST(HostCall, NestedRunsShareTheHost) {
  depth = 0;
  TestStack stack;
  uintptr_t total = stack.start(address(nested), {3});
  // total(0) = 0, total(n) = 2 * (total(n - 1) + n)
  EXPECT_EQ(2u * (2 * (2 * (0 + 1) + 2) + 3), total);
  EXPECT_EQ(2 + 4 + 8 + 16, depth);
}

// The host function parks itself: the stack is resumed by somebody else, from another host stack.
TEST(HostCall, MayBeResumedByASwap) {
  static yg_stack parked;
  test_host_function = [](yg_stack *current, uintptr_t) {
    test_host_function = nullptr;
    current->host = &parked;
    // Resumes the compiled code while this function is still on the host stack.
    uintptr_t value = yg_stack_swap(&test_host, current, 70);
    return yg_pair{value + 1, 0};
  };
  TestStack stack;
  // twice: 70 arrives at the first pause, which swaps to test_host with 70; the function then returns 71 into the second pause.
  EXPECT_EQ(70u + 71, stack.start(address(o2_twice), {1}));
}
