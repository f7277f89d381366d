// SPDX-License-Identifier: MIT
//
// Pattern 8: exceptions by popping frames.
//
// No landing pads and no tables: `raise` walks the stack to the nearest call that has a handler, pops that frame with all above it, and
// pushes the handler in its place. Code that does not raise pays nothing.
//
//     expect: 10 / 2: 5
//     expect: passing divide
//     expect: passing middle
//     expect: handler in guarded, with x = 10
//     expect: 10 / 0: -7
#include "pattern.h"

using namespace pattern;

namespace {

// The catch block. It returns in place of `guarded`.
intptr_t handler(const int64_t *payload /* error, x */) { return -payload[0]; }

enum : uint64_t { kDivide = 1, kMiddle = 2, kGuarded = 3 };  // call sites; the last one has a handler

Words *words;

}  // namespace

// Runs on the host's stack.
//
//   when it is called           pop to bottom, push
//
//   sp ─► save area             sp ─► save area
//         divide   csid 1             handler
//         middle   csid 2               7, 10
//         guarded  csid 3             finish
//         finish
extern "C" yg_pair raise_on_host(yg_stack *raiser, uintptr_t error) {
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, raiser));
  for (; yg_get_csid(&cursor) != kGuarded; check(yg_cursor_step(&cursor)))
    std::printf("passing %s\n", words->stackmaps.lookup(yg_get_csid(&cursor))->function.c_str());
  const uint64_t x = keepalives(cursor)[0];
  std::printf("handler in guarded, with x = %lu\n", x);
  pop_through(cursor);
  push(cursor, address_of(handler), {error, x});
  return {};
}
YG_HOST_THUNK(raise_error, raise_on_host);
extern "C" void raise_error();

int main() {
  Stack stack;
  Words w("08-exceptions");
  words = &w;

  // i64 divide(i64 x, i64 y) { if (y == 0) return raise(stack, 7); return x / y; }
  w.define("divide", 2, [&](Values p) {
     llvm::BasicBlock *zero = w.block("zero"), *fine = w.block("fine");
     w.b.CreateCondBr(w.b.CreateICmpEQ(p[1], w.word(0)), zero, fine);
     w.at(zero);
     w.ret(w.call("raise", {w.word(stack), w.word(7)}, kDivide, {}));
     w.at(fine);
     w.ret(w.b.CreateSDiv(p[0], p[1]));
   })->addFnAttr(llvm::Attribute::NoInline);
  w.define("middle", 2, [&](Values p) { w.ret(w.call("divide", {p[0], p[1]}, kMiddle, {})); })->addFnAttr(llvm::Attribute::NoInline);
  // i64 guarded(i64 x, i64 y) { try { return middle(x, y); } catch (error) { return -error; } }
  w.define("guarded", 2, [&](Values p) { w.ret(w.call("middle", {p[0], p[1]}, kGuarded, {p[0]})); });

  auto jit = make_jit();
  llvm::cantFail(jit->define("raise", address_of(raise_error)));
  w.add_to(*jit);
  for (uintptr_t y : {2, 0}) {
    stack.push(lookup(*jit, "guarded"));
    std::printf("10 / %lu: %ld\n", y, static_cast<int64_t>(stack.resume(10, y)));
  }
}
