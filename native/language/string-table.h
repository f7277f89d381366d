// SPDX-License-Identifier: MIT
// Every string of an engine exists once, so that equality is identity and a string key is a pointer.
//
// The table is open addressing in two arrays: a byte of each string's hash, and the strings. A string that is new is known to be so by the
// bytes alone, of which there are few enough to stay in the processor's caches; the strings lie all over the heap.
#pragma once
#include <memory>
#include <string_view>
#include <vector>

#include "heap.h"

namespace yl {

uint32_t hash_bytes(std::string_view bytes);

class StringTable {
 public:
  explicit StringTable(Heap &heap);
  String *intern(std::string_view bytes);
  /** The same on a language stack: null where it takes more than a cell that is free already. */
  String *try_intern(std::string_view bytes);
  size_t count() const { return count_; }
  /** At the end of a collection: strings without a mark are about to go. */
  void remove_unmarked();

 private:
  /** Where a string is, or would be. */
  struct Place { String *string; uint32_t hash; size_t at; };

  Place find(std::string_view bytes) const;
  String *add(const Place &place, String *memory, std::string_view bytes);
  bool is_full_with(size_t count) const { return count * 4 > tags_.size() * 3; }
  void grow();
  /** These are all strings from now on. */
  void place(const std::vector<String *> &all, size_t place_count);

  Heap &heap_;
  std::vector<uint8_t> tags_;          // a power of two of them; 0: nothing there
  std::unique_ptr<String *[]> strings_; // where there is a tag; elsewhere null, or what was there once
  size_t count_ = 0;
};

inline std::string_view view(String *string) { return {string->bytes(), string->length}; }

/** lua5.1's order in the C locale: bytes, unsigned. */
bool string_less(String *a, String *b);

} // namespace yl
