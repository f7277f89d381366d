// SPDX-License-Identifier: MIT
#include "heap.h"

#include <sys/mman.h>

#include <algorithm>

namespace yl {

namespace {
constexpr size_t kLargestChunk = 16 * 1024 * 1024;
constexpr size_t kHugePage = 2 * 1024 * 1024;

/** Buffers come in powers of two from 16 bytes on. */
int class_of(size_t size_bytes) { return size_bytes <= 16 ? 4 : 64 - __builtin_clzll(size_bytes - 1); }
} // namespace

Heap::~Heap() {
  for (const Chunk &chunk : chunks_) munmap(chunk.memory, chunk.size_bytes);
}

void *Heap::map(size_t size_bytes) {
  void *memory = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw OutOfMemory();
  // Page faults are most of what fresh memory costs; small programs stay on small pages.
  if (size_bytes >= kHugePage) madvise(memory, size_bytes, MADV_HUGEPAGE);
  chunks_.push_back({memory, size_bytes});
  return memory;
}

void *Heap::bump_slow(size_t size_bytes) {
  if (used_bytes_ + size_bytes > limit_bytes_) throw OutOfMemory();
  if (size_bytes > next_chunk_bytes_ / 4) { // a chunk of its own; the current one goes on
    void *memory = map((size_bytes + 4095) & ~size_t{4095});
    used_bytes_ += size_bytes;
    return memory;
  }
  if (used_bytes_ + next_chunk_bytes_ > limit_bytes_) next_chunk_bytes_ = std::max<size_t>(size_bytes, (limit_bytes_ - used_bytes_) & ~size_t{4095});
  next_ = static_cast<uint8_t *>(map(next_chunk_bytes_));
  end_ = next_ + next_chunk_bytes_;
  next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, kLargestChunk);
  return bump(size_bytes);
}

void *Heap::allocate_buffer(size_t size_bytes) {
  int size_class = class_of(size_bytes);
  if (FreeBuffer *buffer = free_[size_class]) {
    free_[size_class] = buffer->next;
    used_bytes_ += size_t{1} << size_class;
    return buffer;
  }
  return bump(size_t{1} << size_class);
}

void Heap::free_buffer(void *buffer, size_t size_bytes) {
  if (!buffer) return;
  int size_class = class_of(size_bytes);
  auto *free = static_cast<FreeBuffer *>(buffer);
  free->next = free_[size_class];
  free_[size_class] = free;
  used_bytes_ -= size_t{1} << size_class;
}

} // namespace yl
