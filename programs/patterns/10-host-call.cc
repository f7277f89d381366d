// SPDX-License-Identifier: MIT
//
// Pattern 10: a host call.
//
// Stacks of compiled code are small, and hold compiled frames only. What needs much stack, or must see and change the caller's frames, runs
// on the host's stack, while the caller's is paused. To the caller it is an ordinary call.
//
//     expect: 3 of 10
//     expect: 2 of 10
//     expect: 1 of 10
//     expect: sum 60
#include "pattern.h"

using namespace pattern;

// The stack, paused while this runs         the host's stack
//
//   sp ─► save area                         main, in resume
//         count    csid 1                   host call
//         finish                            show_on_host
extern "C" yg_pair show_on_host(yg_stack *caller, uintptr_t n) {
  yg_cursor frame;
  check(yg_cursor_new(&frame, caller));
  const std::vector<uint64_t> values = keepalives(frame);
  std::printf("%lu of %lu\n", values[0], values[1]);
  return {n * 10, 0};
}

// The thunk that compiled code calls in its place: it pauses the stack, which is the first argument, and moves to the host's.
YG_HOST_THUNK(show, show_on_host);
extern "C" void show();

int main() {
  Stack stack;
  Words w("10-host-call");

  // i64 count(i64 n) { sum = 0; while (n != 0) { sum += show(stack, n); n--; } return sum; }
  w.define("count", 1, [&](Values p) {
    llvm::Value *n = w.variable(p[0]), *sum = w.variable(w.word(0));
    w.loop([&] { return w.b.CreateICmpNE(w.get(n), w.word(0)); },
           [&] {
             llvm::Value *shown = w.call("show", {w.word(stack), w.get(n)}, 1, {w.get(n), w.word(10)});
             w.set(sum, w.b.CreateAdd(w.get(sum), shown));
             w.set(n, w.b.CreateSub(w.get(n), w.word(1)));
           });
    w.ret(w.get(sum));
  });

  auto jit = make_jit();
  llvm::cantFail(jit->define("show", address_of(show)));
  w.add_to(*jit);
  stack.push(lookup(*jit, "count"));
  std::printf("sum %lu\n", stack.resume(3));
}
