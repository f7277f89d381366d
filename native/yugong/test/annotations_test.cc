// SPDX-License-Identifier: MIT
//
// What checkers are told about stacks: the programs run in every build, what the checker makes of them is asked where it is there.
#include "annotations.h"

#include <thread>

#include "support.h"

#if defined(YUGONG_VALGRIND)
#include <valgrind/memcheck.h>
#endif
#if defined(YUGONG_SANITIZER_FIBERS)
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#else
#include <sanitizer/asan_interface.h>
#endif
#endif

namespace {

// What the checker takes for the stack that runs; null where it is not asked.
void *currentFiber() {
#if defined(YUGONG_SANITIZER_FIBERS) && defined(__SANITIZE_THREAD__)
  return __tsan_get_current_fiber();
#else
  return nullptr;
#endif
}

constexpr bool kHasFibers =
#if defined(YUGONG_SANITIZER_FIBERS) && defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

// As many frames as it says: the addition cannot be moved before the call.
__attribute__((noinline)) uintptr_t pauseInside(uintptr_t depth) {
  uintptr_t result = depth == 0 ? test_pause(1) : pauseInside(depth - 1);
  asm volatile("" : "+r"(result));
  return result + depth;
}

__attribute__((noinline)) uintptr_t throwIfPositive(uintptr_t value) {
  volatile char local[64];
  local[value % 64] = 1;
  if (value > 0) throw value + static_cast<uintptr_t>(local[value % 64]);
  return 0;
}

// Below the frame of the caller, no variable of a frame that was left by an exception is marked.
void expectNothingMarked(uintptr_t start, uintptr_t frame) {
#if defined(__SANITIZE_ADDRESS__)
  constexpr uintptr_t kOurs = 1024;
  EXPECT_EQ(nullptr, __asan_region_is_poisoned(reinterpret_cast<void *>(start), frame - kOurs - start));
#else
  EXPECT_LT(start, frame);
#endif
}

__attribute__((noinline)) uintptr_t throwFromDepth(uintptr_t depth, uintptr_t value) {
  volatile char local[64];
  local[0] = 0;
  uintptr_t result = depth == 0 ? throwIfPositive(value) : throwFromDepth(depth - 1, value);
  return result + static_cast<uintptr_t>(local[0]);
}

uintptr_t catchBetweenPauses(uintptr_t value) {
  for (;;) {
    uintptr_t caught = 0;
    try {
      throwFromDepth(20, value);
    } catch (uintptr_t thrown) {
      caught = thrown;
    }
    expectNothingMarked(test_current->start, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
    value = test_pause(caught);
  }
}

yg_pair catchOnTheHost(yg_stack *, uintptr_t value) {
  try {
    throwFromDepth(20, value);
  } catch (uintptr_t thrown) {
    return {thrown, 0};
  }
  return {0, 0};
}

uintptr_t callHostAndThrow(uintptr_t value) {
  value = yg_host_call(test_current, catchOnTheHost, value).first;
  return catchBetweenPauses(value);
}

void *fiber_of_host_call, *fiber_of_stack;

yg_pair noteFiber(yg_stack *, uintptr_t value) {
  fiber_of_host_call = currentFiber();
  return {value, 0};
}

uintptr_t noteFibers(uintptr_t value) {
  for (;;) {
    void *fiber = fiber_of_stack = currentFiber();
    value = yg_host_call(test_current, noteFiber, value).first;
    EXPECT_EQ(fiber, currentFiber());
    value = test_pause(value);
    EXPECT_EQ(fiber, currentFiber());
  }
}

}  // namespace

// Each is given up in the middle of calls. ThreadSanitizer took all of them for callers of what ran next, and crashed.
TEST(Annotations, AbandonedStacks) {
  for (int i = 0; i < 3000; i++) {
    TestStack stack(16 << 10);
    EXPECT_EQ(1u, stack.start(address(pauseInside), {50}));
  }
}

// AddressSanitizer did not know on which stack something was thrown: it left the frames above the handler marked, and said so.
TEST(Annotations, ExceptionsOnTheStack) {
  testing::internal::CaptureStderr();
  TestStack first, second;
  EXPECT_EQ(3u, first.start(address(catchBetweenPauses), {2}));
  EXPECT_EQ(3u, second.start(address(callHostAndThrow), {1}));
  for (uintptr_t i = 2; i < 50; i++) {
    EXPECT_EQ(i + 1, first.resume(i));
    EXPECT_EQ(i + 1, second.resume(i));
  }
  EXPECT_EQ("", testing::internal::GetCapturedStderr());
}

TEST(Annotations, EachStackIsAFiber) {
  void *host_fiber = currentFiber();
  TestStack first, second;
  void *fibers[2];
  TestStack *stacks[2] = {&first, &second};
  for (int i = 0; i < 2; i++) {
    EXPECT_EQ(7u, stacks[i]->start(address(noteFibers), {7}));
    EXPECT_EQ(host_fiber, currentFiber());
    EXPECT_EQ(host_fiber, fiber_of_host_call);
    fibers[i] = fiber_of_stack;
    EXPECT_EQ(kHasFibers, fibers[i] != host_fiber);
  }
  EXPECT_EQ(kHasFibers, fibers[0] != fibers[1]);
  for (int i = 0; i < 2; i++) {
    EXPECT_EQ(8u, stacks[i]->resume(8));
    EXPECT_EQ(fibers[i], fiber_of_stack);
    EXPECT_EQ(host_fiber, fiber_of_host_call);
    EXPECT_EQ(kHasFibers, stacks[i]->stack.fiber != nullptr);
  }
}

// A host is whatever thread uses it: its fiber is that thread's each time, and a stack keeps its own on all of them.
TEST(Annotations, StacksMoveBetweenThreads) {
  TestStack stack;
  void *host_fiber = currentFiber();
  EXPECT_EQ(7u, stack.start(address(noteFibers), {7}));
  void *fiber = fiber_of_stack;
  for (uintptr_t i = 0; i < 10; i++) {
    std::thread([&] {
      EXPECT_EQ(kHasFibers, currentFiber() != host_fiber);
      EXPECT_EQ(i, stack.resume(i));
      EXPECT_EQ(fiber_of_host_call, currentFiber());
    }).join();
    EXPECT_EQ(i + 100, stack.resume(i + 100));
    EXPECT_EQ(host_fiber, fiber_of_host_call);
    EXPECT_EQ(fiber, fiber_of_stack);
  }
}

// What lies above the new top after surgery is nobody's: it may be written, but not read before.
TEST(Annotations, PoppedFramesAreUnused) {
  TestStack stack;
  EXPECT_EQ(1u, stack.start(address(pauseInside), {50}));
  uintptr_t top = stack.stack.sp;
  yg_cursor cursor = stack.cursor();
  for (int i = 0; i < 20; i++) EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_OK(yg_pop_frames_to(&cursor));
  uintptr_t size = stack.stack.sp - top;
  ASSERT_GE(size, 20u * 16);
#if defined(YUGONG_VALGRIND)
  if (RUNNING_ON_VALGRIND) {
    std::vector<uint8_t> undefined(size);
    EXPECT_EQ(1u, VALGRIND_GET_VBITS(top, undefined.data(), size));
    EXPECT_EQ(std::vector<uint8_t>(size, 0xff), undefined);
  }
#endif
#if defined(__SANITIZE_ADDRESS__)
  EXPECT_EQ(nullptr, __asan_region_is_poisoned(reinterpret_cast<void *>(top), size));
#endif
  uintptr_t expected = 1;  // from what pauseInside(20) called
  for (uintptr_t depth = 20; depth <= 50; depth++) expected += depth;
  EXPECT_EQ(expected, stack.resume(1));
}
