// SPDX-License-Identifier: MIT
//
// A program for other tools to look at. Modes:
//
//   stacks   two suspended language stacks and one that runs; stops in subject_stop, first on the running language stack, then on main's
//   map      spins in registered code, with a perf map
//   dump     the same with a jitdump in the current directory
//   gone     registers and unregisters, then stops in subject_stop
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "jit_code.h"

extern "C" {
__attribute__((noinline)) void subject_stop() { asm volatile("" : : : "memory"); }
uintptr_t subject_pause(uintptr_t value);
uintptr_t subject_on_stack(uintptr_t value);
uintptr_t subject_pending(uintptr_t value);
}

namespace {

JitCode *code;
yg_stack host, first, second, third;
yg_stack *current;

uintptr_t stop(uintptr_t value) {
  subject_stop();
  return value;
}

void start(yg_stack *stack, uintptr_t value, const char *name) {
  yg_stack_new(stack, 64 << 10);
  yg_stack_publish(stack, name);
  yg_cursor cursor;
  yg_cursor_new(&cursor, stack);
  yg_push_frame(&cursor, reinterpret_cast<uintptr_t>(&subject_on_stack));
  current = stack;
  yg_stack_swap(&host, stack, value);
}

void showStacks() {
  JitCode jit;
  code = &jit;
  code->publish(YG_PUBLISH_GDB, true);
  yg_stack_publish(&host, "host");
  start(&first, 1, "first");
  start(&second, 2, "second");
  yg_cursor cursor;
  yg_cursor_new(&cursor, &second);
  yg_push_frame(&cursor, reinterpret_cast<uintptr_t>(&subject_pending));
  start(&third, 0, "third");
  subject_stop();
  for (yg_stack *stack : {&first, &second, &third}) yg_stack_free(stack);
}

// About a second, most of it in test_jit_spin.
uintptr_t spin(uintptr_t) {
  for (int i = 0; i < 10; i++) code->spin(300000000);
  return 0;
}

void spinWith(uint32_t target) {
  yg_publish_options options{0, 0, "."};
  yg_publish_options_set(&options);
  JitCode jit;
  code = &jit;
  if (code->publish(target, true) != YG_OK || yg_code_published(code->code) != target) _exit(3);
  code->call(spin, 0);
  if (std::FILE *file = std::fopen("subject.pid", "w")) {
    std::fprintf(file, "%d", getpid());
    std::fclose(file);
  }
}

}  // namespace

extern "C" uintptr_t subject_pause(uintptr_t value) { return yg_stack_swap(current, &host, value); }

extern "C" uintptr_t subject_pending(uintptr_t value) { return value; }

// The third stack stops, the others suspend themselves; all above registered code.
extern "C" uintptr_t subject_on_stack(uintptr_t value) {
  uintptr_t result = code->call(value == 0 ? stop : subject_pause, value);
  yg_stack_swap(current, &host, result);
  return result;
}

int main(int argc, char **argv) {
  const char *mode = argc == 2 ? argv[1] : "";
  if (std::strcmp(mode, "stacks") == 0) {
    showStacks();
  } else if (std::strcmp(mode, "map") == 0) {
    spinWith(YG_PUBLISH_PERF_MAP);
  } else if (std::strcmp(mode, "dump") == 0) {
    spinWith(YG_PUBLISH_JITDUMP);
  } else if (std::strcmp(mode, "gone") == 0) {
    JitCode jit;
    jit.publish(YG_PUBLISH_GDB);
    jit.unregister();
    subject_stop();
  } else {
    std::fputs("usage: subject stacks | map | dump | gone\n", stderr);
    return 2;
  }
  return 0;
}
