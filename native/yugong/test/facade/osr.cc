// SPDX-License-Identifier: MIT
//
// On-stack substitute: pop frames of a suspended stack, push functions that nobody has called, go on.
#include <yugong.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace yg;

YGStack main_stack, coro_stack;

__attribute__((noinline, noclone)) int substitute(int param) {
  printf("substitute(%d)\n", param);
  return param * 3;
}

__attribute__((noinline, noclone)) int inner(int m) {
  yg_stack_swap(&coro_stack, &main_stack, static_cast<uintptr_t>(m));
  printf("inner must not go on\n");
  return m * 2;
}

__attribute__((noinline, noclone)) int outer(int n) {
  int result = inner(n * 10);
  printf("inner has returned %d\n", result);
  return result + 1;
}

void body(uintptr_t arg) {
  int result = outer(static_cast<int>(arg) + 1);
  yg_stack_swap(&coro_stack, &main_stack, static_cast<uintptr_t>(result));
}

long sum_to(long n) { return n == 0 ? 0 : n + sum_to(n - 1); }
long halved_square(long n) { return n * n / 2; }
long negated(long n) { return -n; }
void hand_over(long result) { yg_stack_swap(&coro_stack, &main_stack, static_cast<uintptr_t>(result)); }

// Pop `inner`, and have it return what `count` calls of `substitute` make of the value.
static void popAndPush(int count) {
  coro_stack = YGStack::alloc(4096);
  coro_stack.init((uintptr_t)body);
  printf("paused with %d\n", static_cast<int>(yg_stack_swap(&main_stack, &coro_stack, 41)));
  YGCursor cursor(coro_stack);
  cursor.step();
  cursor.pop_frames_to();
  for (int i = 0; i < count; i++) cursor.push_frame(reinterpret_cast<uintptr_t>(substitute));
  printf("result %d\n", static_cast<int>(yg_stack_swap(&main_stack, &coro_stack, 1000)));
  coro_stack.free();
}

// The same by hand: set pc and sp of a cursor that stands elsewhere.
static void setByHand() {
  coro_stack = YGStack::alloc(4096);
  coro_stack.init((uintptr_t)body);
  yg_stack_swap(&main_stack, &coro_stack, 41);
  YGCursor there(coro_stack), cursor(coro_stack);
  there.step();
  uintptr_t pc = there._cur_pc(), sp = there._cur_sp();
  cursor.step();
  cursor._set_cur_pc(pc);
  cursor._set_cur_sp(sp);
  printf("%s\n", cursor._cur_pc() == pc && cursor._cur_sp() == sp && _load_word(sp - 8) == pc ? "set" : "not set");
  cursor.pop_frames_to();
  printf("result %d\n", static_cast<int>(yg_stack_swap(&main_stack, &coro_stack, 7)));
  coro_stack.free();
}

// -sum_to(6 * 6 / 2), by pushing functions only; then look at the frames.
static void pushOnly() {
  coro_stack = YGStack::alloc(4096);
  coro_stack.init((uintptr_t)hand_over);
  YGCursor cursor(coro_stack);
  cursor.push_frame(reinterpret_cast<uintptr_t>(negated));
  cursor.push_frame(reinterpret_cast<uintptr_t>(sum_to));
  cursor.push_frame(reinterpret_cast<uintptr_t>(halved_square));
  for (int i = 0; i < 10; i++) {
    if (cursor._cur_pc() != reinterpret_cast<uintptr_t>(_yg_func_begin_resume)) break;
    uintptr_t function = _load_word(cursor._cur_sp());
    printf("%s\n", function == (uintptr_t)halved_square    ? "halved_square"
                   : function == (uintptr_t)sum_to ? "sum_to"
                   : function == (uintptr_t)negated  ? "negated"
                   : function == (uintptr_t)hand_over       ? "hand_over"
                                                      : "?");
    cursor.step();
  }
  printf("result %ld\n", static_cast<long>(yg_stack_swap(&main_stack, &coro_stack, 6)));
  coro_stack.free();
}

// Memory from anywhere; an error is a line, not a crash.
static void ownMemory() {
  void *memory = std::malloc(32768);
  coro_stack = YGStack(reinterpret_cast<uintptr_t>(memory) + 32768, reinterpret_cast<uintptr_t>(memory), 32768);
  coro_stack.init((uintptr_t)hand_over);
  YGCursor first(coro_stack), second(coro_stack);
  first.push_frame((uintptr_t)negated);
  second.push_frame((uintptr_t)negated);
  printf("result %ld\n", static_cast<long>(yg_stack_swap(&main_stack, &coro_stack, 5)));
  coro_stack.free();
  std::free(memory);
}

int main(int, char *[]) {
  if (reinterpret_cast<uintptr_t>(_yg_stack_swap_cont) == 0) yg_error("no symbol\n");
  popAndPush(0);
  popAndPush(2);
  setByHand();
  pushOnly();
  ownMemory();
  return 0;
}
