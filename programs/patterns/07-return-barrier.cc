// SPDX-License-Identifier: MIT
//
// Pattern 7: a return barrier, and lazy deoptimization of a suspended stack.
//
// While a stack is suspended, an assumption dies that one of its frames was compiled with. The frame is in the middle of the stack: the call
// it waits for must run to its end first. So a barrier is put between the two. When control returns through it, the frame is replaced.
//
//     expect: the rate is 3 now, which outer does not know
//     expect: inner returns 50 into outer, with x = 7
//     expect: result 157
#include "pattern.h"

using namespace pattern;

namespace {

enum : uint64_t { kOuter = 1, kInner = 2 };  // call sites

// Where outer goes on for any rate.
uintptr_t outer_from(const uint64_t *state /* x, rate */, uintptr_t result) { return result * state[1] + state[0]; }

// Runs on the host's stack, with what is being returned; what it gives goes to whatever is the top then.
//
//   1. suspended          2. with a barrier      3. inner has returned      4. the barrier returns
//
//   sp ─► save area       sp ─► save area        sp ─► save area            outer_from   <- RSP
//         inner  csid 2         inner                  outer                  7, 3
//         outer  csid 1         ┄ barrier ┄            finish               finish
//         finish                outer
//                               finish
yg_pair barrier(yg_stack *stack, void *rate, yg_pair result) {
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, stack));
  const uint64_t x = keepalives(cursor)[0];
  std::printf("inner returns %lu into %s, with x = %lu\n", result.first, yg_get_csid(&cursor) == kOuter ? "outer" : "?", x);
  pop_through(cursor);
  push(cursor, address_of(outer_from), {x, *static_cast<uint64_t *>(rate)});
  return result;
}

}  // namespace

int main() {
  Stack stack;
  Words w("07-return-barrier");

  // i64 inner() { return swap(stack, host, 0); }
  w.define("inner", 0, [&](Values) { w.ret(w.pause(w.word(stack), w.word(0), kInner, {})); })->addFnAttr(llvm::Attribute::NoInline);
  // i64 outer(i64 x) { return inner() * rate + x; }, compiled for rate = 2
  w.define("outer", 1, [&](Values p) {
    w.ret(w.b.CreateAdd(w.b.CreateMul(w.call("inner", {}, kOuter, {p[0]}), w.word(2)), p[0]));
  });

  auto jit = make_jit();
  w.add_to(*jit);
  stack.push(lookup(*jit, "outer"));
  stack.resume(7);

  uint64_t rate = 3;
  std::printf("the rate is %lu now, which outer does not know\n", rate);
  yg_cursor cursor = stack.cursor();
  while (yg_get_csid(&cursor) != kOuter) check(yg_cursor_step(&cursor));
  check(yg_set_return_barrier(&cursor, barrier, &rate));

  std::printf("result %lu\n", stack.resume(50));
}
