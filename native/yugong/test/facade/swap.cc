// SPDX-License-Identifier: MIT
//
// Two stacks pass a number to and fro. In the style of programs for the original libyugong.
#include <yugong.hpp>

#include <cinttypes>
#include <cstdint>
#include <cstdio>

using namespace yg;

YGStack main_stack, ping_stack, pong_stack;

void pong(uintptr_t arg) {
  for (;;) {
    printf("pong %" PRIuPTR "\n", arg);
    arg = yg_stack_swap(&pong_stack, &ping_stack, arg * 2);
  }
}

void ping(uintptr_t arg) {
  for (int i = 0; i < 3; i++) {
    printf("ping %" PRIuPTR "\n", arg);
    arg = yg::yg_stack_swap(&ping_stack, &pong_stack, arg + 1);
  }
  yg_stack_swap(&ping_stack, &main_stack, arg);
}

int main(int, char *[]) {
  ping_stack = YGStack::alloc(4096);
  pong_stack = YGStack::alloc(4096);
  ping_stack.init((uintptr_t)ping);
  pong_stack.init(reinterpret_cast<uintptr_t>(pong));
  long result = yg_stack_swap(&main_stack, &ping_stack, 1);
  printf("result %ld\n", result);
  ping_stack.free();
  pong_stack.free();
  return 0;
}
