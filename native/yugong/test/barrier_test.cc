// SPDX-License-Identifier: MIT
//
// Return barriers: what runs when, what the frame below gets, what walks show, and what happens to barriers of frames that are removed.
#include "barrier.h"
#include "support.h"

using Ids = std::vector<yg_csid>;

namespace {

struct Note {
  int calls = 0;
  yg_pair values{};
  yg_stack *stack = nullptr;
  bool was_paused = false;
  Ids ids;
  uintptr_t add = 0;
};

Ids idsOf(yg_stack *stack) {
  Ids ids;
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, stack) != YG_OK) return ids;
  do ids.push_back(yg_get_csid(&cursor));
  while (yg_cursor_step(&cursor) == YG_OK);
  return ids;
}

yg_pair noteIt(yg_stack *stack, void *cookie, yg_pair values) {
  Note *note = static_cast<Note *>(cookie);
  note->calls++;
  note->values = values;
  note->stack = stack;
  note->was_paused = stack->sp != 0;
  note->ids = idsOf(stack);
  return {values.first + note->add, values.second};
}

uintptr_t addOne(uintptr_t value) { return value + 1; }

}  // namespace

class BarrierTest : public testing::TestWithParam<decltype(&o0_recurse)> {};
INSTANTIATE_TEST_SUITE_P(Levels, BarrierTest, testing::Values(o0_recurse, o2_recurse));

TEST_P(BarrierTest, RunsWithTheReturnedValueAndPassesOneOn) {
  for (int depth = 0; depth < 6; depth++) {
    TestStack stack;
    stack.start(address(GetParam()), {4, 10, 20, 30, 40, 50});
    Ids before = stack.ids();
    yg_cursor cursor = stack.cursor();
    for (int i = 0; i < depth; i++) EXPECT_OK(yg_cursor_step(&cursor));
    Note note;
    note.add = 1000;
    EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
    EXPECT_EQ(before, stack.ids());  // walks show the true return addresses
    EXPECT_EQ(before[static_cast<size_t>(depth)], yg_get_csid(&cursor));
    EXPECT_EQ(recurseResult(4, 10, 20, 30, 40, 50, 7) + 1000, stack.resume(7));
    EXPECT_EQ(1, note.calls);
    EXPECT_EQ(&stack.stack, note.stack);
    EXPECT_TRUE(note.was_paused);
    // While it runs, the frame is the top one.
    EXPECT_EQ(Ids(before.begin() + depth, before.end()), note.ids);
    EXPECT_EQ(nullptr, stack.stack.barriers);
  }
}

TEST_P(BarrierTest, OnEveryFrameAtOnce) {
  TestStack stack;
  stack.start(address(GetParam()), {4, 10, 20, 30, 40, 50});
  Ids before = stack.ids();
  Note note;
  note.add = 1;
  yg_cursor cursor = stack.cursor();
  for (int i = 0; i < 6; i++) {
    EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
    EXPECT_OK(yg_cursor_step(&cursor));
  }
  EXPECT_EQ(before, stack.ids());
  EXPECT_EQ(recurseResult(4, 10, 20, 30, 40, 50, 7) + 6, stack.resume(7));
  EXPECT_EQ(6, note.calls);
}

TEST(Barrier, KeepAlivesAreReadThroughBarriers) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_recurse), 0});
  Note note;
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  cursor = steppedTo(stack, 201);
  EXPECT_EQ(0x1111111111111111u, words(cursor)[0]);
  EXPECT_EQ(0x6666666666666666u, words(cursor)[5]);
}

TEST(Barrier, TwoWords) {
  TestStack stack;
  stack.start(address(o2_pair), {1});
  Note note;
  note.add = 1;
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  EXPECT_EQ(4u + 5000, stack.resume(3, 5));
  EXPECT_EQ(3u, note.values.first);
  EXPECT_EQ(5u, note.values.second);
}

// A function that returns a double; the barrier's function uses floating point itself.
static double half(double x) {
  test_pause(0);
  return x / 2;
}
static uintptr_t callHalf(uintptr_t) {
  double (*volatile callee)(double) = half;
  return static_cast<uintptr_t>(callee(42.0));
}

TEST(Barrier, FloatingPointResultsPass) {
  TestStack stack;
  stack.start(address(callHalf), {0});
  yg_cursor cursor = stack.cursor();  // half
  EXPECT_OK(yg_cursor_step(&cursor));  // callHalf
  auto destroy = +[](yg_stack *, void *, yg_pair values) {
    asm volatile("xorps %%xmm0, %%xmm0\n xorps %%xmm1, %%xmm1" : : : "xmm0", "xmm1");
    return values;
  };
  EXPECT_OK(yg_set_return_barrier(&cursor, destroy, nullptr));
  EXPECT_EQ(21u, stack.resume());
}

TEST(Barrier, ClearedOnesDoNotRun) {
  TestStack stack;
  stack.start(address(o2_recurse), {3, 1, 1, 1, 1, 1});
  Note note;
  yg_cursor top = stack.cursor(), below = top;
  EXPECT_OK(yg_cursor_step(&below));
  EXPECT_OK(yg_set_return_barrier(&below, noteIt, &note));
  EXPECT_OK(yg_set_return_barrier(&top, noteIt, &note));
  yg_barrier_function function;
  void *cookie;
  EXPECT_OK(yg_get_return_barrier(&below, &function, &cookie));
  EXPECT_EQ(&noteIt, function);
  EXPECT_EQ(&note, cookie);
  EXPECT_OK(yg_clear_return_barrier(&below));
  EXPECT_STATUS(YG_ERROR_NO_BARRIER, yg_clear_return_barrier(&below));
  EXPECT_STATUS(YG_ERROR_NO_BARRIER, yg_get_return_barrier(&below, nullptr, nullptr));
  EXPECT_OK(yg_clear_return_barrier(&top));
  EXPECT_EQ(recurseResult(3, 1, 1, 1, 1, 1, 7), stack.resume(7));
  EXPECT_EQ(0, note.calls);
}

TEST(Barrier, SettingAgainReplaces) {
  TestStack stack;
  stack.start(address(o2_twice), {1});
  Note first, second;
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &first));
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &second));
  stack.resume(3);
  EXPECT_EQ(0, first.calls);
  EXPECT_EQ(1, second.calls);
}

TEST(Barrier, PoppingFramesRemovesTheirs) {
  TestStack stack;
  stack.start(address(o2_recurse), {5, 1, 1, 1, 1, 1});
  Note popped, kept;
  yg_cursor cursor = stack.cursor();
  for (int i = 0; i < 3; i++) {
    EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &popped));
    EXPECT_OK(yg_cursor_step(&cursor));
  }
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &kept));
  EXPECT_OK(yg_pop_frames_to(&cursor));
  // The popped-to frame keeps its own: control returns into it when it is resumed.
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  stack.resume(10);
  EXPECT_EQ(0, popped.calls);
  EXPECT_EQ(1, kept.calls);
  EXPECT_EQ(11u, kept.values.first);
}

// The use: a suspended stack has frames of code that has become invalid. Each is replaced when, and only if, control returns to it.
TEST(Barrier, LazyDeoptimization) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  auto replace = +[](yg_stack *current, void *, yg_pair values) {
    yg_cursor cursor;
    EXPECT_OK(yg_cursor_new(&cursor, current));
    EXPECT_EQ(201u, yg_get_csid(&cursor));
    EXPECT_EQ(0x2222222222222222u, words(cursor)[1]);
    EXPECT_OK(yg_cursor_step(&cursor));
    EXPECT_OK(yg_pop_frames_to(&cursor));
    uintptr_t state[2] = {1000, 0};
    auto continuation = +[](uintptr_t *payload, uintptr_t value) { return payload[0] + value; };
    EXPECT_OK(yg_push_frame_payload(&cursor, address(continuation), state, sizeof state, nullptr));
    return values;
  };
  yg_cursor cursor = steppedTo(stack, 201);
  EXPECT_OK(yg_set_return_barrier(&cursor, replace, nullptr));
  EXPECT_EQ(3u, stack.resume(3));  // the frame above goes on undisturbed, and pauses again
  EXPECT_EQ((Ids{109, 201, 200, 0}), stack.ids());
  EXPECT_EQ(1007u, stack.resume(4));
}

TEST(Barrier, OnAFunctionThatHasNotBegunAndOnTheBottom) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  Note bottom, call;
  auto leave = +[](yg_stack *, void *cookie, yg_pair values) {
    static_cast<Note *>(cookie)->calls++;
    return values;
  };
  EXPECT_OK(yg_set_return_barrier(&cursor, leave, &bottom));
  auto back = +[](uintptr_t value) { test_pause(value + 5); };
  EXPECT_OK(yg_push_frame(&cursor, address(back)));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &call));
  EXPECT_EQ((Ids{0, 0, 0}), stack.ids());
  EXPECT_EQ(address(addOne), yg_cursor_pc(&cursor));
  EXPECT_EQ(8u, stack.resume(2));
  EXPECT_EQ(1, call.calls);
  EXPECT_EQ(0, bottom.calls);
}

TEST(Barrier, WithoutAHostItRunsOnTheStackItself) {
  TestStack stack;
  stack.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_cursor_step(&cursor));
  Note note;
  note.add = 3;
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  test_current = &stack.stack;
  stack.stack.host = nullptr;
  EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7) + 3, yg_stack_swap(&test_host, &stack.stack, 7));
  EXPECT_EQ(1, note.calls);
  EXPECT_FALSE(note.was_paused);
}

TEST(Barrier, FreeingTheStackForgetsThem) {
  yg_stack stack;
  EXPECT_OK(yg_stack_new(&stack, 4096));
  yg_cursor cursor;
  EXPECT_OK(yg_cursor_new(&cursor, &stack));
  Note note;
  uintptr_t *slot = reinterpret_cast<uintptr_t *>(yg_ll_slot(&cursor)), held = *slot;
  EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  EXPECT_NE(held, *slot);
  EXPECT_EQ(held, yg_ll_pc(&cursor));
  uintptr_t address = yg_ll_slot(&cursor);
  EXPECT_EQ(held, yg::barrierReturnAddress(address));
  EXPECT_OK(yg_stack_free(&stack));
  EXPECT_EQ(0u, yg::barrierReturnAddress(address));
}

TEST(Barrier, ThousandsOfStacks) {
  std::vector<std::unique_ptr<TestStack>> stacks;
  Note note;
  for (uintptr_t i = 0; i < 3000; i++) {
    stacks.push_back(std::make_unique<TestStack>(4096));
    stacks.back()->start(address(o2_twice), {i});
    yg_cursor cursor = stacks.back()->cursor();
    EXPECT_OK(yg_set_return_barrier(&cursor, noteIt, &note));
  }
  for (auto &stack : stacks) stack->resume(1);
  EXPECT_EQ(3000, note.calls);
}

TEST(Misuse, Barriers) {
  TestStack stack;
  stack.start(address(o2_twice), {1});
  yg_cursor cursor = stack.cursor(), stale = cursor;
  Note note;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_set_return_barrier(&cursor, nullptr, nullptr));
  EXPECT_STATUS(YG_ERROR_NO_BARRIER, yg_clear_return_barrier(&cursor));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_STATUS(YG_ERROR_STALE, yg_set_return_barrier(&stale, noteIt, &note));
  EXPECT_STATUS(YG_ERROR_STALE, yg_clear_return_barrier(&stale));
  yg_cursor low;
  EXPECT_OK(yg_ll_cursor_new(&low, &stack.stack));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_set_return_barrier(&low, noteIt, &note));  // an SS top is not returned into
  EXPECT_EQ(nullptr, stack.stack.barriers);
}
