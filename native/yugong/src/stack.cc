// SPDX-License-Identifier: MIT
//
// Memory of stacks.
//
// A mapped stack (low address first):
//
//     mapping          guard page, no access: running off the stack faults
//     mapping + page   start of the usable memory, a power of two long
//     start + size     end of the mapping
//
// Freed stacks go to a pool, one list per size, so that making and freeing a coroutine costs no system call when warm. Policy: a list
// holds at most 64 MiB, and between 8 and 1024 stacks; what does not fit is unmapped. Stacks up to 256 KiB keep their pages. From larger
// ones all pages but the 64 KiB nearest the top are given back (MADV_DONTNEED), so that one deep recursion does not stay resident.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "annotations.h"
#include "arch/arch.h"
#include "barrier.h"
#include "memory.h"
#include "slab.h"
#include "publish.h"

namespace yg {
namespace {

constexpr uintptr_t kMinimumSize = 256;
constexpr uintptr_t kBottomSize = 24;  // layout.h
constexpr int kSmallestClass = 12, kLargestClass = 40;
constexpr uintptr_t kKeptSize = 64 << 10, kAlwaysKeptSize = 256 << 10;
constexpr uintptr_t kPooledSizePerClass = 64 << 20;

// Pooled mappings are linked through the last word of each, a page that every stack touches anyway.
class Pool {
 public:
  uintptr_t take(int size_class) {
    std::lock_guard<std::mutex> lock(mutex_);
    List &list = lists_[size_class];
    uintptr_t start = list.first;
    if (start == 0) return 0;
    list.first = loadWord(linkOf(start, size_class));
    list.count--;
    return start;
  }

  bool give(uintptr_t start, int size_class) {
    uintptr_t size = uintptr_t{1} << size_class;
    if (size > kAlwaysKeptSize) madvise(reinterpret_cast<void *>(start), size - kKeptSize, MADV_DONTNEED);
    std::lock_guard<std::mutex> lock(mutex_);
    List &list = lists_[size_class];
    if (list.count >= limitOf(size)) return false;
    storeWord(linkOf(start, size_class), list.first);
    list.first = start;
    list.count++;
    return true;
  }

 private:
  struct List {
    uintptr_t first = 0, count = 0;
  };

  static uintptr_t linkOf(uintptr_t start, int size_class) { return start + (uintptr_t{1} << size_class) - sizeof(uintptr_t); }

  static uintptr_t limitOf(uintptr_t size) {
    uintptr_t limit = kPooledSizePerClass / size;
    return limit < 8 ? 8 : limit > 1024 ? 1024 : limit;
  }

  std::mutex mutex_;
  List lists_[kLargestClass + 1];
};

Pool pool;

uintptr_t pageSize() {
  static const uintptr_t size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return size;
}

int sizeClassOf(uintptr_t size) {
  int size_class = size <= 1 ? 0 : 64 - __builtin_clzl(size - 1);
  return size_class < kSmallestClass ? kSmallestClass : size_class;
}

uintptr_t mapStack(uintptr_t size) {
  uintptr_t page = pageSize();
  void *mapping = mmap(nullptr, size + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
  if (mapping == MAP_FAILED) return 0;
  if (mprotect(mapping, page, PROT_NONE) != 0) {
    munmap(mapping, size + page);
    return 0;
  }
  uintptr_t start = reinterpret_cast<uintptr_t>(mapping) + page;
  annotateStackMade(start, size);
  return start;
}

void unmapStack(uintptr_t start, uintptr_t size) {
  annotateStackGone(start);
  munmap(reinterpret_cast<void *>(start - pageSize()), size + pageSize());
}

// Write the bottom frame and point sp to it: a hand-written SS top that frames can be pushed on.
void makeBottom(yg_stack *stack) {
  uintptr_t top = (stack->start + stack->size) & ~uintptr_t{15};
  uintptr_t slot = top - kBottomSize;
  storeWord(slot, addressOf(_yg_stack_bottom));
  storeWord(slot + 8, 0);
  storeWord(slot + 16, 0);
  stack->sp = slot;
}

// A new stack over this memory, which is the caller's unless more is said.
void lay(yg_stack *stack, uintptr_t start, uintptr_t size) {
  *stack = yg_stack{};
  stack->start = start;
  stack->size = size;
  makeBottom(stack);
}

// Whether nothing needs its frames; then they are forgotten.
yg_status forgetFrames(yg_stack *stack) {
  if (stack == nullptr || stack->size == 0) return YG_ERROR_ARGUMENT;
  if (stack->sp == 0) return YG_ERROR_NOT_PAUSED;
  if (stack->tracked != 0) return YG_ERROR_IN_USE;
  removeBarriersAbove(stack, UINTPTR_MAX);
  annotateUnused(stack->start, stack->size);
  annotateFiberGone(stack);
  return YG_OK;
}

}  // namespace
}  // namespace yg

using namespace yg;

yg_status yg_stack_new(yg_stack *stack, uintptr_t size) {
  if (stack == nullptr) return YG_ERROR_ARGUMENT;
  if (size > uintptr_t{1} << kLargestClass) return YG_ERROR_MEMORY;
  int size_class = sizeClassOf(size);
  uintptr_t rounded = uintptr_t{1} << size_class;
  uintptr_t start = pool.take(size_class);
  if (start == 0) start = mapStack(rounded);
  if (start == 0) return YG_ERROR_MEMORY;
  lay(stack, start, rounded);
  stack->mapping = start - pageSize();
  stack->mapping_size = rounded + pageSize();
  publishStack(stack);
  return YG_OK;
}

yg_status yg_stack_new_in_slab(yg_stack *stack, yg_slab *slab) {
  if (stack == nullptr || slab == nullptr) return YG_ERROR_ARGUMENT;
  uintptr_t size, start = takeFromSlab(slab, &size);
  if (start == 0) return YG_ERROR_MEMORY;
  lay(stack, start, size);
  stack->slab = slab;
  return YG_OK;
}

yg_status yg_stack_new_in(yg_stack *stack, void *memory, uintptr_t size) {
  if (stack == nullptr || memory == nullptr) return YG_ERROR_ARGUMENT;
  uintptr_t start = (reinterpret_cast<uintptr_t>(memory) + 7) & ~uintptr_t{7};
  uintptr_t skipped = start - reinterpret_cast<uintptr_t>(memory);
  if (size < kMinimumSize + skipped) return YG_ERROR_SIZE;
  annotateStackMade(start, size - skipped);
  lay(stack, start, (size - skipped) & ~uintptr_t{7});
  publishStack(stack);
  return YG_OK;
}

yg_status yg_stack_free(yg_stack *stack) {
  if (yg_status status = forgetFrames(stack)) return status;
  unpublishStack(stack);
  if (stack->slab != nullptr) giveToSlab(stack->slab, stack->start);
  else if (stack->mapping == 0) annotateStackGone(stack->start);
  if (stack->mapping != 0 && !pool.give(stack->start, sizeClassOf(stack->size))) unmapStack(stack->start, stack->size);
  *stack = yg_stack{};
  return YG_OK;
}

yg_status yg_stack_reset(yg_stack *stack) {
  if (yg_status status = forgetFrames(stack)) return status;
  makeBottom(stack);
  stack->generation++;
  stack->fiber = nullptr;
  return YG_OK;
}

yg_status yg_stack_move(yg_stack *to, yg_stack *from) {
  if (to == nullptr || from == nullptr || to == from || from->size == 0) return YG_ERROR_ARGUMENT;
  if (from->sp == 0) return YG_ERROR_NOT_PAUSED;
  if (from->tracked != 0 || to->size != 0) return YG_ERROR_IN_USE;
  yg_stack moved = *from;
  moved.generation = (from->generation > to->generation ? from->generation : to->generation) + 1;
  yg_stack nothing{};
  nothing.generation = moved.generation;
  std::memcpy(nothing.owner, from->owner, sizeof nothing.owner);
  std::memcpy(moved.owner, to->owner, sizeof moved.owner);
  *from = nothing;
  *to = moved;
  giveBarriersTo(to);
  republishStack(to, from);
  return YG_OK;
}

void yg_stack_pool_release(void) {
  for (int size_class = kSmallestClass; size_class <= kLargestClass; size_class++)
    while (uintptr_t start = pool.take(size_class)) unmapStack(start, uintptr_t{1} << size_class);
}

extern "C" __attribute__((noreturn, visibility("hidden"))) void yg_bottom_reached(void) {
  std::fputs("yugong: the last frame of a stack has returned; its function must swap to another stack instead\n", stderr);
  std::abort();
}
