// SPDX-License-Identifier: MIT
#include "stack-supply.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>

#include "checked-memory.h"
#include "heap.h"

namespace yl {

namespace {

constexpr size_t kKeptBytes = 16384; // the ends that every coroutine touches
constexpr size_t kPage = 4096;
constexpr size_t kLeastSlab = 8, kLargestSlab = 256;

/**
 * Whether anything lies in the page beneath the kept end: what runs deeper has left return addresses there. Giving pages back takes two
 * microseconds also where there are none, which nearly all stacks have.
 */
bool has_run_deep(const yg_stack &stack) {
  if (stack.size <= kKeptBytes + 2 * kPage) return false;
  auto *page = reinterpret_cast<const uint64_t *>(((stack.start + stack.size - kKeptBytes) & ~(kPage - 1)) - kPage);
  allow_memory(page, kPage); // what frames have left there is nothing to a checker
  uint64_t any = 0;
  for (size_t at = 0; at < kPage / sizeof *page; at++) any |= page[at];
  return any != 0;
}

} // namespace

/**
 * From a slab without guards: with them some 30 000 coroutines would use up the mappings that Linux allows a process. All code compares with
 * a stack limit, which leaves room for what does not. Each slab is larger than the one before, so that few coroutines reserve little address space.
 */
yg_stack StackSupply::take() {
  yg_stack stack{};
  if (!spare_.empty()) {
    stack = spare_.back();
    spare_.pop_back();
    return stack;
  }
  if (!slabs_.empty() && yg_stack_new_in_slab(&stack, slabs_.back()) == YG_OK) return stack;
  size_t count = std::min(kLeastSlab << std::min<size_t>(slabs_.size(), 16), kLargestSlab);
  yg_slab *slab;
  if (yg_slab_new(&slab, stack_bytes_, count, YG_SLAB_GUARDLESS) != YG_OK) throw OutOfMemory();
  slabs_.push_back(slab);
  if (yg_stack_new_in_slab(&stack, slab) != YG_OK) throw OutOfMemory();
  return stack;
}

void StackSupply::give(const yg_stack &stack) {
  if (spare_.size() >= warm_ && has_run_deep(stack)) madvise(reinterpret_cast<void *>(stack.start), stack.size - kKeptBytes, MADV_DONTNEED);
  spare_.push_back(stack);
}

void StackSupply::free_all() {
  for (yg_stack &stack : spare_) yg_stack_free(&stack);
  spare_.clear();
  for (yg_slab *slab : slabs_) yg_slab_free(slab);
  slabs_.clear();
}

} // namespace yl
