// SPDX-License-Identifier: MIT
//
// Pattern 4: on-stack replacement into a loop.
//
// A function is called once and loops for long, in slow code. Now and then its loop asks whether there is better code by now. If so, the
// slow frame is dropped in the middle of the loop, and the fast code goes on with the slow one's variables.
//
//     expect: slow at i = 100
//     expect: slow at i = 200
//     expect: fast from i = 300, sum = 44850
//     expect: result 499500
#include "pattern.h"

using namespace pattern;

namespace {

uintptr_t sum_from; // once it is compiled

// for (; i < n; i++) { each(i, sum); sum += i; } return sum;
void emit_loop(Words &w, llvm::Value *n, llvm::Value *first_i, llvm::Value *first_sum, const std::function<void(Values)> &each) {
  llvm::Value *i = w.variable(first_i), *sum = w.variable(first_sum);
  w.loop([&] { return w.b.CreateICmpSLT(w.get(i), n); },
         [&] {
           each({n, w.get(i), w.get(sum)});
           w.set(sum, w.b.CreateAdd(w.get(sum), w.get(i)));
           w.set(i, w.b.CreateAdd(w.get(i), w.word(1)));
         });
  w.ret(w.get(sum));
}

}  // namespace

// Runs on the host's stack.
//
//   when it is called     pop                   push                     when it returns
//
//   sp ─► save area       sp ─► save area       sp ─► save area          sum_from   <- RSP
//         sum   csid 1          finish                sum_from              n, i, sum
//         finish                                         n, i, sum      finish
//                                                     finish
extern "C" yg_pair ask_on_host(yg_stack *caller, uintptr_t i) {
  if (i % 100 != 0 || i == 0) return {};
  if (i < 300) {
    std::printf("slow at i = %lu\n", i);
    return {};
  }
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, caller));
  const std::vector<uint64_t> state = keepalives(cursor);
  std::printf("fast from i = %lu, sum = %lu\n", state[1], state[2]);
  pop_through(cursor);
  push(cursor, sum_from, state);
  return {};
}
YG_HOST_THUNK(ask, ask_on_host);
extern "C" void ask();

int main() {
  Stack stack;

  // The slow version asks every time around. Its keep-alives are what the loop needs in order to go on elsewhere: its frame state.
  Words slow("slow");
  slow.define("sum", 1, [&](Values p) {
    emit_loop(slow, p[0], slow.word(0), slow.word(0), [&](Values state) { slow.call("ask", {slow.word(stack), state[1]}, 1, state); });
  });

  // The fast version has an entry of its own for this loop: i64 sum_from(i64 *state, i64 unused). The state is its payload.
  Words fast("fast");
  fast.define("sum_from", 2, [&](Values p) {
    emit_loop(fast, fast.load(p[0], 0), fast.load(p[0], 1), fast.load(p[0], 2), [](Values) {});
  });

  auto jit = make_jit();
  llvm::cantFail(jit->define("ask", address_of(ask)));
  slow.add_to(*jit);
  fast.add_to(*jit);
  sum_from = lookup(*jit, "sum_from");
  stack.push(lookup(*jit, "sum"));
  std::printf("result %lu\n", stack.resume(1000));
}
