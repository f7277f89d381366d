// SPDX-License-Identifier: MIT
//
// Pattern 11: registering unwind info.
//
// The core walks compiled code with what its compiler has written into .eh_frame. The same bytes, published, let other tools walk it, too:
// gdb, perf, libunwind, and, as here, the C++ runtime when an exception passes through compiled frames.
//
//     expect: caught: too much, thrown through compiled code
//     expect: fine: 3
#include <stdexcept>

#include "pattern.h"
#include "yugong-publish.h"

using namespace pattern;

extern "C" uintptr_t limit(uintptr_t x) {
  if (x > 10) throw std::runtime_error("too much");
  return x;
}

//   the C++ runtime looks for a handler:
//
//     limit              .eh_frame of this program
//     middle, outer      .eh_frame of the JIT, by __register_frame (YG_PUBLISH_FRAMES)
//     main               has the handler
int main() {
  // From now on, for everything that is registered. YG_PUBLISH_GDB gives `bt` in gdb names, YG_PUBLISH_PERF_MAP `perf report`.
  yg_publish_options options{};
  options.targets = YG_PUBLISH_FRAMES;
  check(yg_publish_options_set(&options));

  Words w("11-unwind-info");
  w.define("middle", 1, [&](Values p) { w.ret(w.b.CreateAdd(w.call("limit", {p[0]}, 1, {}), w.word(1))); })
      ->addFnAttr(llvm::Attribute::NoInline);
  w.define("outer", 1, [&](Values p) { w.ret(w.b.CreateAdd(w.call("middle", {p[0]}, 2, {}), w.word(1))); });
  auto jit = make_jit();
  llvm::cantFail(jit->define("limit", address_of(limit)));
  w.add_to(*jit);
  auto outer = reinterpret_cast<uintptr_t (*)(uintptr_t)>(lookup(*jit, "outer"));

  try {
    outer(11);
  } catch (const std::exception &error) {
    std::printf("caught: %s, thrown through compiled code\n", error.what());
  }
  std::printf("fine: %lu\n", outer(1));
}
