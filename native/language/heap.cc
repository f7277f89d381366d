// SPDX-License-Identifier: MIT
#include "heap.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "checked-memory.h"

namespace yl {

namespace {
constexpr size_t kLargestChunk = 16 * 1024 * 1024;
constexpr size_t kHugePage = 2 * 1024 * 1024;
constexpr size_t kLeastTrigger = 4 * 1024 * 1024; // a program with less garbage than this never collects
constexpr size_t kReserve = 64 * 1024;            // beyond the limit, for the error's handler
constexpr uint8_t kPoison = 0xDB;

/** Small buffers come in powers of two from 16 bytes on. */
int class_of(size_t size_bytes) { return size_bytes <= 16 ? 4 : 64 - __builtin_clzll(size_bytes - 1); }

/** The sweep looks at the header of a free cell, nobody at the rest. */
void forbid_cell(const uint8_t *memory, size_t cell_bytes) { forbid_memory(memory + sizeof(Object), cell_bytes - sizeof(Object)); }

/** The next sweep finds the cells that nobody has taken from them. */
void give_up_runs(HeapState &state) {
  for (size_t number = 0; number < kCellClasses; number++) {
    FreeCells &free = state.free[number];
    size_t cell_bytes = (number + 1) * kCellBytes;
    for (uint8_t *at = free.next; kMemoryIsChecked && at != free.end; at += cell_bytes) forbid_cell(at, cell_bytes);
    free = {};
  }
}

template <class Buffer> void put_back(Buffer *&free_buffers, void *memory, size_t size_bytes) {
  auto *buffer = static_cast<Buffer *>(memory);
  buffer->next = free_buffers;
  free_buffers = buffer;
  forbid_memory(memory, size_bytes);
}
} // namespace

Heap::Heap(size_t limit_bytes, HeapState &state) : limit_bytes_(limit_bytes), state_(state) {
  spares_.reserve(kMostSpares / kLeastSpare); // freeing does not allocate
  set_thresholds();
}

Heap::~Heap() {
  epoch_ = 3; // nothing has that mark
  for (auto &cells : classes_) cells.left = cells.blocks.size();
  finish_sweep();
  sweep_large();
  give_back_spares(true);
  for (const Chunk &chunk : chunks_) {
    allow_memory(chunk.memory, chunk.size_bytes); // as others find it who map it again
    munmap(chunk.memory, chunk.size_bytes);
  }
}

size_t Heap::used_bytes() const {
  size_t unused = 0;
  for (const FreeCells &free : state_.free) unused += static_cast<size_t>(free.end - free.next);
  return state_.bytes - unused;
}

void Heap::account(size_t bytes) {
  state_.bytes += bytes;
  if (state_.bytes <= trigger_bytes_) return;
  state_.collection_wanted |= kWantedForSpace;
  if (state_.bytes <= most_bytes_ && bytes <= largest_bytes_) return;
  state_.bytes -= bytes;
  throw OutOfMemory();
}

// ---- blocks and cells -------------------------------------------------------------------------------------------------------------

void *Heap::map(size_t size_bytes) {
  const auto mapped = [size_bytes] {
    return mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  };
  void *memory = mapped();
  if (memory == MAP_FAILED) {
    give_back_spares(true);
    memory = mapped();
  }
  if (memory == MAP_FAILED) throw OutOfMemory();
  // Page faults are most of what fresh memory costs; small programs stay on small pages.
  if (size_bytes >= kHugePage) madvise(memory, size_bytes, MADV_HUGEPAGE);
  chunks_.push_back({memory, size_bytes});
  forbid_memory(memory, size_bytes);
  return memory;
}

uint8_t *Heap::fresh_block(size_t cell_bytes) {
  uint8_t *block;
  if (!free_blocks_.empty()) {
    block = free_blocks_.back();
    free_blocks_.pop_back();
    allow_memory(block, kBlockBytes);
    memset(block, poisons_ ? kPoison : 0, kBlockBytes);
    for (size_t at = 0; poisons_ && at + cell_bytes <= kBlockBytes; at += cell_bytes) reinterpret_cast<Object *>(block + at)->kind = kKindFree;
    return block;
  }
  if (next_block_ == end_of_blocks_) {
    next_block_ = static_cast<uint8_t *>(map(next_chunk_bytes_));
    end_of_blocks_ = next_block_ + next_chunk_bytes_;
    next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, kLargestChunk);
  }
  block = next_block_;
  next_block_ += kBlockBytes;
  allow_memory(block, kBlockBytes);
  return block;
}

void Heap::clear_cell(uint8_t *memory, size_t cell_bytes) {
  auto *object = reinterpret_cast<Object *>(memory);
  if (object->kind == kKindFree) return;
  if (release_object) release_object(*this, object);
  if (poisons_) memset(memory, kPoison, cell_bytes);
  object->kind = kKindFree;
  forbid_cell(memory, cell_bytes);
}

FreeCells Heap::next_run(CellClass &cells, size_t cell_bytes) {
  for (;;) {
    while (cells.cursor < cells.end) {
      uint8_t *first = cells.cursor;
      while (first < cells.end && is_live(first)) first += cell_bytes;
      uint8_t *last = first;
      for (; last < cells.end && !is_live(last); last += cell_bytes) clear_cell(last, cell_bytes);
      cells.cursor = last;
      if (first < last) return {first, last};
    }
    if (cells.left == 0) return {};
    cells.left--;
    cells.cursor = cells.blocks[cells.at];
    cells.end = cells.cursor + kBlockBytes / cell_bytes * cell_bytes;
    cells.at = (cells.at + 1) % cells.blocks.size();
  }
}

void Heap::refill(size_t cell_bytes) {
  CellClass &cells = classes_[cell_bytes / kCellBytes - 1];
  FreeCells run = next_run(cells, cell_bytes);
  bool is_fresh = !run.next;
  if (is_fresh) {
    run.next = fresh_block(cell_bytes);
    run.end = run.next + kBlockBytes / cell_bytes * cell_bytes;
    cells.blocks.push_back(run.next);
  }
  try {
    account(static_cast<size_t>(run.end - run.next));
  } catch (const OutOfMemory &) {
    if (!is_fresh) cells.cursor = run.next;
    throw;
  }
  allow_memory(run.next, static_cast<size_t>(run.end - run.next)); // generated code takes cells without saying so
  state_.free[cell_bytes / kCellBytes - 1] = run;
}

void *Heap::large(size_t size_bytes) {
  account(size_bytes);
  void *memory = malloc(size_bytes);
  if (!memory) {
    give_back_spares(true);
    memory = malloc(size_bytes);
  }
  if (!memory) {
    unaccount(size_bytes);
    throw OutOfMemory();
  }
  large_.push_back(static_cast<Object *>(memory));
  return memory;
}

// ---- buffers ------------------------------------------------------------------------------------------------------------------------

size_t Heap::buffer_bytes(size_t size_bytes) { return size_bytes > kLargestSmallBuffer ? size_bytes : size_t{1} << class_of(size_bytes); }

void *Heap::allocate_buffer(size_t size_bytes) {
  size_t bytes = buffer_bytes(size_bytes);
  account(bytes);
  if (bytes > kLargestSmallBuffer) {
    if (void *spare = take_spare(bytes)) return spare;
    if (void *memory = malloc(bytes)) return memory;
    give_back_spares(true);
    if (void *memory = malloc(bytes)) return memory;
    unaccount(bytes);
    throw OutOfMemory();
  }
  size_t usable_bytes = std::max(size_bytes, sizeof(FreeBuffer));
  int size_class = class_of(size_bytes);
  if (FreeBuffer *buffer = free_buffers_[size_class]) {
    allow_memory(buffer, usable_bytes);
    free_buffers_[size_class] = buffer->next;
    return buffer;
  }
  // What smaller ones have left of a line goes to further small ones.
  for (; bytes >= kBufferAlignment && reinterpret_cast<uintptr_t>(next_buffer_) % kBufferAlignment; next_buffer_ += 16) {
    allow_memory(next_buffer_, sizeof(FreeBuffer));
    put_back(free_buffers_[class_of(16)], next_buffer_, 16);
  }
  if (bytes > static_cast<size_t>(end_of_buffers_ - next_buffer_)) { // what is left of the chunk stays unused
    next_buffer_ = static_cast<uint8_t *>(map(next_chunk_bytes_));
    end_of_buffers_ = next_buffer_ + next_chunk_bytes_;
    next_chunk_bytes_ = std::min(next_chunk_bytes_ * 2, kLargestChunk);
  }
  void *memory = next_buffer_;
  next_buffer_ += bytes;
  allow_memory(memory, usable_bytes);
  return memory;
}

void Heap::free_buffer(void *buffer, size_t size_bytes) {
  if (!buffer) return;
  unaccount(buffer_bytes(size_bytes));
  release_buffer(buffer, size_bytes);
}

void Heap::release_buffer(void *buffer, size_t size_bytes) {
  if (!buffer) return;
  if (poisons_) memset(buffer, kPoison, size_bytes);
  if (size_bytes > kLargestSmallBuffer) {
    if (!keep_spare(buffer, size_bytes)) free(buffer);
    return;
  }
  put_back(free_buffers_[class_of(size_bytes)], buffer, buffer_bytes(size_bytes));
}

void *Heap::take_spare(size_t size_bytes) {
  if (size_bytes < kLeastSpare) return nullptr;
  for (Spare &spare : spares_) {
    if (spare.size_bytes != size_bytes) continue;
    void *memory = spare.memory;
    spare = spares_.back();
    spares_.pop_back();
    spare_bytes_ -= size_bytes;
    allow_memory(memory, size_bytes);
    return memory;
  }
  return nullptr;
}

bool Heap::keep_spare(void *memory, size_t size_bytes) {
  if (size_bytes < kLeastSpare || spare_bytes_ + size_bytes > kMostSpares || spares_.size() == spares_.capacity()) return false;
  spares_.push_back({memory, size_bytes, false});
  spare_bytes_ += size_bytes;
  forbid_memory(memory, size_bytes);
  return true;
}

/** Those that nobody has taken for a whole cycle, or all. */
void Heap::give_back_spares(bool all) {
  size_t kept = 0;
  for (const Spare &spare : spares_) {
    if (!spare.survived && !all) {
      spares_[kept++] = {spare.memory, spare.size_bytes, true};
      continue;
    }
    spare_bytes_ -= spare.size_bytes;
    allow_memory(spare.memory, spare.size_bytes);
    free(spare.memory);
  }
  spares_.resize(kept);
}

// ---- collection -----------------------------------------------------------------------------------------------------------------------

bool Heap::sweep_block(uint8_t *block, size_t cell_bytes) {
  bool lives = false;
  for (uint8_t *at = block; at + cell_bytes <= block + kBlockBytes; at += cell_bytes) {
    if (is_live(at)) lives = true;
    else clear_cell(at, cell_bytes);
  }
  return lives;
}

/** Sweep what nobody has asked for since the last collection. Blocks without any live cell may serve for other sizes from now on. */
void Heap::finish_sweep() {
  for (size_t number = 0; number < kCellClasses; number++) {
    CellClass &cells = classes_[number];
    size_t cell_bytes = (number + 1) * kCellBytes;
    for (; cells.cursor < cells.end; cells.cursor += cell_bytes)
      if (!is_live(cells.cursor)) clear_cell(cells.cursor, cell_bytes);
    std::vector<uint8_t *> empty;
    for (; cells.left; cells.left--, cells.at = (cells.at + 1) % cells.blocks.size())
      if (!sweep_block(cells.blocks[cells.at], cell_bytes)) empty.push_back(cells.blocks[cells.at]);
    if (empty.empty()) continue;
    std::sort(empty.begin(), empty.end());
    auto is_empty = [&](uint8_t *block) { return std::binary_search(empty.begin(), empty.end(), block); };
    cells.blocks.erase(std::remove_if(cells.blocks.begin(), cells.blocks.end(), is_empty), cells.blocks.end());
    free_blocks_.insert(free_blocks_.end(), empty.begin(), empty.end());
    cells.at = 0;
  }
}

void Heap::sweep_large() {
  size_t kept = 0;
  for (Object *object : large_) {
    if (object->mark == epoch_) {
      large_[kept++] = object;
      continue;
    }
    if (release_object) release_object(*this, object);
    if (poisons_) memset(object, kPoison, object->size_bytes);
    free(object);
  }
  large_.resize(kept);
}

void Heap::begin_collection() {
  finish_sweep();
  give_up_runs(state_);
  epoch_ = static_cast<uint8_t>(3 - epoch_);
  live_bytes_ = 0;
}

void Heap::end_collection() {
  sweep_large();
  for (CellClass &cells : classes_) {
    cells.cursor = cells.end = nullptr;
    cells.left = cells.blocks.size();
    // Where the last sweep ended, so that in stress mode freed cells stay poisoned for as long as possible.
    if (cells.at >= cells.left) cells.at = 0;
  }
  if (poisons_) {
    for (size_t number = 0; number < kCellClasses; number++)
      for (uint8_t *block : classes_[number].blocks) sweep_block(block, (number + 1) * kCellBytes);
  }
  give_back_free_blocks();
  give_back_spares(false);
  state_.bytes = live_bytes_;
  state_.collection_wanted &= ~kWantedForSpace;
  set_thresholds();
}

/** Memory that has not been needed for a whole cycle goes back to the system, but for as much as lives. */
void Heap::give_back_free_blocks() {
  size_t keep = std::max<size_t>(live_bytes_, kLargestChunk) / kBlockBytes;
  for (size_t at = keep; at < free_blocks_.size(); at++) madvise(free_blocks_[at], kBlockBytes, MADV_DONTNEED);
}

/**
 * The limit is on what lives. Garbage that nobody has looked at yet does not count, so that one large allocation does not fail for it:
 * until the next collection the heap may be larger than the limit, by no more than what it may grow by.
 */
void Heap::set_thresholds() {
  size_t growth = std::max<size_t>(live_bytes_ * (std::max<uint32_t>(pause_percent_, 101) - 100) / 100, kLeastTrigger);
  size_t room = limit_bytes_ > live_bytes_ ? limit_bytes_ - live_bytes_ : 0;
  if (stopped_ || growth > room) growth = room;
  // Near the limit, collections for a few bytes each would take all the time.
  growth = std::max(growth, std::min<size_t>(live_bytes_ / 16, kLeastTrigger));
  if (room == 0) growth = kReserve;
  trigger_bytes_ = live_bytes_ + growth;
  most_bytes_ = room ? limit_bytes_ + growth : std::max(limit_bytes_ + limit_bytes_ / 16 + kReserve, live_bytes_);
  largest_bytes_ = std::max(room, kReserve);
}

uint32_t Heap::set_pause(uint32_t percent) {
  std::swap(pause_percent_, percent);
  set_thresholds();
  return percent;
}

void Heap::set_stopped(bool stopped) {
  stopped_ = stopped;
  set_thresholds();
}

void Heap::set_stress() {
  poisons_ = true;
  state_.collection_wanted |= kWantedAlways;
}

} // namespace yl
