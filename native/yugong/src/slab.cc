// SPDX-License-Identifier: MIT
//
// Many stacks in one mapping.
//
//     mapping                  guard page of the slab
//     + i * stride             stack i: [guard page, if there are guards], usable memory, what its colour leaves of the last page
//
// Stacks that all ended at the same offset in a page would keep their innermost frames in the same few sets of the caches: 500 coroutines
// that take turns miss a second-level cache of 1 MiB at every switch, of whose 16 384 lines only 256 are for one offset. So each ends at another line
// of its last page, its *colour*; and the odd number of pages from one to the next does the same for the page table's entries.
//
// The kernel allows a process some 65 000 mappings (vm.max_map_count), and a guard page splits its surroundings in two, so no more than
// about 32 000 guarded stacks can live at once, however they are mapped. Without guards a slab is one mapping, whatever its size.
// Huge pages are declined: each stack touches one page, and a huge page would fill the memory of all its neighbours.
#include "slab.h"

#include <sys/mman.h>
#include <unistd.h>

#include <mutex>
#include <new>

#include "annotations.h"
#include "memory.h"

struct yg_slab {
  std::mutex mutex;
  uintptr_t mapping, mapping_size, stride, page, guard_size, stack_size, capacity;
  uintptr_t fresh = 0;  // stacks from this number on have never been used
  uintptr_t free = 0;   // address of the usable memory of the first freed one, linked through their last words
  uintptr_t live = 0;
};

namespace yg {
namespace {

constexpr uintptr_t kLine = 64;
constexpr uintptr_t kColours = 48;      // of 64 lines: a quarter of the page is left for the frames of a stack that does little
constexpr uintptr_t kLinesApart = 5;    // of one stack and the next; some lines of each are in use. No divisor of kColours

/** Number of bytes of the stack whose usable memory begins at `start`. */
uintptr_t sizeOf(const yg_slab *slab, uintptr_t start) {
  uintptr_t number = (start - slab->mapping) / slab->stride;
  return slab->stack_size + slab->page - number * kLinesApart % kColours * kLine;
}

uintptr_t linkOf(const yg_slab *slab, uintptr_t start) { return start + sizeOf(slab, start) - sizeof(uintptr_t); }

}  // namespace

uintptr_t takeFromSlab(yg_slab *slab, uintptr_t *size) {
  std::lock_guard<std::mutex> lock(slab->mutex);
  uintptr_t start = slab->free;
  if (start != 0) {
    slab->free = loadWord(linkOf(slab, start));
  } else {
    if (slab->fresh == slab->capacity) return 0;
    uintptr_t at = slab->mapping + slab->page + slab->fresh * slab->stride;
    if (slab->guard_size != 0 && mprotect(reinterpret_cast<void *>(at), slab->guard_size, PROT_NONE) != 0) return 0;
    start = at + slab->guard_size;
    slab->fresh++;
  }
  slab->live++;
  *size = sizeOf(slab, start);
  annotateStackMade(start, *size);
  return start;
}

void giveToSlab(yg_slab *slab, uintptr_t start) {
  annotateStackGone(start);
  std::lock_guard<std::mutex> lock(slab->mutex);
  storeWord(linkOf(slab, start), slab->free);
  slab->free = start;
  slab->live--;
}

}  // namespace yg

using namespace yg;

yg_status yg_slab_new(yg_slab **out, uintptr_t stack_size, uintptr_t count, uint32_t flags) {
  if (out == nullptr) return YG_ERROR_ARGUMENT;
  *out = nullptr;
  if (count == 0 || (flags & ~uint32_t{YG_SLAB_GUARDLESS}) != 0) return YG_ERROR_ARGUMENT;
  uintptr_t page = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  if (stack_size < page) stack_size = page;
  if (stack_size > UINTPTR_MAX / 4) return YG_ERROR_MEMORY;
  stack_size = (stack_size + page - 1) & ~(page - 1);
  uintptr_t guard_size = (flags & YG_SLAB_GUARDLESS) != 0 ? 0 : page;
  uintptr_t stride = guard_size + stack_size + page, total;
  if (stride / page % 2 == 0) stride += page;
  if (__builtin_mul_overflow(stride, count, &total) || total > UINTPTR_MAX / 4) return YG_ERROR_MEMORY;
  total += page;
  void *mapping = mmap(nullptr, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED) return YG_ERROR_MEMORY;
  madvise(mapping, total, MADV_NOHUGEPAGE);
  yg_slab *slab = new (std::nothrow) yg_slab;
  if (slab == nullptr || mprotect(mapping, page, PROT_NONE) != 0) {
    delete slab;
    munmap(mapping, total);
    return YG_ERROR_MEMORY;
  }
  slab->mapping = reinterpret_cast<uintptr_t>(mapping);
  slab->mapping_size = total;
  slab->stride = stride;
  slab->page = page;
  slab->guard_size = guard_size;
  slab->stack_size = stack_size;
  slab->capacity = count;
  *out = slab;
  return YG_OK;
}

yg_status yg_slab_free(yg_slab *slab) {
  if (slab == nullptr) return YG_ERROR_ARGUMENT;
  {
    std::lock_guard<std::mutex> lock(slab->mutex);
    if (slab->live != 0) return YG_ERROR_IN_USE;
  }
  munmap(reinterpret_cast<void *>(slab->mapping), slab->mapping_size);
  delete slab;
  return YG_OK;
}
