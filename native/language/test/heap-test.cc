// SPDX-License-Identifier: MIT
#include "heap.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "checked-memory.h"

namespace yl {

namespace {

/** Whether a checker would complain. */
bool is_forbidden([[maybe_unused]] const void *byte) {
#if defined(YUGONG_VALGRIND)
  unsigned char bits;
  constexpr unsigned kNotAddressable = 3;
  return VALGRIND_GET_VBITS(byte, &bits, 1) == kNotAddressable;
#elif defined(__SANITIZE_ADDRESS__)
  return __asan_address_is_poisoned(byte);
#else
  return false;
#endif
}

class CellHeap : public testing::Test {
 protected:
  Cell *make() {
    Cell *cell = heap.allocate<Cell>(kKindCell);
    cell->value = 7;
    return cell;
  }
  /** A collection that these objects survive. */
  void collect(const std::vector<Cell *> &live = {}) {
    heap.begin_collection();
    for (Cell *cell : live) heap.mark(&cell->header);
    heap.end_collection();
  }

  HeapState state{};
  Heap heap{8 << 20, state};
};

} // namespace

TEST_F(CellHeap, FillsInHeadersAndAligns) {
  auto *cell = make();
  auto *string = heap.allocate<String>(kKindString, sizeof(String) + 6);
  EXPECT_EQ(cell->header.kind, kKindCell);
  EXPECT_EQ(string->header.size_bytes, 32u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(string) % 16, 0u);
  EXPECT_EQ(heap.used_bytes(), 48u);
}

TEST_F(CellHeap, RecyclesBuffersOfOneSize) {
  void *first = heap.allocate_buffer(100);
  heap.free_buffer(first, 100);
  EXPECT_EQ(heap.used_bytes(), 0u);
  EXPECT_EQ(heap.allocate_buffer(128), first);
  EXPECT_NE(heap.allocate_buffer(128), first);
}

TEST_F(CellHeap, CheckersKnowWhichCellsAreFree) {
  auto *dead = make(), *live = make();
  collect({live});
  collect({live}); // which sweeps
  EXPECT_EQ(is_forbidden(&dead->value), kMemoryIsChecked);
  EXPECT_FALSE(is_forbidden(&dead->header));
  EXPECT_FALSE(is_forbidden(&live->value));
  auto *again = make();
  EXPECT_EQ(again, dead);
  EXPECT_FALSE(is_forbidden(&again->value));
}

TEST_F(CellHeap, CheckersKnowWhereBuffersEnd) {
  auto *buffer = static_cast<char *>(heap.allocate_buffer(40));
  EXPECT_FALSE(is_forbidden(buffer + 39));
  EXPECT_EQ(is_forbidden(buffer + 40), kMemoryIsChecked);
  heap.free_buffer(buffer, 40);
  EXPECT_EQ(is_forbidden(buffer), kMemoryIsChecked);
  EXPECT_EQ(heap.allocate_buffer(64), buffer);
  EXPECT_FALSE(is_forbidden(buffer + 63));
}

TEST_F(CellHeap, KeepsLargeBuffersApart) {
  auto *large = static_cast<char *>(heap.allocate_buffer(6 << 20));
  auto *small = static_cast<char *>(heap.allocate_buffer(16));
  large[0] = large[(6 << 20) - 1] = 1;
  *small = 2;
  EXPECT_EQ(large[(6 << 20) - 1], 1);
  heap.free_buffer(large, 6 << 20);
  EXPECT_EQ(heap.used_bytes(), 16u);
}

TEST_F(CellHeap, LargeBuffersAreUsedAgainUntilNobodyHasWantedOneForACycle) {
  constexpr size_t kBytes = 2 << 20;
  auto *first = static_cast<char *>(heap.allocate_buffer(kBytes));
  first[kBytes - 1] = 1;
  heap.free_buffer(first, kBytes);
  EXPECT_EQ(heap.used_bytes(), 0u);
  EXPECT_EQ(is_forbidden(first), kMemoryIsChecked);
  collect({});
  char *again = static_cast<char *>(heap.allocate_buffer(kBytes));
  EXPECT_EQ(again, first);
  again[0] = 2;
  EXPECT_EQ(heap.used_bytes(), kBytes);
  heap.free_buffer(again, kBytes);
  collect({});
  collect({}); // gives it back
  char *other = static_cast<char *>(heap.allocate_buffer(kBytes));
  other[0] = other[kBytes - 1] = 3;
  heap.free_buffer(other, kBytes);
}

TEST_F(CellHeap, CellsOfTheDeadAreUsedAgainAndThoseOfTheLivingAreNot) {
  std::vector<Cell *> cells, live;
  for (int number = 0; number < 5000; number++) cells.push_back(make());
  for (size_t at = 0; at < cells.size(); at += 3) live.push_back(cells[at]);
  for (int round = 0; round < 4; round++) {
    collect(live);
    EXPECT_EQ(heap.used_bytes(), live.size() * sizeof(Cell));
    std::vector<Cell *> fresh;
    for (size_t at = live.size(); at < cells.size(); at++) fresh.push_back(make());
    for (Cell *cell : fresh) EXPECT_EQ(std::find(live.begin(), live.end(), cell), live.end());
    std::sort(fresh.begin(), fresh.end());
    EXPECT_EQ(std::unique(fresh.begin(), fresh.end()), fresh.end());
    for (Cell *cell : live) EXPECT_EQ(cell->value, 7u);
    std::vector<Cell *> all(cells);
    std::sort(all.begin(), all.end());
    EXPECT_TRUE(round > 0 || std::binary_search(all.begin(), all.end(), fresh.front()));
  }
}

TEST_F(CellHeap, ObjectsMadeSinceACollectionSurviveItsSweep) {
  for (int number = 0; number < 3000; number++) make();
  collect();
  std::vector<Cell *> fresh;
  for (int number = 0; number < 4000; number++) fresh.push_back(make());
  for (Cell *cell : fresh) EXPECT_EQ(cell->header.kind, kKindCell);
  collect(fresh);
  for (Cell *cell : fresh) EXPECT_EQ(cell->value, 7u);
}

TEST_F(CellHeap, EmptyBlocksServeOtherSizes) {
  for (int number = 0; number < 50000; number++) make();
  size_t before = heap.used_bytes();
  collect();
  collect();
  for (int number = 0; number < 5000; number++) heap.allocate<Object>(kKindString, 128);
  EXPECT_LE(heap.used_bytes(), before);
  for (int number = 0; number < 100; number++) EXPECT_EQ(make()->header.mark, 0);
}

TEST_F(CellHeap, LargeObjectsGoWhenNobodyHasMarkedThem) {
  auto *kept = heap.allocate<Object>(kKindString, 10000);
  heap.allocate<Object>(kKindString, 20000);
  heap.begin_collection();
  heap.mark(kept);
  heap.end_collection();
  EXPECT_EQ(heap.used_bytes(), 10000u);
}

TEST_F(CellHeap, TellsWhoeverReleasesWhatTheDeadOwn) {
  static std::vector<Object *> released;
  released.clear();
  heap.release_object = [](Heap &, Object *object) { released.push_back(object); };
  Cell *dead = make(), *live = make();
  collect({live});
  collect({live});
  EXPECT_EQ(released, std::vector<Object *>{&dead->header});
  heap.release_object = nullptr;
}

TEST_F(CellHeap, WantsACollectionWhenItHasGrown) {
  std::vector<Cell *> live;
  while (!state.collection_wanted) live.push_back(make());
  EXPECT_GE(heap.used_bytes(), 3u << 20);
  EXPECT_LE(heap.used_bytes(), 5u << 20);
  collect(live);
  EXPECT_FALSE(state.collection_wanted);
}

TEST_F(CellHeap, StressOverwritesWhatIsFreed) {
  heap.set_stress();
  Cell *cell = make();
  void *buffer = heap.allocate_buffer(64);
  collect();
  EXPECT_EQ(cell->header.kind, kKindFree);
  allow_memory(cell, sizeof *cell);
  EXPECT_EQ(cell->value, 0xDBDBDBDBDBDBDBDBu);
  heap.free_buffer(buffer, 64);
  allow_memory(buffer, 64);
  EXPECT_EQ(static_cast<uint8_t *>(buffer)[63], 0xDB);
  EXPECT_TRUE(state.collection_wanted);
}

// ---- the limit is on what lives ------------------------------------------------------------------------------------------------------

TEST_F(CellHeap, OneAllocationBeyondTheLimitFails) { EXPECT_THROW(heap.allocate_buffer(9 << 20), OutOfMemory); }

TEST_F(CellHeap, FailsWhenTheLimitIsReachedAndGoesOnWhenThereIsRoomAgain) {
  std::vector<Cell *> live;
  auto fill = [&] {
    for (;;) {
      if (state.collection_wanted) collect(live);
      live.push_back(make());
    }
  };
  EXPECT_THROW(fill(), OutOfMemory);
  EXPECT_GE(live.size() * sizeof(Cell), 7u << 20);
  EXPECT_LE(live.size() * sizeof(Cell), 9u << 20);
  live.clear();
  collect();
  EXPECT_NO_THROW(make());
  EXPECT_LE(heap.used_bytes(), 1000u);
}

TEST_F(CellHeap, GarbageIsNoReasonToFail) {
  // Nobody owns them: the next collection does not count them.
  constexpr size_t kBytes = 5 << 20;
  void *first = heap.allocate_buffer(kBytes), *second = nullptr;
  EXPECT_NO_THROW(second = heap.allocate_buffer(kBytes));
  EXPECT_TRUE(state.collection_wanted);
  collect();
  EXPECT_EQ(heap.used_bytes(), 0u);
  heap.release_buffer(first, kBytes);
  heap.release_buffer(second, kBytes);
}

TEST_F(CellHeap, StoppedItCollectsOnlyAtTheLimit) {
  heap.set_stopped(true);
  while (heap.used_bytes() < 7 << 20) make();
  EXPECT_FALSE(state.collection_wanted);
  while (heap.used_bytes() < 9 << 20) make();
  EXPECT_TRUE(state.collection_wanted);
}

} // namespace yl
