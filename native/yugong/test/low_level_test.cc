// SPDX-License-Identifier: MIT
//
// The contract table's low-level rows: protocols and states of frames, SS tops, adapter frames, memory layout of C-Call.
#include "arch/arch.h"
#include "support.h"

using Ids = std::vector<yg_csid>;
using Protocols = std::vector<yg_ll_protocol>;

extern "C" void test_add_word(void);
extern "C" void test_double_pause(void);

// Service routines: entered with RSP -> their word(s), values in RAX and RDX; they go on at the slot below.
asm(".pushsection .text\n"
    "test_add_word:\n"
    "	addq (%rsp), %rax\n"
    "	addq $8, %rsp\n"
    "	popq %rcx\n"
    "	jmp *%rcx\n"
    ".popsection\n");

namespace {

uintptr_t addOne(uintptr_t value) { return value + 1; }

uintptr_t wordAt(uintptr_t address, int index) { return reinterpret_cast<uintptr_t *>(address)[index]; }

yg_cursor lowCursor(TestStack &stack) {
  yg_cursor cursor;
  EXPECT_OK(yg_ll_cursor_new(&cursor, &stack.stack));
  return cursor;
}

Protocols protocols(TestStack &stack, bool low_level) {
  yg_cursor cursor = low_level ? lowCursor(stack) : stack.cursor();
  Protocols found;
  do {
    yg_ll_state state;
    EXPECT_OK(yg_ll_frame_state(&cursor, &state));
    EXPECT_EQ(state.protocol == YG_LL_NONE ? 0 : 2, state.value_count);
    found.push_back(state.protocol);
  } while (yg_cursor_step(&cursor) == YG_OK);
  return found;
}

}  // namespace

TEST(LowLevel, StatesOfFrames) {
  TestStack stack;
  EXPECT_EQ((Protocols{YG_LL_NONE}), protocols(stack, false));
  stack.start(address(test_keeper), {address(o2_twice), 1});
  EXPECT_EQ((Protocols{YG_LL_C_RET, YG_LL_C_RET, YG_LL_C_RET, YG_LL_NONE}), protocols(stack, false));
  // The SS top, three compiled frames, the payload's adapter, the bottom.
  EXPECT_EQ((Protocols{YG_LL_SS, YG_LL_C_RET, YG_LL_C_RET, YG_LL_C_RET, YG_LL_SS, YG_LL_NONE}), protocols(stack, true));
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_EQ(YG_LL_C_CALL, protocols(stack, false)[0]);
  uintptr_t payload[2] = {};
  EXPECT_OK(yg_push_frame_payload(&cursor, address(addOne), payload, sizeof payload, nullptr));
  EXPECT_EQ(YG_LL_C_CALL, protocols(stack, false)[0]);
}

// [service routine][function][return address], the service routine at 8 mod 16.
TEST(LowLevel, CCallLayoutIsTheSeeds) {
  TestStack stack;
  stack.start(address(o2_twice), {5});
  yg_cursor cursor = stack.cursor();
  uintptr_t below = yg_ll_slot(&cursor), return_address = yg_cursor_pc(&cursor);
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  uintptr_t slot = yg_ll_slot(&cursor);
  EXPECT_EQ(below - 16, slot);
  EXPECT_EQ(8u, slot % 16);
  EXPECT_EQ(address(_yg_func_begin_resume), wordAt(slot, 0));
  EXPECT_EQ(address(addOne), wordAt(slot, 1));
  EXPECT_EQ(return_address, wordAt(slot, 2));
  EXPECT_EQ(address(_yg_func_begin_resume), yg_ll_pc(&cursor));
  // A C-Call frame is itself an SS top: SP on the service routine.
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, nullptr));
  EXPECT_EQ(slot, stack.stack.sp);
  yg_cursor again = stack.cursor();
  EXPECT_EQ(slot, yg_ll_slot(&again));
}

// sp -> _yg_stack_swap_cont, six registers, return address: nothing else is needed to resume.
TEST(LowLevel, HandWrittenSaveAreaIsResumable) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  uintptr_t registers[6], slot = yg_ll_slot(&cursor);
  const int dwarf[6] = {15, 14, 13, 12, 3, 6};
  for (int i = 0; i < 6; i++) EXPECT_OK(yg_ll_register(&cursor, dwarf[i], &registers[i]));
  EXPECT_EQ(0x6666666666666666u, registers[0]);
  EXPECT_EQ(0x2222222222222222u, registers[5]);
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, registers));
  EXPECT_EQ(address(_yg_stack_swap_cont), wordAt(stack.stack.sp, 0));
  EXPECT_EQ(99u, stack.resume(99));
}

TEST(LowLevel, BareSsTopIsResumable) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  auto back = +[](uintptr_t value) { test_pause(value + 1); };
  EXPECT_OK(yg_push_frame(&cursor, address(back)));
  uintptr_t slot = yg_ll_slot(&cursor);
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, nullptr));
  EXPECT_EQ(6u, stack.resume(5));
}

TEST(LowLevel, AdapterFramesWithAnyServiceRoutine) {
  TestStack stack;
  stack.start(address(o2_twice), {5});
  yg_cursor cursor = stack.cursor();
  uintptr_t word = 100;
  EXPECT_OK(yg_push_adapter_frame(&cursor, address(test_add_word), &word, 1));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  word = 1000;
  EXPECT_OK(yg_push_adapter_frame(&cursor, address(test_add_word), &word, 1));
  EXPECT_EQ((Ids{0, 0, 0, 108, 200, 0}), stack.ids());
  EXPECT_EQ((Protocols{YG_LL_SS, YG_LL_C_CALL, YG_LL_SS, YG_LL_C_RET, YG_LL_C_RET, YG_LL_NONE}), protocols(stack, false));
  EXPECT_EQ(1103u, stack.resume(2));
  // _yg_func_begin_resume is one more service routine.
  TestStack other;
  other.start(address(o2_twice), {5});
  cursor = other.cursor();
  word = address(addOne);
  EXPECT_OK(yg_push_adapter_frame(&cursor, address(_yg_func_begin_resume), &word, 1));
  EXPECT_EQ(3u, other.resume(2));
}

// A frame on the SS top as it is: the function returns into _yg_stack_swap_cont.
TEST(LowLevel, PushOnTheSsTopItself) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = lowCursor(stack);
  EXPECT_EQ(address(_yg_stack_swap_cont), yg_ll_pc(&cursor));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_EQ((Ids{0, 108, 201, 200, 0}), stack.ids());
  EXPECT_EQ(8u, stack.resume(7));
  EXPECT_EQ(8u + 3, stack.resume(3));
}

TEST(LowLevel, PopToTheFrameUnderALowLevelTop) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = lowCursor(stack);
  while (yg_get_csid(&cursor) != 201) EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_OK(yg_pop_frames_to(&cursor));
  EXPECT_EQ(5u, stack.resume(5));
}

TEST(LowLevel, CursorSetMovesAndWrites) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor target = steppedTo(stack, 201), cursor = stack.cursor();
  EXPECT_OK(yg_cursor_step(&cursor));
  // By hand: stand where `target` stands, and have it return somewhere else first.
  EXPECT_OK(yg_ll_cursor_set(&cursor, yg_ll_pc(&target), yg_ll_slot(&target) + 8));
  EXPECT_EQ(201u, yg_get_csid(&target));
  EXPECT_OK(yg_pop_frames_to(&cursor));
  EXPECT_EQ(5u, stack.resume(5));
}

TEST(LowLevel, SwapWithFloatingPointControl) {
  TestStack stack;
  auto body = +[](uintptr_t) {
    uint32_t mxcsr = 0;
    uint16_t control = 0x0f7f;  // round towards zero
    asm volatile("fldcw %0" : : "m"(control));
    mxcsr = 0x7f80;  // the same for SSE
    asm volatile("ldmxcsr %0" : : "m"(mxcsr));
    yg_stack_swap_fp(test_current, &test_host, 1, 0);
    asm volatile("stmxcsr %0" : "=m"(mxcsr));
    asm volatile("fnstcw %0" : "=m"(control));
    yg_stack_swap_fp(test_current, &test_host, (mxcsr & 0xff80) | uintptr_t{control} << 32, 0);
  };
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_push_frame(&cursor, address(body)));
  test_current = &stack.stack;
  uint32_t before, after;
  asm volatile("stmxcsr %0" : "=m"(before));
  EXPECT_EQ(1u, yg_stack_swap_fp(&test_host, &stack.stack, 0, 0).first);
  asm volatile("stmxcsr %0" : "=m"(after));
  EXPECT_EQ(before & 0xff80, after & 0xff80);
  // Its SS top is walked, and surgery keeps the control words.
  cursor = stack.cursor();
  EXPECT_NE(nullptr, reinterpret_cast<void *>(yg_cursor_pc(&cursor)));
  EXPECT_OK(yg_push_frame(&cursor, address(addOne)));
  EXPECT_EQ(address(_yg_stack_swap_fp_cont), wordAt(stack.stack.sp, 0));
  EXPECT_EQ(0x7f80u | uintptr_t{0x0f7f} << 32, yg_stack_swap_fp(&test_host, &stack.stack, 0, 0).first);
}

TEST(LowLevel, IntoTheResumersStack) {
  TestStack stack;
  static yg_cursor cursor;
  test_host_function = nullptr;
  stack.start(address(o2_twice), {5});
  cursor = stack.cursor();
  EXPECT_STATUS(YG_ERROR_NOT_BOTTOM, yg_cursor_step_into_resumer(&cursor, nullptr));
  while (yg_cursor_step(&cursor) == YG_OK) {
  }
  // The host runs.
  EXPECT_STATUS(YG_ERROR_NOT_PAUSED, yg_cursor_step_into_resumer(&cursor, nullptr));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_cursor_step_into_resumer(&cursor, &stack.stack));
  // Another stack, which looks at the paused host.
  static bool reached_main;
  auto look = +[](uintptr_t) {
    int frames = 0;
    reached_main = yg_cursor_step_into_resumer(&cursor, &test_host) == YG_OK;
    while (reached_main && yg_cursor_step(&cursor) == YG_OK) frames++;
    test_pause(static_cast<uintptr_t>(frames));
  };
  TestStack looker;
  yg_cursor top = looker.cursor();
  EXPECT_OK(yg_push_frame(&top, address(look)));
  EXPECT_GT(looker.resume(), 5u);
  EXPECT_TRUE(reached_main);
}

TEST(Misuse, LowLevel) {
  TestStack stack;
  stack.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor(), below = cursor;
  EXPECT_OK(yg_cursor_step(&below));
  uintptr_t words[4] = {1, 2, 3, 4}, value;
  EXPECT_STATUS(YG_ERROR_NOT_TOP, yg_push_adapter_frame(&below, address(test_add_word), words, 1));
  EXPECT_STATUS(YG_ERROR_ALIGNMENT, yg_push_adapter_frame(&cursor, address(test_add_word), words, 2));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_push_adapter_frame(&cursor, 0, words, 1));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_push_adapter_frame(&cursor, address(test_add_word), nullptr, 1));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_push_adapter_frame(&cursor, address(_yg_func_begin_resume), words, 3));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_ll_register(&cursor, 0, &value));   // RAX is not kept by anybody
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_ll_register(&cursor, -1, &value));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_ll_frame_state(&cursor, nullptr));
  EXPECT_STATUS(YG_ERROR_ALIGNMENT, yg_ll_cursor_set(&cursor, 1, stack.stack.sp + 1));
  EXPECT_STATUS(YG_ERROR_FOREIGN, yg_ll_cursor_set(&cursor, 1, stack.stack.start + stack.stack.size + 800));
  EXPECT_STATUS(YG_ERROR_FOREIGN, yg_ll_build_ss_top(&stack.stack, stack.stack.start - 8, nullptr));
  EXPECT_STATUS(YG_ERROR_ALIGNMENT, yg_ll_build_ss_top(&stack.stack, stack.stack.start + 16, words));
  EXPECT_STATUS(YG_ERROR_SIZE, yg_ll_build_ss_top(&stack.stack, stack.stack.start + 8, words));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_ll_cursor_new(nullptr, &stack.stack));
  EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), stack.resume(7));
}

// Paused again at the same place: only the generation tells.
TEST(Cursor, IsStaleWhenTheStackPausedAgainAtTheSameSp) {
  TestStack stack;
  auto loop = +[](uintptr_t value) {
    for (;;) value = test_pause(value);
  };
  stack.start(address(loop), {1});
  stack.resume(1);
  uintptr_t sp = stack.stack.sp;
  yg_cursor cursor = stack.cursor();
  stack.resume(2);
  EXPECT_EQ(sp, stack.stack.sp);
  EXPECT_STATUS(YG_ERROR_STALE, yg_cursor_step(&cursor));
  EXPECT_STATUS(YG_ERROR_STALE, yg_pop_frames_to(&cursor));
}
