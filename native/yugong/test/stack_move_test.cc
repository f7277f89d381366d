// SPDX-License-Identifier: MIT
//
// Stacks whose memory goes to another yg_stack, and what that is for: to go on in other memory, and to come back.
#include "support.h"
#include "yugong-publish.h"

namespace {

const std::initializer_list<uintptr_t> kArguments = {3, 10, 20, 30, 40, 50};
uintptr_t resultFor(uintptr_t value) { return recurseResult(3, 10, 20, 30, 40, 50, value); }

yg_stack *barrier_stack;
yg_pair noteStack(yg_stack *stack, void *, yg_pair values) {
  barrier_stack = stack;
  return {values.first + 1000, values.second};
}

struct Aside {
  yg_stack *stack, *aside;
  uintptr_t value;
};

yg_pair joinOnHost(yg_stack *, uintptr_t argument) {
  auto *way = reinterpret_cast<Aside *>(argument);
  uintptr_t value = way->value;  // it lies on what is freed
  yg_stack *stack = way->stack, *aside = way->aside, left{};
  EXPECT_OK(yg_stack_move(&left, stack));
  EXPECT_OK(yg_stack_free(&left));
  EXPECT_OK(yg_stack_move(stack, aside));
  return {value, 0};
}

// The bottom of what a stack goes on in.
void comeBack(Aside *way, uintptr_t value) {
  way->value = value;
  yg_host_call(way->stack, joinOnHost, reinterpret_cast<uintptr_t>(way));
}

uintptr_t addHundred(uintptr_t value) { return value + 100; }

}  // namespace

TEST(StackMove, TakesFramesAlongAndLeavesTheOwnersWords) {
  TestStack made, other;
  made.start(address(o2_recurse), kArguments);
  auto ids = made.ids();
  EXPECT_OK(yg_stack_free(&other.stack));
  made.stack.owner[0] = 11;
  other.stack.owner[0] = 22;
  yg_cursor before = made.cursor();
  uintptr_t start = made.stack.start, size = made.stack.size, sp = made.stack.sp;

  EXPECT_OK(yg_stack_move(&other.stack, &made.stack));
  EXPECT_EQ(start, other.stack.start);
  EXPECT_EQ(size, other.stack.size);
  EXPECT_EQ(sp, other.stack.sp);
  EXPECT_EQ(22u, other.stack.owner[0]);
  EXPECT_EQ(11u, made.stack.owner[0]);
  EXPECT_EQ(0u, made.stack.size);
  EXPECT_EQ(0u, made.stack.mapping);
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_cursor_step(&before));
  EXPECT_EQ(ids, other.ids());

  // And back: a cursor from before is stale, though everything lies where it was.
  EXPECT_OK(yg_stack_move(&made.stack, &other.stack));
  EXPECT_STATUS(YG_ERROR_STALE, yg_cursor_step(&before));
  EXPECT_EQ(ids, made.ids());
  EXPECT_EQ(resultFor(7), made.resume(7));
}

TEST(StackMove, TakesBarriersAlong) {
  TestStack made, other;
  EXPECT_OK(yg_stack_free(&other.stack));
  made.start(address(o2_recurse), kArguments);
  for (int depth : {1, 3}) {
    yg_cursor cursor = made.cursor();
    for (int i = 0; i < depth; i++) EXPECT_OK(yg_cursor_step(&cursor));
    EXPECT_OK(yg_set_return_barrier(&cursor, noteStack, nullptr));
  }
  EXPECT_OK(yg_stack_move(&other.stack, &made.stack));
  EXPECT_EQ(nullptr, made.stack.barriers);
  barrier_stack = nullptr;
  EXPECT_EQ(resultFor(7) + 2000, other.resume(7));
  EXPECT_EQ(&other.stack, barrier_stack);
}

TEST(StackMove, GoesOnElsewhereAndComesBack) {
  for (bool with_barrier : {false, true}) {
    TestStack made;
    yg_stack *stack = &made.stack;
    made.start(address(o2_recurse), kArguments);
    yg_cursor below = made.cursor();
    EXPECT_OK(yg_cursor_step(&below));
    if (with_barrier) {
      EXPECT_OK(yg_set_return_barrier(&below, noteStack, nullptr));
    }
    auto ids = made.ids();
    uintptr_t start = stack->start;

    yg_stack aside{}, elsewhere;
    EXPECT_OK(yg_stack_new(&elsewhere, 1 << 20));
    EXPECT_OK(yg_stack_move(&aside, stack));
    EXPECT_OK(yg_stack_move(stack, &elsewhere));
    EXPECT_NE(start, stack->start);
    Aside way{stack, &aside, 0};
    yg_cursor cursor = made.cursor();
    EXPECT_OK(yg_push_frame_payload(&cursor, address(comeBack), &way, sizeof way, nullptr));
    EXPECT_OK(yg_push_frame(&cursor, address(addHundred)));

    // A walk goes on in what has been moved aside.
    std::vector<yg_csid> walked;
    yg_cursor at = made.cursor();
    yg_status status;
    while ((status = yg_cursor_step(&at)) == YG_OK) {
    }
    EXPECT_STATUS(YG_ERROR_BOTTOM, status);
    EXPECT_OK(yg_cursor_step_into_resumer(&at, &aside));
    do walked.push_back(yg_get_csid(&at));
    while (yg_cursor_step(&at) == YG_OK);
    EXPECT_EQ(ids, walked);

    barrier_stack = nullptr;
    EXPECT_EQ(resultFor(107) + (with_barrier ? 1000 : 0), made.resume(7));
    EXPECT_EQ(start, stack->start);
    EXPECT_EQ(with_barrier ? stack : nullptr, barrier_stack);
    EXPECT_EQ(0u, aside.size);
  }
}

TEST(StackMove, PublishedNameGoesAlong) {
  TestStack made, other;
  EXPECT_OK(yg_stack_free(&other.stack));
  yg_stack_publish(&made.stack, "one");
  EXPECT_OK(yg_stack_move(&other.stack, &made.stack));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_unpublish(&made.stack));
  EXPECT_OK(yg_stack_unpublish(&other.stack));
}

TEST(StackMove, Misuse) {
  TestStack made, other;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_move(nullptr, &made.stack));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_move(&made.stack, nullptr));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_move(&made.stack, &made.stack));
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_stack_move(&other.stack, &made.stack));
  EXPECT_OK(yg_stack_free(&other.stack));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_move(&made.stack, &other.stack));
  EXPECT_OK(yg_stack_track(&made.stack));
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_stack_move(&other.stack, &made.stack));
  EXPECT_OK(yg_stack_untrack(&made.stack));
  uintptr_t sp = made.stack.sp;
  made.stack.sp = 0;  // as if it ran
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_stack_move(&other.stack, &made.stack));
  made.stack.sp = sp;
}
