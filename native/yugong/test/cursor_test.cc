// SPDX-License-Identifier: MIT
#include <dlfcn.h>

#include <algorithm>

#include "support.h"

class CursorTest : public testing::TestWithParam<const char *> {};

struct Functions {
  decltype(&o0_recurse) recurse;
  decltype(&o0_dynamic) dynamic;
  decltype(&o0_never) never;
  decltype(&o0_twice) twice;
  decltype(&o0_many) many;
};

static Functions functionsOf(const char *level) {
  if (std::strcmp(level, "O0") == 0) return {o0_recurse, o0_dynamic, o0_never, o0_twice, o0_many};
  return {o2_recurse, o2_dynamic, o2_never, o2_twice, o2_many};
}

using Ids = std::vector<yg_csid>;
using Words = std::vector<uint64_t>;

TEST_P(CursorTest, FirstFrameIsTheCallerOfTheStub) {
  TestStack stack;
  EXPECT_EQ(20u, stack.start(address(functionsOf(GetParam()).recurse), {2, 18, 1, 1, 1, 1}));
  EXPECT_EQ((Ids{101, 102, 102, 200, 0}), stack.ids());
}

TEST_P(CursorTest, FirstFrameIsTheCallerOfTheHostCall) {
  TestStack stack;
  static Ids seen;
  test_host_function = [](yg_stack *current, uintptr_t) {
    yg_cursor cursor;
    EXPECT_OK(yg_cursor_new(&cursor, current));
    seen.clear();
    do seen.push_back(yg_get_csid(&cursor));
    while (yg_cursor_step(&cursor) == YG_OK);
    return yg_pair{5, 0};
  };
  EXPECT_EQ(recurseResult(2, 18, 1, 1, 1, 1, 5), stack.start(address(functionsOf(GetParam()).recurse), {2, 18, 1, 1, 1, 1}));
  test_host_function = nullptr;
  EXPECT_EQ((Ids{101, 102, 102, 200, 0}), seen);
}

TEST_P(CursorTest, KeepAlivesOfEveryFrame) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).recurse), {2, 10, 20, 30, 40, 50});
  yg_cursor cursor = stack.cursor();
  EXPECT_EQ((Words{1, 0, 12, 24, 36, 48, 60}), words(cursor));
  EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_EQ((Words{2, 1, 11, 22, 33, 44, 55}), words(cursor));
  EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_EQ((Words{2, 2, 10, 20, 30, 40, 50}), words(cursor));
  EXPECT_EQ(recurseResult(2, 10, 20, 30, 40, 50, 9), stack.resume(9));
}

TEST_P(CursorTest, FrameWithADynamicAlloca) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).dynamic), {100, 77});
  EXPECT_EQ((Ids{101, 103, 200, 0}), stack.ids());
  yg_cursor cursor = steppedTo(stack, 103);
  Words values = words(cursor);
  ASSERT_EQ(4u, values.size());
  EXPECT_EQ(3u, values[0]);
  EXPECT_EQ(100u, values[2]);
  EXPECT_EQ(77u, values[3]);
  EXPECT_EQ(77u, reinterpret_cast<uint64_t *>(values[1])[99]);
  EXPECT_EQ(recurseResult(0, 77, 2, 3, 4, 5, 1) + 77, stack.resume(1));
}

TEST_P(CursorTest, ReturnAddressPastTheEndOfTheFunction) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).never), {7});
  EXPECT_EQ((Ids{107, 200, 0}), stack.ids());
  EXPECT_EQ(Words{7}, words(stack.cursor()));
}

TEST_P(CursorTest, ArgumentsOnTheStack) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).many), {7});
  EXPECT_EQ((Ids{110, 200, 0}), stack.ids());
  EXPECT_EQ(Words{7}, words(stack.cursor()));
  EXPECT_EQ(10u, stack.resume(3));
}

TEST_P(CursorTest, CopyByMemcpyStepsOnItsOwn) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).recurse), {3, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor(), copy;
  std::memcpy(&copy, &cursor, sizeof copy);
  EXPECT_OK(yg_cursor_step(&copy));
  EXPECT_EQ(101u, yg_get_csid(&cursor));
  EXPECT_EQ(102u, yg_get_csid(&copy));
  EXPECT_LT(yg_cursor_sp(&cursor), yg_cursor_sp(&copy));
}

TEST_P(CursorTest, IsStaleAfterTheStackHasRun) {
  TestStack stack;
  stack.start(address(functionsOf(GetParam()).recurse), {3, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor();
  stack.resume(1);
  EXPECT_STATUS(YG_ERROR_STALE, yg_cursor_step(&cursor));
  EXPECT_STATUS(YG_ERROR_STALE, yg_pop_frames_to(&cursor));
  EXPECT_STATUS(YG_ERROR_STALE, yg_push_frame(&cursor, 1));
  uint64_t word;
  EXPECT_STATUS(YG_ERROR_STALE, yg_keepalive_words(&cursor, &word, 1));
}

INSTANTIATE_TEST_SUITE_P(Levels, CursorTest, testing::Values("O0", "O2"));

static uintptr_t recurseOnce(uintptr_t depth) { return o2_recurse(depth, 1, 1, 1, 1, 1); }

// Deep enough that registers are put off: then RBP, by which test_entry's frame is found, is brought across a frame of 40 000 bytes.
TEST(Cursor, CrossesFramesThatAreLargerThanTheirPlansCanSay) {
  for (uintptr_t depth = 0; depth < 5; depth++) {
    TestStack stack(128 << 10);
    stack.start(address(test_far), {address(recurseOnce), depth});
    Ids expected{101}, ids = stack.ids();
    expected.insert(expected.end(), depth, 102);
    for (yg_csid id : {203, 200}) expected.push_back(id);
    // Whether recurseOnce has a frame is the compiler's business; the bottom frame has no id either.
    ids.erase(std::remove(ids.begin(), ids.end(), 0u), ids.end());
    EXPECT_EQ(expected, ids);
    EXPECT_EQ(recurseResult(depth, 1, 1, 1, 1, 1, 3), stack.resume(3));
  }
}

TEST(Cursor, NewStackHasABottomFrame) {
  TestStack stack;
  EXPECT_EQ(Ids{0}, stack.ids());
  yg_cursor cursor = stack.cursor();
  EXPECT_STATUS(YG_ERROR_BOTTOM, yg_cursor_step(&cursor));
  EXPECT_EQ(nullptr, yg_cursor_code(&cursor));
}

TEST(Cursor, RunningStackIsRefused) {
  TestStack stack;
  test_host_function = [](yg_stack *current, uintptr_t) {
    yg_cursor cursor;
    EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_cursor_new(&cursor, current->host));
    return yg_pair{0, 0};
  };
  stack.start(address(o2_twice), {1});
  test_host_function = nullptr;
  TestStack idle;
  yg_cursor cursor = idle.cursor();
  idle.stack.sp = 0;
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_cursor_step(&cursor));
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_cursor_new(&cursor, &idle.stack));
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_stack_free(&idle.stack));
  idle.stack.sp = idle.stack.start + idle.stack.size - 24;
}

TEST(Cursor, ForeignAndMisalignedStackPointersAreRefused) {
  TestStack stack;
  yg_cursor cursor;
  uintptr_t sp = stack.stack.sp;
  stack.stack.sp = sp + 1;
  EXPECT_STATUS(YG_ERROR_ALIGNMENT, yg_cursor_new(&cursor, &stack.stack));
  stack.stack.sp = stack.stack.start - 8;
  EXPECT_STATUS(YG_ERROR_FOREIGN, yg_cursor_new(&cursor, &stack.stack));
  stack.stack.sp = stack.stack.start + stack.stack.size;
  EXPECT_STATUS(YG_ERROR_FOREIGN, yg_cursor_new(&cursor, &stack.stack));
  stack.stack.sp = sp;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_cursor_new(nullptr, &stack.stack));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_cursor_new(&cursor, nullptr));
}

// A C++ function is a frame whose rules nobody registered.
static uintptr_t pauseFromCpp(uintptr_t value) {
  uintptr_t result = test_pause(value);
  asm volatile("");
  return result + 1;
}

TEST(Cursor, UnregisteredCppFramesAreWalked) {
  TestStack stack;
  EXPECT_EQ(5u, stack.start(address(pauseFromCpp), {5}));
  for (int round = 0; round < 2; round++) {  // the second time from the cache
    yg_cursor cursor = stack.cursor();
    EXPECT_EQ(0u, yg_get_csid(&cursor));
    EXPECT_EQ(nullptr, yg_cursor_code(&cursor));
    EXPECT_EQ(0, yg_keepalive_count(&cursor));
    EXPECT_EQ((Ids{0, 200, 0}), stack.ids());
  }
  EXPECT_EQ(8u, stack.resume(7));
}

// A library takes the place of one that has been unloaded: what was known of the code there is known no longer.
TEST(Cursor, UnloadedLibrariesAreForgotten) {
  uintptr_t previous = 0;
  for (int round = 0; round < 4; round++) {
    void *library = dlopen(round % 2 == 0 ? UNLOADED_136 : UNLOADED_264, RTLD_NOW);
    ASSERT_NE(nullptr, library) << dlerror();
    uintptr_t call = reinterpret_cast<uintptr_t>(dlsym(library, "unloaded_call"));
    if (round != 0 && call != previous) GTEST_SKIP() << "the library has been loaded elsewhere";
    previous = call;
    {
      // Beneath a registered frame, beneath a foreign one, and on top of the stack.
      TestStack registered, foreign, top;
      registered.start(call, {address(o2_twice), 5});
      foreign.start(call, {address(pauseFromCpp), 5});
      top.start(call, {address(test_pause), 5});
      EXPECT_EQ((Ids{108, 0, 200, 0}), registered.ids()) << round;
      EXPECT_EQ((Ids{0, 0, 200, 0}), foreign.ids()) << round;
      EXPECT_EQ((Ids{0, 200, 0}), top.ids()) << round;
      EXPECT_EQ(9u, foreign.resume(8));
    }
    EXPECT_EQ(0, dlclose(library));
  }
}

// An address in no code at all.
TEST(Cursor, UnknownCodeHasNoPlan) {
  TestStack stack;
  uintptr_t registers[6] = {}, slot = stack.stack.start + 4096 + 8;
  *reinterpret_cast<uintptr_t *>(slot) = 0x1234567;
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, registers));
  yg_cursor cursor = stack.cursor();
  EXPECT_EQ(0x1234567u, yg_cursor_pc(&cursor));
  EXPECT_NE(YG_OK, yg_cursor_step(&cursor));
}
