// SPDX-License-Identifier: MIT
//
// Pattern 3: pop frames, push frames.
//
// A paused stack is changed from outside. Popping to a frame drops all frames above it; that frame then waits for a value, the result of the
// call it made. Pushing puts a function there that will run first and give that value.
//
//     expect: inner, outer
//     expect: outer
//     expect: to begin, outer
//     expect: result 1042
#include "pattern.h"

using namespace pattern;

namespace {

void show(Stack &stack) {
  const char *names[] = {"to begin", "outer", "inner"}, *separator = "";
  for (yg_cursor frame = stack.cursor(); !is_bottom(frame); check(yg_cursor_step(&frame))) {
    std::printf("%s%s", separator, names[yg_get_csid(&frame)]);
    separator = ", ";
  }
  std::printf("\n");
}

// What is pushed in inner's place. It could be compiled code as well.
uintptr_t replacement(const uintptr_t *payload, uintptr_t value) { return *payload * value; }

}  // namespace

int main() {
  Stack stack;
  Words w("03-pop-and-push");

  // inner pauses and would give back what it is resumed with; outer adds 1000 to what it gets.
  w.define("inner", 1, [&](Values p) { w.ret(w.pause(w.word(stack), p[0], 2, {})); })->addFnAttr(llvm::Attribute::NoInline);
  w.define("outer", 1, [&](Values p) { w.ret(w.b.CreateAdd(w.call("inner", {p[0]}, 1, {}), w.word(1000))); });

  auto jit = make_jit();
  w.add_to(*jit);

  //   1. paused          2. pop to outer        3. push replacement     4. resume(7)
  //
  //   sp ─► save area    sp ─► save area        sp ─► save area         replacement(payload, 7)
  //         inner              outer                  replacement       outer
  //         outer              finish                   payload: 6      finish
  //         finish                                    outer
  //                                                   finish
  stack.push(lookup(*jit, "outer"));
  stack.resume(5);
  show(stack);

  yg_cursor cursor = stack.cursor();
  check(yg_cursor_step(&cursor));
  check(yg_pop_frames_to(&cursor));
  show(stack);

  const uintptr_t payload = 6;
  check(yg_push_frame_payload(&cursor, address_of(replacement), &payload, sizeof payload, nullptr));
  show(stack);

  // The registers that outer has kept across its call are restored with it: the new top's save area has them.
  std::printf("result %lu\n", stack.resume(7));
}
