// SPDX-License-Identifier: MIT
//
// Pattern 2: a stackmap at a call, and reading the values it keeps alive.
//
// Each call that may pause gets a call-site id (CSID) and a list of values. While the call has not returned, the id says where the frame is,
// and the values can be read from it, wherever the register allocator has put them. yugong::Stackmaps keeps what they mean.
//
//     expect: middle: y = 14
//     expect: outer: x = 7, half = 3.5
//     expect: result 114
#include <cstring>

#include "pattern.h"

using namespace pattern;

namespace {

void show(const yugong::CallSiteInfo &site, const yg_cursor &frame) {
  std::printf("%s:", site.function.c_str());
  const std::vector<uint64_t> words = keepalives(frame);
  for (size_t i = 0; i < words.size(); i++) {
    const auto &[name, type] = site.keepAlives[i];
    std::printf("%s %s = ", i == 0 ? "" : ",", name.c_str());
    double number;
    std::memcpy(&number, &words[i], sizeof number);
    if (type == "double")
      std::printf("%g", number);
    else
      std::printf("%ld", static_cast<int64_t>(words[i]));
  }
  std::printf("\n");
}

}  // namespace

int main() {
  Stack stack;
  Words w("02-stackmap");

  // i64 middle(i64 y) { return swap(stack, host, 0) + y; }
  w.define("middle", 1, [&](Values p) {
     p[0]->setName("y");
     w.ret(w.b.CreateAdd(w.pause(w.word(stack), w.word(0), 41, {p[0]}), p[0]));
   })->addFnAttr(llvm::Attribute::NoInline);

  // i64 outer(i64 x) { double half = x * 0.5; return middle(2 * x); }
  w.define("outer", 1, [&](Values p) {
    p[0]->setName("x");
    llvm::Value *number = w.b.CreateSIToFP(p[0], w.b.getDoubleTy());
    llvm::Value *half = w.b.CreateFMul(number, llvm::ConstantFP::get(w.b.getDoubleTy(), 0.5), "half");
    w.ret(w.call("middle", {w.b.CreateMul(p[0], w.word(2))}, 40, {p[0], half}));
  });

  auto jit = make_jit();
  w.add_to(*jit);
  stack.push(lookup(*jit, "outer"));
  stack.resume(7);

  //   sp ─► save area           made by yg_stack_swap; no frame of its own
  //         middle   csid 41    waits for yg_stack_swap; keeps y
  //         outer    csid 40    waits for middle; keeps x, half
  //         finish
  for (yg_cursor frame = stack.cursor(); !is_bottom(frame); check(yg_cursor_step(&frame)))
    show(*w.stackmaps.lookup(yg_get_csid(&frame)), frame);

  std::printf("result %lu\n", stack.resume(100));
}
