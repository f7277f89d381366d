// SPDX-License-Identifier: MIT
//
// Every function that takes a stack or a cursor, with every wrong use that it names: refused, and not a byte changes. (Misuse that needs
// a longer story is told beside the right use, in tests that are called Misuse, too.)
#include <sys/mman.h>

#include <algorithm>

#include "snapshot.h"

namespace {

uintptr_t addOne(uintptr_t value) { return value + 1; }
yg_pair passOn(yg_stack *, void *, yg_pair values) { return values; }
void neverEntered() {}

// Paused in the middle of four frames, with a cursor at the top one and one below it.
struct Paused {
  Paused() {
    stack.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
    top = below = stack.cursor();
    EXPECT_OK(yg_cursor_step(&below));
  }
  // After all that was refused, the stack goes on as if nothing had happened.
  ~Paused() { EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), stack.resume(7)); }

  TestStack stack;
  yg_cursor top, below;
};

// All that changes a stack or reads what lies on it, through a cursor that is not good for it any more.
void expectAllRefused(TestStack &stack, yg_cursor *cursor, yg_status status) {
  uintptr_t words[3] = {1, 2, 3}, value = 77;
  uint64_t word = 77;
  size_t size = 77;
  void *copy = &copy, *cookie = &cookie;
  yg_barrier_function function = passOn;
  yg_ll_state state{};
  EXPECT_REFUSED(stack, cursor, status, yg_cursor_step(cursor));
  EXPECT_REFUSED(stack, cursor, status, yg_cursor_step_into_resumer(cursor, &test_host));
  EXPECT_REFUSED(stack, cursor, status, yg_keepalive_get(cursor, 0, &word, sizeof word, &size));
  EXPECT_REFUSED(stack, cursor, status, yg_keepalive_words(cursor, &word, 1));
  EXPECT_REFUSED(stack, cursor, status, yg_set_return_barrier(cursor, passOn, nullptr));
  EXPECT_REFUSED(stack, cursor, status, yg_clear_return_barrier(cursor));
  EXPECT_REFUSED(stack, cursor, status, yg_get_return_barrier(cursor, &function, &cookie));
  EXPECT_REFUSED(stack, cursor, status, yg_pop_frames_to(cursor));
  EXPECT_REFUSED(stack, cursor, status, yg_push_frame(cursor, address(addOne)));
  EXPECT_REFUSED(stack, cursor, status, yg_push_frame_payload(cursor, address(addOne), words, sizeof words, &copy));
  EXPECT_REFUSED(stack, cursor, status, yg_push_adapter_frame(cursor, address(neverEntered), words, 3));
  EXPECT_REFUSED(stack, cursor, status, yg_ll_frame_state(cursor, &state));
  EXPECT_REFUSED(stack, cursor, status, yg_ll_register(cursor, 3, &value));
  EXPECT_REFUSED(stack, cursor, status, yg_ll_cursor_set(cursor, 1, stack.stack.start + 4096));
  // Nor have the outputs been touched.
  EXPECT_EQ(77u, value);
  EXPECT_EQ(77u, word);
  EXPECT_EQ(77u, size);
  EXPECT_EQ(&copy, copy);
  EXPECT_EQ(&cookie, cookie);
  EXPECT_EQ(&passOn, function);
}

}  // namespace

TEST(Misuse, EverythingThroughAStaleCursor) {
  Paused paused;
  yg_cursor other = paused.stack.cursor();
  EXPECT_OK(yg_cursor_step(&other));
  EXPECT_OK(yg_ll_build_ss_top(&paused.stack.stack, paused.stack.stack.sp, nullptr));  // the same top once more
  for (yg_cursor *cursor : {&paused.top, &paused.below, &other}) expectAllRefused(paused.stack, cursor, YG_ERROR_STALE);
}

TEST(Misuse, EverythingOnARunningStack) {
  Paused paused;
  uintptr_t sp = paused.stack.stack.sp;
  paused.stack.stack.sp = 0;  // as if it ran
  for (yg_cursor *cursor : {&paused.top, &paused.below}) expectAllRefused(paused.stack, cursor, YG_ERROR_NOT_PAUSED);
  yg_cursor fresh;
  EXPECT_REFUSED(paused.stack, nullptr, YG_ERROR_NOT_PAUSED, yg_cursor_new(&fresh, &paused.stack.stack));
  EXPECT_REFUSED(paused.stack, nullptr, YG_ERROR_NOT_PAUSED, yg_ll_cursor_new(&fresh, &paused.stack.stack));
  EXPECT_REFUSED(paused.stack, nullptr, YG_ERROR_NOT_PAUSED, yg_stack_free(&paused.stack.stack));
  paused.stack.stack.sp = sp;
}

TEST(Misuse, NewCursors) {
  Paused paused;
  TestStack &stack = paused.stack;
  yg_cursor cursor;
  uintptr_t sp = stack.stack.sp;
  for (auto make : {yg_cursor_new, yg_ll_cursor_new}) {
    stack.stack.sp = sp + 1;
    EXPECT_REFUSED(stack, nullptr, YG_ERROR_ALIGNMENT, make(&cursor, &stack.stack));
    for (uintptr_t foreign : {stack.stack.start - 8, stack.stack.start + stack.stack.size, uintptr_t{8}, UINTPTR_MAX - 7}) {
      stack.stack.sp = foreign;
      EXPECT_REFUSED(stack, nullptr, YG_ERROR_FOREIGN, make(&cursor, &stack.stack));
    }
    stack.stack.sp = sp;
    EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, make(nullptr, &stack.stack));
    EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, make(&cursor, nullptr));
  }
}

TEST(Misuse, Stepping) {
  Paused paused;
  yg_cursor cursor = paused.top;
  EXPECT_REFUSED(paused.stack, &cursor, YG_ERROR_NOT_BOTTOM, yg_cursor_step_into_resumer(&cursor, &test_host));
  EXPECT_REFUSED(paused.stack, &cursor, YG_ERROR_ARGUMENT, yg_cursor_step_into_resumer(&cursor, &paused.stack.stack));
  while (yg_cursor_step(&cursor) == YG_OK) {
  }
  EXPECT_REFUSED(paused.stack, &cursor, YG_ERROR_BOTTOM, yg_cursor_step(&cursor));
  EXPECT_REFUSED(paused.stack, &cursor, YG_ERROR_NOT_PAUSED, yg_cursor_step_into_resumer(&cursor, &test_host));
}

TEST(Misuse, SteppingFromUnknownCode) {
  TestStack stack;
  uintptr_t registers[6] = {}, slot = stack.stack.start + 4096 + 8;
  *reinterpret_cast<uintptr_t *>(slot) = 0x1234567;
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, registers));
  yg_cursor cursor = stack.cursor();
  EXPECT_REFUSED(stack, &cursor, YG_ERROR_NO_PLAN, yg_cursor_step(&cursor));
  uint64_t word;
  EXPECT_REFUSED(stack, &cursor, YG_ERROR_NO_STACKMAP, yg_keepalive_words(&cursor, &word, 1));
  EXPECT_REFUSED(stack, &cursor, YG_ERROR_NO_STACKMAP, yg_keepalive_get(&cursor, 0, &word, 8, nullptr));
}

// Nobody guesses by the frame pointer, whether there is one or not.
TEST(Misuse, SteppingThroughUnknownCode) {
  constexpr size_t kSize = 4096;
  void *code = mmap(nullptr, kSize, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(MAP_FAILED, code);
  uintptr_t mapped = reinterpret_cast<uintptr_t>(code) + 100;
  for (uintptr_t function : {address(o0_recurse), address(o2_recurse)}) {
    TestStack stack;
    stack.start(function, {2, 1, 1, 1, 1, 1});
    yg_cursor cursor = stack.cursor();
    EXPECT_OK(yg_cursor_step(&cursor));
    uintptr_t pc = yg_cursor_pc(&cursor), *begin = reinterpret_cast<uintptr_t *>(stack.stack.start),
              *end = begin + stack.stack.size / sizeof *begin, *return_address = std::find(begin, end, pc);
    ASSERT_NE(end, return_address);
    for (uintptr_t unknown : {uintptr_t{0x1234567}, mapped}) {
      *return_address = unknown;
      cursor = stack.cursor();
      EXPECT_OK(yg_cursor_step(&cursor));
      EXPECT_EQ(unknown, yg_cursor_pc(&cursor));
      EXPECT_REFUSED(stack, &cursor, YG_ERROR_NO_PLAN, yg_cursor_step(&cursor));
    }
    *return_address = pc;
    EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), stack.resume(7));
  }
  munmap(code, kSize);
}

TEST(Misuse, KeepAlives) {
  Paused paused;
  uint64_t values[16] = {};
  int count = yg_keepalive_count(&paused.below);
  for (yg_cursor *cursor : {&paused.top, &paused.below}) {
    for (int index : {-1, count, INT32_MAX, INT32_MIN})
      EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_ARGUMENT, yg_keepalive_get(cursor, index, values, 8, nullptr));
    EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_ARGUMENT, yg_keepalive_get(cursor, 0, nullptr, 8, nullptr));
    EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_SIZE, yg_keepalive_get(cursor, 0, values, 0, nullptr));
    EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_ARGUMENT, yg_keepalive_words(cursor, values, count + 1));
    EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_ARGUMENT, yg_keepalive_words(cursor, values, -1));
    EXPECT_REFUSED(paused.stack, cursor, YG_ERROR_ARGUMENT, yg_keepalive_words(cursor, nullptr, 1));
  }
  EXPECT_EQ(0u, values[0]);
}

TEST(Misuse, PushingAndPopping) {
  Paused paused;
  TestStack &stack = paused.stack;
  uintptr_t words[4] = {1, 2, 3, 4};
  yg_cursor *top = &paused.top, *below = &paused.below;
  EXPECT_REFUSED(stack, below, YG_ERROR_NOT_TOP, yg_push_frame(below, address(addOne)));
  EXPECT_REFUSED(stack, below, YG_ERROR_NOT_TOP, yg_push_frame_payload(below, address(addOne), words, 8, nullptr));
  EXPECT_REFUSED(stack, below, YG_ERROR_NOT_TOP, yg_push_adapter_frame(below, address(neverEntered), words, 1));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_frame(top, 0));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_frame_payload(top, 0, words, 8, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_frame_payload(top, address(addOne), nullptr, 8, nullptr));
  for (size_t size : {stack.stack.size, SIZE_MAX / 2, SIZE_MAX})
    EXPECT_REFUSED(stack, top, YG_ERROR_SIZE, yg_push_frame_payload(top, address(addOne), words, size, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ALIGNMENT, yg_push_adapter_frame(top, address(neverEntered), words, 2));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_adapter_frame(top, 0, words, 1));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_adapter_frame(top, address(neverEntered), nullptr, 1));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_adapter_frame(top, address(neverEntered), words, SIZE_MAX));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_push_adapter_frame(top, address(_yg_func_begin_resume), words, 3));
  // A frame whose slot cannot take a save area.
  yg_cursor misplaced = *below;
  EXPECT_OK(yg_ll_cursor_set(&misplaced, yg_cursor_pc(below), yg_cursor_sp(below) + 8));
  EXPECT_REFUSED(stack, &misplaced, YG_ERROR_ALIGNMENT, yg_pop_frames_to(&misplaced));
}

TEST(Misuse, BarriersChangeNothing) {
  Paused paused;
  yg_cursor *top = &paused.top;
  EXPECT_REFUSED(paused.stack, top, YG_ERROR_ARGUMENT, yg_set_return_barrier(top, nullptr, nullptr));
  EXPECT_REFUSED(paused.stack, top, YG_ERROR_NO_BARRIER, yg_clear_return_barrier(top));
  EXPECT_REFUSED(paused.stack, top, YG_ERROR_NO_BARRIER, yg_get_return_barrier(top, nullptr, nullptr));
  yg_cursor low;
  EXPECT_OK(yg_ll_cursor_new(&low, &paused.stack.stack));
  EXPECT_REFUSED(paused.stack, &low, YG_ERROR_ARGUMENT, yg_set_return_barrier(&low, passOn, nullptr));
}

TEST(Misuse, LowLevelChangesNothing) {
  Paused paused;
  TestStack &stack = paused.stack;
  yg_cursor *top = &paused.top;
  uintptr_t registers[6] = {}, value = 77, start = stack.stack.start, end = start + stack.stack.size;
  for (int index : {0, 1, 2, 16, -1, INT32_MAX}) EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_ll_register(top, index, &value));
  EXPECT_EQ(77u, value);
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_ll_register(top, 3, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_ll_frame_state(top, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ALIGNMENT, yg_ll_cursor_set(top, 1, stack.stack.sp + 1));
  for (uintptr_t sp : {start, stack.stack.sp, end + 16, uintptr_t{8}})
    EXPECT_REFUSED(stack, top, YG_ERROR_FOREIGN, yg_ll_cursor_set(top, 1, sp));
  EXPECT_REFUSED(stack, top, YG_ERROR_ARGUMENT, yg_ll_build_ss_top(nullptr, start + 512, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_FOREIGN, yg_ll_build_ss_top(&stack.stack, start - 8, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_FOREIGN, yg_ll_build_ss_top(&stack.stack, end, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ALIGNMENT, yg_ll_build_ss_top(&stack.stack, start + 513, nullptr));
  EXPECT_REFUSED(stack, top, YG_ERROR_ALIGNMENT, yg_ll_build_ss_top(&stack.stack, start + 512, registers));
  EXPECT_REFUSED(stack, top, YG_ERROR_SIZE, yg_ll_build_ss_top(&stack.stack, start + 8, registers));
}

TEST(Misuse, StacksChangeNothing) {
  Paused paused;
  TestStack &stack = paused.stack;
  // What is refused leaves the object that it was to fill.
  static char memory[512];
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_MEMORY, yg_stack_new(&stack.stack, UINTPTR_MAX));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_SIZE, yg_stack_new_in(&stack.stack, memory, 64));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, yg_stack_new_in(&stack.stack, nullptr, sizeof memory));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, yg_stack_new_in_slab(&stack.stack, nullptr));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, yg_stack_untrack(&stack.stack));
  EXPECT_OK(yg_stack_track(&stack.stack));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_IN_USE, yg_stack_track(&stack.stack));
  EXPECT_OK(yg_stack_untrack(&stack.stack));
}
