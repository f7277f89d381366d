// SPDX-License-Identifier: MIT
//
// Pattern 1: swap stacks.
//
// Compiled code pauses the stack it runs on and gives a value away; whoever resumes the stack gives a value back. The host is a stack, too:
// the one that main() runs on.
//
//     expect: 11
//     expect: 22
//     expect: returned 33
#include "pattern.h"

using namespace pattern;

int main() {
  Stack stack;

  // i64 counter(i64 x) { y = swap(stack, host, x + 1); z = swap(stack, host, y + 2); return z + 3; }
  Words w("01-swap-stacks");
  w.define("counter", 1, [&](Values p) {
    llvm::Value *y = w.pause(w.word(stack), w.b.CreateAdd(p[0], w.word(1)), 1, {});
    llvm::Value *z = w.pause(w.word(stack), w.b.CreateAdd(y, w.word(2)), 2, {});
    w.ret(w.b.CreateAdd(z, w.word(3)));
  });
  auto jit = make_jit();
  w.add_to(*jit);

  //   push(counter)           resume(10)               swap(…, 11)              resume(20) …
  //
  //   │ counter, to begin │   │ counter   <- RSP  │    │ save area   <- sp │
  //   │ finish            │   │ finish            │    │ counter           │    as in the second picture
  //   └───────────────────┘   └───────────────────┘    │ finish            │
  //     sp: at the top          sp: 0, it runs         └───────────────────┘
  stack.push(lookup(*jit, "counter"));
  std::printf("%lu\n", stack.resume(10));
  std::printf("%lu\n", stack.resume(20));
  std::printf("returned %lu\n", stack.resume(30));
}
