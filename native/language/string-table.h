// SPDX-License-Identifier: MIT
// Every string of an engine exists once, so that equality is identity and a string key is a pointer.
#pragma once
#include <string_view>
#include <vector>

#include "heap.h"

namespace yl {

uint32_t hash_bytes(std::string_view bytes);

class StringTable {
 public:
  explicit StringTable(Heap &heap);
  String *intern(std::string_view bytes);
  size_t count() const { return count_; }
  /** At the end of a collection: strings without a mark are about to go. */
  void remove_unmarked();

 private:
  void rehash(size_t bucket_count);

  Heap &heap_;
  std::vector<String *> buckets_; // open addressing, a power of two of them
  size_t count_ = 0;
};

inline std::string_view view(String *string) { return {string->bytes(), string->length}; }

/** lua5.1's order in the C locale: bytes, unsigned. */
bool string_less(String *a, String *b);

} // namespace yl
