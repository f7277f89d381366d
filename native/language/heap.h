// SPDX-License-Identifier: MIT
// Memory of one engine. Nothing in it moves.
//
//   cells     objects of up to kLargestCell bytes, in blocks of one size each; free cells have kind 0
//   large     objects beyond that, one by one
//   buffers   what tables own (arrays, slots, hash parts): freed with their owner, or when it has outgrown them
//
// A block as the sweep finds it, and what becomes of it:
//
//     │ live │ dead │ free │ live │ dead │ dead │ live │
//            └─ a run ────┘       └─ a run ────┘            next run: HeapState::free[class] = {next, end}
//
// Allocation takes cells from the run, which generated code does by itself. When it is used up, the sweep goes on to the next one, where
// it left off: it is part of allocation, and what is never asked for is swept when the next collection begins. An object is live if
// its mark is that of the last collection, or if it was made since: then it lies behind the sweep, which never looks at it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <exception>
#include <vector>

#include "object.h"

namespace yl {

/** The engine's memory limit is reached, or the system gave no memory. The helper boundary makes a language error of it. */
struct OutOfMemory : std::exception {};

/** Bits of HeapState::collection_wanted. */
constexpr uint64_t kWantedForSpace = 1, kWantedAlways = 2;

class Heap {
 public:
  /** `state` is the part that generated code knows; all zero. */
  Heap(size_t limit_bytes, HeapState &state);
  ~Heap();
  Heap(const Heap &) = delete;
  Heap &operator=(const Heap &) = delete;

  /** An object whose header is filled in and whose rest is not; `size_bytes` is rounded up to 16. */
  template <class T> T *allocate(ObjectKind kind, size_t size_bytes = sizeof(T)) {
    size_bytes = whole_cells(size_bytes);
    return begin<T>(size_bytes <= kLargestCell ? cell(size_bytes) : large(size_bytes), kind, size_bytes);
  }
  /** The same in a cell that is free already; null when there is none. Throws nothing and needs hardly any stack. */
  template <class T> T *try_allocate(ObjectKind kind, size_t size_bytes = sizeof(T)) {
    size_bytes = whole_cells(size_bytes);
    if (size_bytes > kLargestCell || free_cells(size_bytes).next == free_cells(size_bytes).end) return nullptr;
    return begin<T>(cell(size_bytes), kind, size_bytes);
  }
  /** Memory that one object owns; of kBufferAlignment bytes or more it begins at a multiple of that. Give it back with the same size. */
  static constexpr size_t kBufferAlignment = 64;
  void *allocate_buffer(size_t size_bytes);
  void free_buffer(void *buffer, size_t size_bytes);
  template <class T> T *allocate_array(size_t count) { return static_cast<T *>(allocate_buffer(count * sizeof(T))); }
  template <class T> void free_array(T *array, size_t count) { free_buffer(array, count * sizeof(T)); }
  /** What a buffer of so many bytes takes. */
  static size_t buffer_bytes(size_t size_bytes);

  /** Memory outside of this heap that lives as long as an object of it. */
  void account(size_t bytes);
  void unaccount(size_t bytes) { state_.bytes -= bytes; }

  /** Objects and buffers in use or not yet swept… since the last collection: garbage of before is not counted. */
  size_t used_bytes() const;

  // ---- collection: begin_collection, then mark what lives, then end_collection -------------------------------------------------
  void begin_collection();
  /** False when the object had been marked. */
  bool mark(Object *object) {
    if (object->mark == epoch_) return false;
    object->mark = epoch_;
    live_bytes_ += object->size_bytes;
    return true;
  }
  bool is_marked(const Object *object) const { return object->mark == epoch_; }
  /** A buffer, or memory outside, of an object that has been marked. */
  void mark_bytes(size_t bytes) { live_bytes_ += bytes; }
  void end_collection();

  // ---- policy -------------------------------------------------------------------------------------------------------------------
  /** When the heap has grown to so many percent of what lived after the last collection, the next one is wanted. Returns the last value. */
  uint32_t set_pause(uint32_t percent);
  /** Collect for space only when the limit is near. */
  void set_stopped(bool stopped);
  /** Overwrite what is freed, at once; and want a collection at every safepoint. */
  void set_stress();
  bool stressed() const { return poisons_; }

  /** Called for each object that dies, before its memory is used again: gives back what it owns by `release_buffer`. */
  void (*release_object)(Heap &heap, Object *object) = nullptr;
  void release_buffer(void *buffer, size_t size_bytes);

 private:
  struct FreeBuffer { FreeBuffer *next; };
  struct Chunk { void *memory; size_t size_bytes; };
  /** A large buffer that is free. Mapping 16 MiB anew costs 4096 page faults, as much as a program does with an array of that size. */
  struct Spare { void *memory; size_t size_bytes; bool survived; };
  static constexpr size_t kLeastSpare = 256 << 10, kMostSpares = 64 << 20;
  static constexpr size_t kBlockBytes = 16 * 1024, kLargestSmallBuffer = 2048;
  static constexpr int kBufferClasses = 12; // by log2 of the size
  /** Blocks of one cell size; the sweep has `left` of them before it, of which `at` is the next, and is at `cursor` of the current one. */
  struct CellClass {
    std::vector<uint8_t *> blocks;
    size_t at = 0, left = 0;
    uint8_t *cursor = nullptr, *end = nullptr;
  };

  static size_t whole_cells(size_t size_bytes) { return (size_bytes + kCellBytes - 1) & ~(kCellBytes - 1); }
  template <class T> static T *begin(void *memory, ObjectKind kind, size_t size_bytes) {
    *static_cast<Object *>(memory) = Object{kind, 0, 0, static_cast<uint32_t>(size_bytes)};
    return static_cast<T *>(memory);
  }
  FreeCells &free_cells(size_t size_bytes) { return state_.free[size_bytes / kCellBytes - 1]; }
  void *cell(size_t size_bytes) {
    FreeCells &free = free_cells(size_bytes);
    if (free.next == free.end) refill(size_bytes);
    void *memory = free.next;
    free.next += size_bytes;
    return memory;
  }
  void refill(size_t cell_bytes);
  FreeCells next_run(CellClass &cells, size_t cell_bytes);
  void *large(size_t size_bytes);
  uint8_t *fresh_block(size_t cell_bytes);
  void *map(size_t size_bytes);
  bool is_live(const uint8_t *memory) const {
    auto *object = reinterpret_cast<const Object *>(memory);
    return object->kind != kKindFree && object->mark == epoch_;
  }
  void clear_cell(uint8_t *memory, size_t cell_bytes);
  /** Returns whether anything in it lives. */
  bool sweep_block(uint8_t *block, size_t cell_bytes);
  void finish_sweep();
  void sweep_large();
  void set_thresholds();
  void give_back_free_blocks();
  void *take_spare(size_t size_bytes);
  bool keep_spare(void *memory, size_t size_bytes);
  void give_back_spares(bool all);

  size_t limit_bytes_;
  HeapState &state_;
  size_t trigger_bytes_, most_bytes_; // from here on a collection is wanted; here allocation fails
  size_t largest_bytes_;              // of one allocation
  size_t live_bytes_ = 0;             // after the last collection
  uint32_t pause_percent_ = 200;
  bool stopped_ = false, poisons_ = false;
  uint8_t epoch_ = 1; // 1 and 2 in turn
  CellClass classes_[kCellClasses];
  std::vector<uint8_t *> free_blocks_;
  std::vector<Object *> large_;
  uint8_t *next_block_ = nullptr, *end_of_blocks_ = nullptr;
  uint8_t *next_buffer_ = nullptr, *end_of_buffers_ = nullptr;
  size_t next_chunk_bytes_ = 256 * 1024;
  std::vector<Chunk> chunks_;
  std::vector<Spare> spares_;
  size_t spare_bytes_ = 0;
  FreeBuffer *free_buffers_[kBufferClasses] = {};
};

} // namespace yl
