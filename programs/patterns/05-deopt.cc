// SPDX-License-Identifier: MIT
//
// Pattern 5: deoptimization with one frame.
//
// Optimized code assumes something that it checks (a guard): here, that products fit into 32 bits. When the guard fails, the optimized frame
// is dropped, and code that assumes nothing goes on from the same point of the program. That code is C++ here, as an interpreter may be.
//
//     expect: 12! = 479001600
//     expect: deopt: n = 15, i = 13, product = 479001600
//     expect: 15! = 1307674368000
#include "pattern.h"

using namespace pattern;

namespace {

struct State {
  uint64_t n, i, product;
};

// Goes on in the middle of the loop. It runs on the compiled code's stack, in the place of the optimized frame.
uintptr_t factorial_from(State *state) {
  for (; state->i <= state->n; state->i++) state->product *= state->i;
  return state->product;
}

}  // namespace

// Runs on the host's stack.
//
//   when it is called          pop, push                     when it returns
//
//   sp ─► save area            sp ─► save area               factorial_from   <- RSP
//         factorial  csid 1          factorial_from             n, i, product
//         finish                        n, i, product        finish
//                                    finish
extern "C" yg_pair deopt_on_host(yg_stack *caller) {
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, caller));
  const std::vector<uint64_t> words = keepalives(cursor);
  std::printf("deopt: n = %lu, i = %lu, product = %lu\n", words[0], words[1], words[2]);
  pop_through(cursor);
  push(cursor, address_of(factorial_from), words);
  return {};
}
YG_HOST_THUNK(deopt, deopt_on_host);
extern "C" void deopt();

int main() {
  Stack stack;
  Words w("05-deopt");

  // The optimized version. What the other one needs in order to go on is kept alive at the guard's exit, and costs nothing before that:
  //
  //     product = product * i;
  //     if (product != (int32_t) product) return deopt(stack);      csid 1: n, i, the product before
  w.define("factorial", 1, [&](Values p) {
    llvm::Value *n = p[0], *i = w.variable(w.word(1)), *product = w.variable(w.word(1));
    w.loop([&] { return w.b.CreateICmpSLE(w.get(i), n); },
           [&] {
             llvm::Value *next = w.b.CreateMul(w.get(product), w.get(i));
             llvm::Value *narrow = w.b.CreateSExt(w.b.CreateTrunc(next, w.b.getInt32Ty()), w.b.getInt64Ty());
             llvm::BasicBlock *exit = w.block("exit"), *fits = w.block("fits");
             w.b.CreateCondBr(w.b.CreateICmpEQ(next, narrow), fits, exit);
             w.at(exit);
             w.ret(w.call("deopt", {w.word(stack)}, 1, {n, w.get(i), w.get(product)}));
             w.at(fits);
             w.set(product, next);
             w.set(i, w.b.CreateAdd(w.get(i), w.word(1)));
           });
    w.ret(w.get(product));
  });

  auto jit = make_jit();
  llvm::cantFail(jit->define("deopt", address_of(deopt)));
  w.add_to(*jit);
  for (uintptr_t n : {12, 15}) {
    stack.push(lookup(*jit, "factorial"));
    std::printf("%lu! = %lu\n", n, stack.resume(n));
  }
}
