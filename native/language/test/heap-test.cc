// SPDX-License-Identifier: MIT
#include "heap.h"

#include <gtest/gtest.h>

namespace yl {

TEST(Heap, FillsInHeadersAndAligns) {
  uint64_t used = 0;
  Heap heap(1 << 20, used);
  auto *cell = heap.allocate<Cell>(kKindCell);
  auto *string = heap.allocate<String>(kKindString, sizeof(String) + 6);
  EXPECT_EQ(cell->header.kind, kKindCell);
  EXPECT_EQ(string->header.size_bytes, 32u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(string) % 16, 0u);
  EXPECT_EQ(used, 48u);
}

TEST(Heap, RecyclesBuffersOfOneSize) {
  uint64_t used = 0;
  Heap heap(1 << 20, used);
  void *first = heap.allocate_buffer(100);
  heap.free_buffer(first, 100);
  EXPECT_EQ(used, 0u);
  EXPECT_EQ(heap.allocate_buffer(128), first);
  EXPECT_NE(heap.allocate_buffer(128), first);
}

TEST(Heap, StopsAtItsLimit) {
  uint64_t used = 0;
  Heap heap(1 << 20, used);
  EXPECT_THROW(heap.allocate_buffer(2 << 20), OutOfMemory);
  EXPECT_THROW(
      {
        for (;;) heap.allocate_buffer(1000);
      },
      OutOfMemory);
  EXPECT_LE(used, 1u << 20);
}

TEST(Heap, KeepsLargeBuffersApart) {
  uint64_t used = 0;
  Heap heap(64 << 20, used);
  auto *large = static_cast<char *>(heap.allocate_buffer(8 << 20));
  auto *small = static_cast<char *>(heap.allocate_buffer(16));
  large[0] = large[(8 << 20) - 1] = 1;
  *small = 2;
  EXPECT_EQ(large[(8 << 20) - 1], 1);
}

} // namespace yl
