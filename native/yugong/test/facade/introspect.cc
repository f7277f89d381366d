// SPDX-License-Identifier: MIT
//
// Walk ordinary C++ frames on a suspended 4 KiB stack, and name the functions that their return addresses lie in.
#include <yugong.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <string>

using namespace yg;

YGStack main_stack, coro_stack;

#define FRAME extern "C" __attribute__((noinline, noclone))

FRAME int pause_here(int m) {
  yg_stack_swap(&coro_stack, &main_stack, static_cast<uintptr_t>(m));
  return m;
}
FRAME int third(int n) { return pause_here(n * 10) + 1; }
// A frame that is realigned: its CFI is a DWARF expression.
FRAME int second(int n) {
  alignas(64) volatile char filler[64 + 16];
  filler[0] = static_cast<char>(n);
  return third(n + 1) + (reinterpret_cast<uintptr_t>(&filler[0]) % 64 == 0 ? 1 : 1000) + (filler[0] - static_cast<char>(n));
}
FRAME int first(int n) { return second(n + 1) + 1; }
FRAME void body(uintptr_t arg) {
  int result = first(static_cast<int>(arg));
  yg_stack_swap(&coro_stack, &main_stack, static_cast<uintptr_t>(result));
}
FRAME void after_them() {}

int main(int, char *[]) {
  std::map<uintptr_t, std::string> functions{{(uintptr_t)pause_here, "pause_here"}, {(uintptr_t)third, "third"},
                                             {(uintptr_t)second, "second"},         {(uintptr_t)first, "first"},
                                             {(uintptr_t)body, "body"},             {(uintptr_t)after_them, "?"}};
  coro_stack = YGStack::alloc(4096);
  coro_stack.init((uintptr_t)body);
  for (int round = 0; round < 2; round++) {
    if (round == 0) printf("paused with %d\n", static_cast<int>(yg_stack_swap(&main_stack, &coro_stack, 5)));
    YGCursor cursor(coro_stack);
    uintptr_t sp = 0;
    for (int i = 0; i < 5; i++) {
      uintptr_t pc = cursor._cur_pc();
      auto after = functions.upper_bound(pc);
      std::string name = after == functions.begin() ? "?" : std::prev(after)->second;
      printf("%s%s\n", name.c_str(), cursor._cur_sp() > sp ? "" : " (not below the last frame)");
      sp = cursor._cur_sp();
      cursor.step();
    }
  }
  printf("result %d\n", static_cast<int>(yg_stack_swap(&main_stack, &coro_stack, 0)));
  coro_stack.free();
  return 0;
}
