// SPDX-License-Identifier: MIT
#include "support.h"

using Ids = std::vector<yg_csid>;

namespace {

uintptr_t addOne(uintptr_t value) { return value + 1; }
uintptr_t constant() { return 1000; }
yg_pair swapWords(uintptr_t first, uintptr_t second) { return {second, first}; }
uintptr_t sum(const uintptr_t *payload, uintptr_t first, uintptr_t second) {
  EXPECT_EQ(0u, address(payload) % 16);
  return payload[0] * 10000 + payload[1] * 100 + first * 10 + second;
}

}  // namespace

class PopTest : public testing::TestWithParam<int> {};

// Popping k frames is as if the k-th had returned the value: all that follows must come out right, from callee-saved registers too.
TEST_P(PopTest, ResumesTheFrameBelowWithItsRegisters) {
  for (auto recurse : {o0_recurse, o2_recurse}) {
    TestStack stack;
    stack.start(address(recurse), {5, 10, 20, 30, 40, 50});
    yg_cursor cursor = stack.cursor();
    uintptr_t a = 15, b = 30, c = 45, d = 60, e = 75;
    for (int i = 0; i < GetParam(); i++) {
      EXPECT_OK(yg_cursor_step(&cursor));
      a -= 1, b -= 2, c -= 3, d -= 4, e -= 5;
    }
    EXPECT_OK(yg_pop_frames_to(&cursor));
    EXPECT_OK(yg_pop_frames_to(&cursor));
    EXPECT_EQ(7u - static_cast<unsigned>(GetParam()) + 1, stack.ids().size());
    uintptr_t expected = 7;
    for (;;) {
      expected += 3 * a + 5 * b + 7 * c + 11 * d + 13 * e;
      if (a == 10) break;
      a -= 1, b -= 2, c -= 3, d -= 4, e -= 5;
    }
    EXPECT_EQ(expected, stack.resume(7));
  }
}
INSTANTIATE_TEST_SUITE_P(Depths, PopTest, testing::Range(0, 6));

TEST(Surgery, PoppedToFrameHasItsCalleeSavedRegisters) {
  for (auto recurse : {o0_recurse, o2_recurse}) {
    TestStack stack;
    stack.start(address(test_keeper), {address(recurse), 4, 1, 1, 1, 1});
    yg_cursor cursor = steppedTo(stack, 201);
    EXPECT_OK(yg_pop_frames_to(&cursor));
    EXPECT_EQ((Ids{201, 200, 0}), stack.ids());
    EXPECT_EQ(33u, stack.resume(33));
  }
}

TEST(Surgery, PushedFunctionReturnsIntoTheFrameBelow) {
  for (auto recurse : {o0_recurse, o2_recurse}) {
    TestStack stack;
    stack.start(address(test_keeper), {address(recurse), 4, 1, 1, 1, 1});
    yg_cursor cursor = steppedTo(stack, 201);
    EXPECT_OK(yg_pop_frames_to(&cursor));
    EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
    EXPECT_EQ(address(addOne), yg_cursor_pc(&cursor));
    EXPECT_EQ(0u, yg_get_csid(&cursor));
    EXPECT_EQ((Ids{0, 201, 200, 0}), stack.ids());
    EXPECT_EQ(34u, stack.resume(33));
  }
}

/** The SS top of `_yg_stack_switch` has no save area: it is the return address of a frame that has saved the registers itself. */
TEST(Surgery, OfAStackThatACodeGeneratorHasSwitchedFrom) {
  auto pause = [](TestStack &stack) {
    EXPECT_EQ(5u, stack.start(address(test_keeper), {address(test_switch), 5}));
    EXPECT_EQ(8u, stack.stack.sp % 16);
    EXPECT_EQ((Ids{204, 201, 200, 0}), stack.ids());
    EXPECT_EQ((std::vector<uint64_t>{5}), words(stack.cursor()));
  };
  {
    TestStack stack;
    pause(stack);
    EXPECT_EQ(33u, stack.resume(33)) << "or the keeper has lost its registers";
  }
  {
    TestStack stack;
    pause(stack);
    yg_cursor cursor = stack.cursor();
    EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
    EXPECT_EQ(34u, stack.resume(33));
  }
  {
    TestStack stack;
    pause(stack);
    yg_cursor cursor = steppedTo(stack, 201);
    EXPECT_OK(yg_pop_frames_to(&cursor));
    EXPECT_EQ(33u, stack.resume(33));
  }
  {
    TestStack stack;
    pause(stack);
    yg_cursor cursor = stack.cursor();
    auto twice = +[](yg_stack *, void *, yg_pair values) { return yg_pair{2 * values.first, 0}; };
    EXPECT_OK(yg_set_return_barrier(&cursor, twice, nullptr));
    EXPECT_EQ(66u, stack.resume(33));
  }
}

TEST(Surgery, PushWithoutPop) {
  TestStack stack;
  stack.start(address(o2_twice), {5});
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_OK(yg_push_frame(&cursor, address(test_needs_alignment)));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_EQ((Ids{0, 0, 0, 108, 200, 0}), stack.ids());
  EXPECT_EQ(13u, stack.resume(10));
  EXPECT_EQ(13u + 1, stack.resume(1));
}

TEST(Surgery, NullaryAndBinaryFunctions) {
  TestStack stack;
  stack.start(address(o2_pair), {5});
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(swapWords)));
  EXPECT_EQ(2u + 1000, stack.resume(1, 2));
  TestStack other;
  other.start(address(o2_twice), {5});
  cursor = other.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(constant)));
  EXPECT_EQ(1000u, other.resume(1));
}

TEST(Surgery, TwoWordsReachAPoppedToFrame) {
  TestStack stack;
  stack.start(address(o0_pair), {5});
  EXPECT_EQ(3u + 4000, stack.resume(3, 4));
}

TEST(Surgery, PayloadOfEverySize) {
  for (size_t size = 16; size < 200; size++) {
    TestStack stack;
    stack.start(address(test_keeper), {address(o2_twice), 1});
    yg_cursor cursor = steppedTo(stack, 201);
    EXPECT_OK(yg_pop_frames_to(&cursor));
    std::vector<uint8_t> payload(size, 0xee);
    uintptr_t numbers[2] = {3, 4};
    std::memcpy(payload.data(), numbers, sizeof numbers);
    void *copy;
    EXPECT_OK(yg_push_frame_payload(&cursor, address(sum), payload.data(), size, &copy));
    EXPECT_EQ(0, std::memcmp(copy, payload.data(), size));
    size_t found = 0;
    EXPECT_EQ(copy, yg_cursor_payload(&cursor, &found));
    EXPECT_GE(found, size);
    EXPECT_LT(found, size + 16);
    EXPECT_EQ((Ids{0, 201, 200, 0}), stack.ids());
    EXPECT_EQ(30456u, stack.resume(5, 6));
  }
}

TEST(Surgery, PayloadFrameOfARunningFunctionIsSteppedOver) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  EXPECT_OK(yg_pop_frames_to(&cursor));
  // twice(payload): pauses with the payload's address.
  uintptr_t payload[3] = {1, 2, 3};
  void *copy;
  EXPECT_OK(yg_push_frame_payload(&cursor, address(o2_twice), payload, sizeof payload, &copy));
  EXPECT_EQ(address(static_cast<char *>(copy)), stack.resume(0));
  EXPECT_EQ((Ids{108, 201, 200, 0}), stack.ids());
  EXPECT_EQ(0, std::memcmp(copy, payload, sizeof payload));
  stack.resume(10);
  EXPECT_EQ(15u, stack.resume(5));
}

// Each cycle replaces the top function by one with a payload, as OSR entry and deoptimization in turn do.
TEST(Surgery, RepeatedPopAndPushDoesNotGrowTheStack) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  uintptr_t sp = 0;
  for (int i = 0; i < 1000; i++) {
    yg_cursor cursor = steppedTo(stack, 201);
    EXPECT_OK(yg_pop_frames_to(&cursor));
    uintptr_t payload[5] = {};
    EXPECT_OK(yg_push_frame_payload(&cursor, address(o2_twice), payload, sizeof payload, nullptr));
    stack.resume(0);
    if (i == 0) sp = stack.stack.sp;
    EXPECT_EQ(sp, stack.stack.sp);
  }
  stack.resume(10);
  EXPECT_EQ(15u, stack.resume(5));
}

TEST(Surgery, SeveralPayloadFramesOnEachOther) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  EXPECT_OK(yg_pop_frames_to(&cursor));
  uintptr_t outer[2] = {0, 1}, inner[3] = {0, 2, 9};
  EXPECT_OK(yg_push_frame_payload(&cursor, address(sum), outer, sizeof outer, nullptr));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_OK(yg_push_frame_payload(&cursor, address(sum), inner, sizeof inner, nullptr));
  EXPECT_EQ((Ids{0, 0, 0, 201, 200, 0}), stack.ids());
  // 2 * 100 + 3 * 10 + 4 = 234, then 235; the second word is then whatever RDX was, so only the tens are known.
  uintptr_t result = stack.resume(3, 4);
  EXPECT_GE(result, 100u + 2350);
}

TEST(Surgery, DuringAHostCall) {
  for (auto recurse : {o0_recurse, o2_recurse}) {
    TestStack stack;
    test_host_function = [](yg_stack *current, uintptr_t) {
      yg_cursor cursor;
      EXPECT_OK(yg_cursor_new(&cursor, current));
      while (yg_get_csid(&cursor) != 201) EXPECT_OK(yg_cursor_step(&cursor));
      EXPECT_OK(yg_pop_frames_to(&cursor));
      uintptr_t payload[2] = {7, 8};
      EXPECT_OK(yg_push_frame_payload(&cursor, address(sum), payload, sizeof payload, nullptr));
      return yg_pair{5, 6};
    };
    EXPECT_EQ(70856u, stack.start(address(test_keeper), {address(recurse), 3, 1, 1, 1, 1}));
    test_host_function = nullptr;
  }
}

TEST(Surgery, HandWrittenStackTopAtEitherAlignment) {
  for (uintptr_t shift : {0, 8}) {
    TestStack stack;
    stack.start(address(o2_twice), {5});
    // A hand-written SS top: just the PC of the stub that resumes the stack as it was.
    uintptr_t sp = stack.stack.sp;
    uintptr_t written = sp - 16 - shift;
    static uintptr_t resume_at;
    resume_at = sp;
    // The code moves RSP to `resume_at` and goes on there.
    asm volatile(
        "leaq 1f(%%rip), %%rax\n"
        "movq %%rax, (%0)\n"
        "jmp 2f\n"
        "1: movq %1, %%rsp\n"
        "popq %%rcx\n"
        "jmp *%%rcx\n"
        "2:"
        :
        : "r"(written), "m"(resume_at)
        : "rax", "memory");
    stack.stack.sp = written;
    yg_cursor cursor = stack.cursor();
    EXPECT_EQ(0u, yg_get_csid(&cursor));
    EXPECT_OK(yg_push_frame(&cursor, address(test_needs_alignment)));
    yg_cursor below = cursor;
    EXPECT_OK(yg_cursor_step(&below));
    EXPECT_EQ(written + 8, yg_cursor_sp(&below));
    EXPECT_NE(YG_OK, yg_cursor_step(&below));  // nobody has said how to leave the hand-written code
    uintptr_t payload[2] = {0, 0};
    EXPECT_OK(yg_push_frame_payload(&cursor, address(sum), payload, sizeof payload, nullptr));
    EXPECT_EQ(41u + 5, stack.resume(4, 5));
  }
}

// ---- wrong use: a named error, and not a byte changes --------------------------------------------------------------------------------

template <typename F>
void expectUnchanged(TestStack &stack, yg_cursor &cursor, yg_status status, F operation) {
  std::vector<uint8_t> before = stack.bytes();
  yg_cursor copy = cursor;
  EXPECT_STATUS(status, operation());
  EXPECT_EQ(before, stack.bytes());
  EXPECT_EQ(0, std::memcmp(&copy, &cursor, sizeof copy));
}

TEST(Misuse, PushAtACursorThatIsNotAtTheTop) {
  TestStack stack;
  stack.start(address(o2_recurse), {3, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_cursor_step(&cursor));
  expectUnchanged(stack, cursor, YG_ERROR_NOT_TOP, [&] { return yg_push_frame(&cursor, address(addOne)); });
}

TEST(Misuse, StaleAfterSurgeryThroughAnotherCursor) {
  TestStack stack;
  stack.start(address(o2_recurse), {3, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor(), stale = cursor;
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  expectUnchanged(stack, stale, YG_ERROR_STALE, [&] { return yg_pop_frames_to(&stale); });
  expectUnchanged(stack, stale, YG_ERROR_STALE, [&] { return yg_cursor_step(&stale); });
}

TEST(Misuse, NoRoom) {
  TestStack stack(4096);
  yg_cursor cursor = stack.cursor();
  std::vector<uint8_t> payload(1 << 20);
  for (size_t size : {size_t{5000}, size_t{1} << 20, SIZE_MAX / 2, SIZE_MAX - 3})
    expectUnchanged(stack, cursor, YG_ERROR_SIZE,
                    [&] { return yg_push_frame_payload(&cursor, address(sum), payload.data(), size, nullptr); });
  yg_status status;
  int pushed = 0;
  while ((status = yg_push_frame(&cursor, address(addOne))) == YG_OK) pushed++;
  EXPECT_STATUS(YG_ERROR_SIZE, status);
  EXPECT_EQ((4096 - 24) / 16, pushed);
  // Popping to a frame needs a save area above it.
  yg_cursor second = stack.cursor();
  EXPECT_OK(yg_cursor_step(&second));
  expectUnchanged(stack, second, YG_ERROR_SIZE, [&] { return yg_pop_frames_to(&second); });
}

TEST(Misuse, NullArguments) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  expectUnchanged(stack, cursor, YG_ERROR_ARGUMENT, [&] { return yg_push_frame(&cursor, 0); });
  expectUnchanged(stack, cursor, YG_ERROR_ARGUMENT,
                  [&] { return yg_push_frame_payload(&cursor, address(addOne), nullptr, 8, nullptr); });
}

TEST(Misuse, SteppingPastTheBottom) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  expectUnchanged(stack, cursor, YG_ERROR_BOTTOM, [&] { return yg_cursor_step(&cursor); });
}

TEST(Surgery, PopToTheBottomAndStartAgain) {
  TestStack stack;
  stack.start(address(o2_recurse), {3, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor();
  while (yg_cursor_step(&cursor) == YG_OK) {
  }
  EXPECT_OK(yg_pop_frames_to(&cursor));
  EXPECT_EQ(Ids{0}, stack.ids());
  EXPECT_EQ(5u, stack.start(address(o2_twice), {5}));
}
