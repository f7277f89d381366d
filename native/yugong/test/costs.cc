// SPDX-License-Identifier: MIT
//
// What the operations cost here, in nanoseconds: the best of several runs, which is what a warm processor needs. Not a test.
#include <chrono>
#include <cstdio>

#include "support.h"
#include "yugong-asm.h"

extern "C" {
yg_pair costHost(yg_stack *, uintptr_t value) { return {value + 1, 0}; }
yg_pair callCostHost(yg_stack *, uintptr_t);
uintptr_t minimal_swap(uintptr_t *current_sp, uintptr_t next_sp, uintptr_t value);
}
YG_HOST_THUNK(callCostHost, costHost);

// The yardstick: save, switch, restore, and one indirect jump, without an SS top.
asm(".pushsection .text\n"
    ".p2align 4\n"
    "minimal_swap:\n"
    "push %rbp\n push %rbx\n push %r12\n push %r13\n push %r14\n push %r15\n"
    "mov %rsp, (%rdi)\n"
    "mov %rsi, %rsp\n"
    "mov %rdx, %rax\n"
    "pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbx\n pop %rbp\n"
    "pop %rcx\n"
    "jmp *%rcx\n"
    ".popsection\n");

namespace {

template <typename F>
void measure(const char *name, int inner, F operation) {
  using Clock = std::chrono::steady_clock;
  double best = 1e99;
  for (int run = 0; run < 9; run++) {
    constexpr int kRounds = 20000;
    auto start = Clock::now();
    for (int i = 0; i < kRounds; i++) operation();
    double ns = std::chrono::duration<double, std::nano>(Clock::now() - start).count() / kRounds / inner;
    if (ns < best) best = ns;
  }
  std::printf("%-58s %8.2f\n", name, best);
}

void swapForever(uintptr_t value) {
  for (;;) value = yg_stack_swap(test_current, &test_host, value + 1);
}

uintptr_t minimal_main, minimal_other;
void minimalForever(uintptr_t value) {
  for (;;) value = minimal_swap(&minimal_other, minimal_main, value + 1);
}

void hostForever(uintptr_t value) {
  for (;;) {
    for (int i = 0; i < 100; i++) value = callCostHost(test_current, value).first;
    value = yg_stack_swap(test_current, &test_host, value);
  }
}

uintptr_t finish(void *, uintptr_t value) { return value; }

// ---- the same walk by frame pointers, over frames that have them -------------------------------------------------------------------
uintptr_t chain_end;
__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) uintptr_t chain(int depth) {
  uintptr_t result;
  if (depth == 0) {
    uintptr_t *start = static_cast<uintptr_t *>(__builtin_frame_address(0));
    uintptr_t sum = 0;
    measure("frame-pointer walk, a frame", 100, [&] {
      uintptr_t *frame = start;
      for (int i = 0; i < 100; i++) {
        sum += frame[1];
        frame = reinterpret_cast<uintptr_t *>(frame[0]);
      }
      asm volatile("" : : "r"(sum) : "memory");
    });
    result = sum;
  } else {
    result = chain(depth - 1);
  }
  asm volatile("" : "+r"(result));
  return result;
}

}  // namespace

static void start(TestStack &stack, uintptr_t function) {
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg_push_frame(&cursor, function));
  test_current = &stack.stack;
  stack.stack.host = &test_host;
  yg_stack_swap(&test_host, &stack.stack, 0);
}

TEST(Costs, All) {
  uintptr_t value = 0;
  {
    TestStack stack;
    start(stack, address(swapForever));
    measure("yg_stack_swap, one way", 2, [&] { value = yg_stack_swap(&test_host, &stack.stack, value); });
  }
  {
    TestStack stack;
    uintptr_t *top = reinterpret_cast<uintptr_t *>((stack.stack.start + stack.stack.size) & ~uintptr_t{15}) - 9;
    std::memset(top, 0, 9 * sizeof *top);
    top[6] = address(minimalForever);
    minimal_other = reinterpret_cast<uintptr_t>(top);
    measure("minimal hand-written swap, one way", 2, [&] { value = minimal_swap(&minimal_main, minimal_other, value); });
  }
  {
    TestStack stack;
    start(stack, address(hostForever));
    measure("host call", 100, [&] { value = yg_stack_swap(&test_host, &stack.stack, value); });
  }
  chain(100);
  {
    TestStack stack;
    stack.start(address(o2_recurse), {100, 1, 2, 3, 4, 5});
    measure("cursor step, -O2 frames with 6 saved registers, a frame", 102, [&] {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &stack.stack);
      while (yg_cursor_step(&cursor) == YG_OK) {
      }
    });
    yg_cursor cursor = stack.cursor();
    measure("the same with all registers at every frame", 102, [&] {
      yg_cursor at;
      yg_cursor_new(&at, &stack.stack);
      uintptr_t word;
      do yg_ll_register(&at, 15, &word);
      while (yg_cursor_step(&at) == YG_OK);
    });
    uint64_t values[7];
    measure("keep-alives as words, a value", 7, [&] {
      yg_keepalive_words(&cursor, values, 7);
      asm volatile("" : : : "memory");
    });
    uintptr_t pc = yg_cursor_pc(&cursor);
    measure("yg_csid_at", 1, [&] {
      asm volatile("" : "+r"(pc));
      value += yg_csid_at(pc, nullptr);
    });
  }
  {
    TestStack stack;
    stack.start(address(o2_ping), {100});
    measure("cursor step, -O2 frames of two functions in turn, a frame", 102, [&] {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &stack.stack);
      while (yg_cursor_step(&cursor) == YG_OK) {
      }
    });
  }
  {
    TestStack stack;
    stack.start(address(o0_recurse), {100, 1, 2, 3, 4, 5});
    measure("cursor step, -O0 frames, a frame", 102, [&] {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &stack.stack);
      while (yg_cursor_step(&cursor) == YG_OK) {
      }
    });
  }
  {
    TestStack stack;
    stack.start(address(o2_recurse), {100, 1, 2, 3, 4, 5});
    yg_cursor deep = stack.cursor();
    for (int i = 0; i < 50; i++) yg_cursor_step(&deep);
    measure("pop 1 frame and push one with 32 bytes of payload", 1, [&] {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &stack.stack);
      yg_cursor_step(&cursor);
      yg_pop_frames_to(&cursor);
      uintptr_t payload[4] = {1, 2, 3, 4};
      yg_push_frame_payload(&cursor, address(finish), payload, sizeof payload, nullptr);
    });
  }
  {
    TestStack stack;
    stack.start(address(test_keeper), {address(o2_twice), 1});
    uintptr_t payload[4] = {1, 2, 3, 4};
    measure("walk 1, pop, push with payload, resume, pause", 1, [&] {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &stack.stack);
      yg_cursor_step(&cursor);
      yg_pop_frames_to(&cursor);
      yg_push_frame_payload(&cursor, address(o2_twice), payload, sizeof payload, nullptr);
      test_current = &stack.stack;
      value = yg_stack_swap(&test_host, &stack.stack, 0);
    });
  }
  measure("yg_stack_new and yg_stack_free, pooled", 1, [&] {
    yg_stack stack;
    yg_stack_new(&stack, 16384);
    yg_stack_free(&stack);
  });
  asm volatile("" : : "r"(value));
}
