// SPDX-License-Identifier: MIT
// Memory of one engine: objects are bump-allocated in chunks, buffers (arrays, slots, hash parts) are recycled by size.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <vector>

#include "object.h"

namespace yl {

/** The engine's memory limit is reached, or the system gave no memory. The helper boundary makes a language error of it. */
struct OutOfMemory : std::exception {};

class Heap {
 public:
  /** `used_bytes` is kept up to date: the engine shows it to generated code. */
  Heap(size_t limit_bytes, uint64_t &used_bytes) : limit_bytes_(limit_bytes), used_bytes_(used_bytes) {}
  ~Heap();
  Heap(const Heap &) = delete;
  Heap &operator=(const Heap &) = delete;

  /** An object whose header is filled in and whose rest is not; `size_bytes` is rounded up to 16. */
  template <class T> T *allocate(ObjectKind kind, size_t size_bytes = sizeof(T)) {
    size_bytes = (size_bytes + 15) & ~size_t{15};
    auto *header = static_cast<Object *>(bump(size_bytes));
    *header = Object{kind, 0, 0, static_cast<uint32_t>(size_bytes)};
    return reinterpret_cast<T *>(header);
  }
  /** Memory that one object owns. Give it back with the same size, or not at all. */
  void *allocate_buffer(size_t size_bytes);
  void free_buffer(void *buffer, size_t size_bytes);
  template <class T> T *allocate_array(size_t count) { return static_cast<T *>(allocate_buffer(count * sizeof(T))); }
  template <class T> void free_array(T *array, size_t count) { free_buffer(array, count * sizeof(T)); }

 private:
  struct FreeBuffer { FreeBuffer *next; };
  struct Chunk { void *memory; size_t size_bytes; };
  static constexpr int kClasses = 48;

  void *bump(size_t size_bytes) {
    if (size_bytes > static_cast<size_t>(end_ - next_)) return bump_slow(size_bytes);
    void *memory = next_;
    next_ += size_bytes;
    used_bytes_ += size_bytes;
    return memory;
  }
  void *bump_slow(size_t size_bytes);
  void *map(size_t size_bytes);

  size_t limit_bytes_;
  uint64_t &used_bytes_;
  uint8_t *next_ = nullptr, *end_ = nullptr;
  size_t next_chunk_bytes_ = 256 * 1024;
  std::vector<Chunk> chunks_;
  FreeBuffer *free_[kClasses] = {}; // by log2 of the size
};

} // namespace yl
