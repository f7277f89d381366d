// SPDX-License-Identifier: MIT
// The garbage collector: marks what can be reached, then lets the heap have the rest (heap.h).
//
// It runs only where a host helper is entered (safepoint.h) and in collectgarbage, never inside of other C++ code, which therefore may hold
// objects in its variables without telling anybody. What it marks from:
//
//   - the helper's own arguments, and the values that travel in the transfer buffers to it;
//   - every frame of the running coroutine, and of those that wait for it (frame-roots.h);
//   - globals, constants of prototypes and of code in use, keys of shapes, what the library keeps, Runtime::handles;
//   - what waits for a host function to return (HostEntry).
//
// A suspended coroutine is marked, with its frames, when somebody refers to it. Callees in feedback are not kept alive by it.
#pragma once
#include <utility>
#include <vector>

#include "engine.h"

namespace yl {

/** Marks objects and all that they refer to. */
class Marker {
 public:
  explicit Marker(Runtime &runtime) : runtime_(runtime), heap_(runtime.heap) {}

  void value(Value value) {
    if (tag_of(value) >= kTagString) reference(value);
  }
  void values(const Value *values, size_t count) {
    for (size_t at = 0; at < count; at++) value(values[at]);
  }
  void string(String *string) { heap_.mark(&string->header); }
  void object(Object *object) {
    // By the time that it is looked at, its cache line has come.
    __builtin_prefetch(object);
    std::swap(object, soon_[next_++ % kSoon]);
    if (object) visit(object);
  }
  void table(Table *table) {
    if (table) object(&table->header);
  }
  void coroutine(Coroutine *coroutine) {
    if (coroutine) object(&coroutine->header);
  }
  /** Go through everything that has been found. */
  void drain();
  /** Afterwards: keys of removed entries whose objects die are not keys any more. */
  void forget_dead_keys();

 private:
  static constexpr uint32_t kSoon = 16;
  void reference(Value value);
  void visit(Object *object);
  /** Whether there was anything. */
  bool visit_soon();
  void trace(Table *table);
  void trace(Function *function) { values(function->captures(), function->capture_count); }
  void trace(Coroutine *coroutine);

  Runtime &runtime_;
  Heap &heap_;
  Object *soon_[kSoon] = {};
  uint32_t next_ = 0;
  std::vector<Object *> pending_; // marked, and what they refer to is not
  std::vector<Table *> with_removed_keys_;
};

/** One collection: mark what only the caller knows, between the two. */
class Collection {
 public:
  /** `running`: the coroutine that waits for this; null when none runs. */
  Collection(Runtime &runtime, Coroutine *running);
  Marker &marker() { return marker_; }
  void finish();

 private:
  Runtime &runtime_;
  Marker marker_;
  uint64_t started_, bytes_before_;
  uint32_t coroutine_id_;
};

/** Where the caller has no values that would have to be marked. */
void collect(Runtime &runtime, Coroutine *running);

/** Heap::release_object. */
void release_object(Heap &heap, Object *object);

} // namespace yl
