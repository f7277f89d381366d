// SPDX-License-Identifier: MIT
#include "support.h"

#include <set>

TEST(Stack, IsAtLeastAsLargeAsAsked) {
  for (uintptr_t size : {1ul, 4096ul, 4097ul, 65536ul, 1000000ul, 8ul << 20}) {
    yg_stack stack;
    EXPECT_OK(yg_stack_new(&stack, size));
    EXPECT_GE(stack.size, size);
    EXPECT_LE(stack.mapping, stack.start - 4096);
    std::memset(reinterpret_cast<void *>(stack.start), 0x55, size);
    EXPECT_OK(yg_stack_free(&stack));
  }
}

TEST(Stack, AbsurdSizesAreRefused) {
  yg_stack stack;
  EXPECT_STATUS(YG_ERROR_MEMORY, yg_stack_new(&stack, UINTPTR_MAX));
  EXPECT_STATUS(YG_ERROR_MEMORY, yg_stack_new(&stack, UINTPTR_MAX / 2));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_new(nullptr, 4096));
}

TEST(Stack, FreedOnesAreUsedAgain) {
  yg_stack stack;
  EXPECT_OK(yg_stack_new(&stack, 65536));
  uintptr_t start = stack.start;
  EXPECT_OK(yg_stack_free(&stack));
  EXPECT_EQ(0u, stack.size);
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_free(&stack));
  EXPECT_OK(yg_stack_new(&stack, 65536));
  EXPECT_EQ(start, stack.start);
  EXPECT_OK(yg_stack_free(&stack));
}

// Whatever it was in the middle of, with barriers and all.
TEST(Stack, BeginsAgain) {
  TestStack made;
  yg_stack &stack = made.stack;
  made.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
  stack.owner[0] = 11;
  stack.owner[1] = 12;
  uintptr_t start = stack.start, size = stack.size;
  yg_cursor frame;
  EXPECT_OK(yg_cursor_new(&frame, &stack));
  EXPECT_OK(yg_cursor_step(&frame));
  EXPECT_OK(yg_set_return_barrier(&frame, [](yg_stack *, void *, yg_pair) -> yg_pair { std::abort(); }, nullptr));
  EXPECT_OK(yg_stack_reset(&stack));
  EXPECT_EQ(nullptr, stack.barriers);
  EXPECT_EQ(start, stack.start);
  EXPECT_EQ(size, stack.size);
  EXPECT_EQ(11u, stack.owner[0]);
  EXPECT_EQ(12u, stack.owner[1]);
  EXPECT_STATUS(YG_ERROR_STALE, yg_cursor_step(&frame));
  yg_cursor top;
  EXPECT_OK(yg_cursor_new(&top, &stack));
  EXPECT_STATUS(YG_ERROR_BOTTOM, yg_cursor_step(&top));
  made.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
  EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), made.resume(7));
}

TEST(Stack, PoolIsBoundedAndCanBeReleased) {
  std::vector<yg_stack> stacks(3000);
  for (yg_stack &stack : stacks) EXPECT_OK(yg_stack_new(&stack, 4096));
  for (yg_stack &stack : stacks) EXPECT_OK(yg_stack_free(&stack));
  yg_stack_pool_release();
  yg_stack_pool_release();
}

TEST(Stack, OverMemoryOfTheCaller) {
  alignas(16) static char memory[8192 + 3];
  for (size_t offset : {0, 1, 3, 8}) {
    yg_stack stack;
    EXPECT_OK(yg_stack_new_in(&stack, memory + offset, 8192 - offset));
    yg_cursor cursor;
    EXPECT_OK(yg_cursor_new(&cursor, &stack));
    auto back = +[](uintptr_t value) { yg_stack_swap(test_current, &test_host, value + 1); };
    EXPECT_OK(yg_push_frame(&cursor, address(back)));
    test_current = &stack;
    EXPECT_EQ(6u, yg_stack_swap(&test_host, &stack, 5));
    EXPECT_GE(stack.sp, address(memory));
    EXPECT_LT(stack.sp, address(memory) + sizeof memory);
    EXPECT_OK(yg_stack_free(&stack));
  }
  yg_stack stack;
  EXPECT_STATUS(YG_ERROR_SIZE, yg_stack_new_in(&stack, memory, 64));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_new_in(&stack, nullptr, 8192));
}

// ---- slabs --------------------------------------------------------------------------------------------------------------------------

TEST(Slab, HundredThousandStacksAtOnce) {
  constexpr uintptr_t kCount = 100000;
#if defined(__SANITIZE_THREAD__)
  constexpr uintptr_t kStep = 20;  // it can tell 8128 from each other: see annotations.h
#else
  constexpr uintptr_t kStep = 7;
#endif
  yg_slab *slab;
  EXPECT_OK(yg_slab_new(&slab, 4096, kCount, YG_SLAB_GUARDLESS));
  std::vector<yg_stack> stacks(kCount);
  for (yg_stack &stack : stacks) ASSERT_EQ(YG_OK, yg_stack_new_in_slab(&stack, slab));
  yg_stack one_more;
  EXPECT_STATUS(YG_ERROR_MEMORY, yg_stack_new_in_slab(&one_more, slab));
  auto back = +[](uintptr_t value) {
    for (;;) value = yg_stack_swap(test_current, &test_host, value + 1);
  };
  for (uintptr_t i = 0; i < kCount; i += kStep) {
    yg_cursor cursor;
    EXPECT_OK(yg_cursor_new(&cursor, &stacks[i]));
    EXPECT_OK(yg_push_frame(&cursor, address(back)));
    test_current = &stacks[i];
    ASSERT_EQ(i + 1, yg_stack_swap(&test_host, &stacks[i], i));
  }
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_slab_free(slab));
  for (yg_stack &stack : stacks) ASSERT_EQ(YG_OK, yg_stack_free(&stack));
  EXPECT_OK(yg_stack_new_in_slab(&one_more, slab));
  EXPECT_OK(yg_stack_free(&one_more));
  EXPECT_OK(yg_slab_free(slab));
}

TEST(Slab, GuardedStacksHaveTheirSize) {
  yg_slab *slab;
  EXPECT_OK(yg_slab_new(&slab, 10000, 3, 0));
  std::vector<yg_stack> stacks(3);
  for (yg_stack &stack : stacks) {
    EXPECT_OK(yg_stack_new_in_slab(&stack, slab));
    EXPECT_GE(stack.size, 10000u);
    std::memset(reinterpret_cast<void *>(stack.start), 0x55, stack.size / 2);
  }
  for (yg_stack &stack : stacks) EXPECT_OK(yg_stack_free(&stack));
  EXPECT_OK(yg_slab_free(slab));
}

/** The frames of stacks that take turns are not all in the same few sets of the caches. */
TEST(Slab, StacksEndAtDifferentLinesOfAPage) {
  for (uint32_t flags : {0u, uint32_t{YG_SLAB_GUARDLESS}}) {
    constexpr uintptr_t kCount = 64, kPage = 4096, kLine = 64, kFirstFrames = 1024;
    yg_slab *slab;
    EXPECT_OK(yg_slab_new(&slab, 8192, kCount, flags));
    std::vector<yg_stack> stacks(kCount);
    std::set<uintptr_t> lines;
    for (yg_stack &stack : stacks) {
      EXPECT_OK(yg_stack_new_in_slab(&stack, slab));
      uintptr_t last = stack.start + stack.size - 1;
      EXPECT_GE(last % kPage, kFirstFrames - 1) << "its first frames would take two pages";
      lines.insert(last % kPage / kLine);
    }
    EXPECT_GE(lines.size(), 32u);
    for (yg_stack &stack : stacks) EXPECT_OK(yg_stack_free(&stack));
    EXPECT_OK(yg_slab_free(slab));
  }
}

TEST(SlabDeathTest, GuardsAreHit) {
  yg_slab *slab;
  EXPECT_OK(yg_slab_new(&slab, 4096, 2, 0));
  yg_stack first, second;
  EXPECT_OK(yg_stack_new_in_slab(&first, slab));
  EXPECT_OK(yg_stack_new_in_slab(&second, slab));
  for (yg_stack *stack : {&first, &second}) EXPECT_DEATH(*reinterpret_cast<volatile char *>(stack->start - 1) = 1, "");
  EXPECT_OK(yg_stack_free(&first));
  EXPECT_OK(yg_stack_free(&second));
  EXPECT_OK(yg_slab_free(slab));
}

static uintptr_t overflow(uintptr_t value) {
  char filler[1024];
  // The frame has to exist, before and after the inner call.
  asm volatile("" : : "r"(filler) : "memory");
  uintptr_t inner = value == 0 ? 0 : overflow(value - 1);
  asm volatile("" : : "r"(filler) : "memory");
  return inner + 1;
}

TEST(StackDeathTest, OverflowHitsTheGuardPage) {
  TestStack stack(16 << 10);
  EXPECT_DEATH(stack.start(address(overflow), {1000}), "");
}
