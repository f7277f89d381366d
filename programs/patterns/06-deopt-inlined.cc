// SPDX-License-Identifier: MIT
//
// Pattern 6: deoptimization of inlined frames.
//
// The compiler has inlined `inner` into `outer`: there is one frame on the stack where the program has two. LLVM's inliner joins the states
// that the two calls carry, the caller's first. So that they can be told apart, each state begins with its own id and its length:
//
//     in outer, at the call of inner     60, 1, x
//     in inner, at the guard's exit      61, 2, a, b
//     after inlining, at the exit        60, 1, x, 61, 2, a, b
//
//     expect: 2 * (20 + 10) = 60
//     expect: one frame for: outer (60), inner (61)
//     expect: 2 * (2147483647 + 10) = 4294967314
#include "pattern.h"

using namespace pattern;

namespace {

// Not optimized: where each goes on. inner_from begins again at the sum; outer_from is given what inner returns.
uintptr_t inner_from(const uint64_t *state) { return state[0] + state[1]; }
uintptr_t outer_from(const uint64_t *, uintptr_t result) { return result * 2; }

struct Meaning {
  uint64_t csid;
  const char *name;
  uintptr_t entry;
};
const Meaning &meaning(uint64_t csid) {
  static const Meaning all[] = {{60, "outer", address_of(outer_from)}, {61, "inner", address_of(inner_from)}};
  return all[csid - 60];
}

}  // namespace

// Runs on the host's stack.
//
//   when it is called          pop, push, push
//
//   sp ─► save area            sp ─► save area
//         outer  csid 61             inner_from      gets a, b; what it returns is…
//         finish                       a, b
//                                    outer_from      …the second argument of this
//                                      x
//                                    finish
extern "C" yg_pair deopt_on_host(yg_stack *caller) {
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, caller));
  const std::vector<uint64_t> words = keepalives(cursor);
  pop_through(cursor);
  const char *separator = "one frame for: ";
  for (size_t at = 0; at < words.size();) {
    const Meaning &frame = meaning(words[at]);
    const auto first = words.begin() + static_cast<ptrdiff_t>(at) + 2;
    const std::vector<uint64_t> values(first, first + static_cast<ptrdiff_t>(words[at + 1]));
    push(cursor, frame.entry, values);
    std::printf("%s%s (%lu)", separator, frame.name, frame.csid);
    separator = ", ";
    at += 2 + values.size();
  }
  std::printf("\n");
  return {};
}
YG_HOST_THUNK(deopt, deopt_on_host);
extern "C" void deopt();

int main() {
  Stack stack;
  Words w("06-deopt-inlined");

  // Optimized: the sum is assumed to fit into 32 bits.
  llvm::Function *inner = w.define("inner", 2, [&](Values p) {
    llvm::Value *sum = w.b.CreateAdd(p[0], p[1]);
    llvm::Value *narrow = w.b.CreateSExt(w.b.CreateTrunc(sum, w.b.getInt32Ty()), w.b.getInt64Ty());
    llvm::BasicBlock *exit = w.block("exit"), *fits = w.block("fits");
    w.b.CreateCondBr(w.b.CreateICmpEQ(sum, narrow), fits, exit);
    w.at(exit);
    w.ret(w.call("deopt", {w.word(stack)}, 61, {w.word(61), w.word(2), p[0], p[1]}));
    w.at(fits);
    w.ret(sum);
  });
  inner->addFnAttr(llvm::Attribute::AlwaysInline);
  inner->setLinkage(llvm::Function::InternalLinkage);
  w.define("outer", 1, [&](Values p) {
    w.ret(w.b.CreateMul(w.call("inner", {p[0], w.word(10)}, 60, {w.word(60), w.word(1), p[0]}), w.word(2)));
  });

  auto jit = make_jit();
  llvm::cantFail(jit->define("deopt", address_of(deopt)));
  w.add_to(*jit);
  for (uintptr_t x : {20ul, 2147483647ul}) {
    stack.push(lookup(*jit, "outer"));
    std::printf("2 * (%lu + 10) = %lu\n", x, stack.resume(x));
  }
}
