// SPDX-License-Identifier: MIT
//
// Pattern 9: precise roots for a garbage collector.
//
// Allocation is a host call. When the heap is full, the collector walks all stacks, running and suspended: the keep-alive values of each
// frame, where its call-site id says that they are references, are exactly the roots. There is no shadow stack, and nothing is guessed.
//
//     expect: wait holds pear
//     expect: make holds apple
//     expect: freed plum
//     expect: made apple, cherry
//     expect: the task still has pear
#include <algorithm>

#include "pattern.h"

using namespace pattern;

namespace {

// The heap: room for three objects.
const char *heap[3];
const char *fruits[] = {"pear", "apple", "plum", "cherry"}, **next_fruit = fruits;

Stack *stacks[2];
Words *words;

const char *&object(uint64_t reference) { return *reinterpret_cast<const char **>(reference); }

//   task                            main, when the heap is full
//
//   sp ─► save area                 sp ─► save area
//         wait   csid 2: 1000, pear       make   csid 5: apple
//         finish                          finish
void collect() {
  std::vector<const char **> live;
  for (Stack *stack : stacks) {
    for (yg_cursor frame = stack->cursor(); !is_bottom(frame); check(yg_cursor_step(&frame))) {
      const yugong::CallSiteInfo &site = *words->stackmaps.lookup(yg_get_csid(&frame));
      const std::vector<uint64_t> values = keepalives(frame);
      for (size_t i = 0; i < values.size(); i++) {
        // What the compiler knows about its ids: here, the names of references begin with "ref".
        if (site.keepAlives[i].name.rfind("ref", 0) != 0) continue;
        live.push_back(&object(values[i]));
        std::printf("%s holds %s\n", site.function.c_str(), object(values[i]));
      }
    }
  }
  for (const char *&entry : heap) {
    if (std::find(live.begin(), live.end(), &entry) != live.end()) continue;
    std::printf("freed %s\n", entry);
    entry = nullptr;
  }
}

}  // namespace

extern "C" yg_pair allocate_on_host(yg_stack *) {
  auto is_free = [](const char *entry) { return entry == nullptr; };
  if (std::none_of(std::begin(heap), std::end(heap), is_free)) collect();
  const char **entry = std::find_if(std::begin(heap), std::end(heap), is_free);
  *entry = *next_fruit++;
  return {reinterpret_cast<uintptr_t>(entry), 0};
}
YG_HOST_THUNK(allocate, allocate_on_host);
extern "C" void allocate();

int main() {
  Stack main_stack, task;
  stacks[0] = &task, stacks[1] = &main_stack;
  Words w("09-precise-roots");
  words = &w;

  // The task: i64 wait() { pear = allocate(); swap(host); return pear; }
  w.define("wait", 0, [&](Values) {
    llvm::Value *pear = w.call("allocate", {w.word(task)}, 1, {});
    pear->setName("ref.pear");
    w.pause(w.word(task), w.word(0), 2, {w.word(1000), pear});
    w.ret(pear);
  });

  // The main program: pair make() { apple = allocate(); allocate(); cherry = allocate(); swap(host, apple); return cherry; }
  w.define("make", 0, [&](Values) {
    llvm::Value *apple = w.call("allocate", {w.word(main_stack)}, 3, {});
    apple->setName("ref.apple");
    w.call("allocate", {w.word(main_stack)}, 4, {apple});  // plum: nobody keeps it
    llvm::Value *cherry = w.call("allocate", {w.word(main_stack)}, 5, {apple});
    cherry->setName("ref.cherry");
    w.pause(w.word(main_stack), apple, 6, {cherry});
    w.ret(cherry);
  });

  auto jit = make_jit();
  llvm::cantFail(jit->define("allocate", address_of(allocate)));
  w.add_to(*jit);
  task.push(lookup(*jit, "wait"));
  task.resume();
  main_stack.push(lookup(*jit, "make"));
  const char *apple = object(main_stack.resume()), *cherry = object(main_stack.resume());
  std::printf("made %s, %s\n", apple, cherry);
  std::printf("the task still has %s\n", object(task.resume()));
}
