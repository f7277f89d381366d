// SPDX-License-Identifier: MIT
// The hash part of a table: any key to any value, iterated in the order of insertion.
#pragma once
#include "heap.h"
#include "value.h"

namespace yl {

struct HashEntry { Value key, value; }; // value nil: removed, but its place in the iteration order is kept until the part grows

/** Followed in memory by the entries, then by the index: 2 × capacity words, open addressing over entry + 1, 0 for free. */
struct HashPart {
  uint32_t capacity, used; // of `used` entries some may be removed
  HashEntry *entries() { return reinterpret_cast<HashEntry *>(this + 1); }
  uint32_t *index() { return reinterpret_cast<uint32_t *>(entries() + capacity); }
};

/** Of the part and what follows it. */
inline size_t hash_part_bytes(uint32_t capacity) { return sizeof(HashPart) + capacity * (sizeof(HashEntry) + 2 * sizeof(uint32_t)); }

/** In place of a removed entry's key whose object has died: equal to nothing. */
constexpr Value kDeadKey = kNil + 4;

/** The one form in which a key is looked up. The key is neither nil nor NaN. */
inline Value canonical_key(Value key) {
  if (!is_double(key)) return key;
  double number = as_double(key);
  return box_number(number == 0 ? 0.0 : number); // -0 is 0
}

/** The entry of a canonical key, removed ones included; null when there is none. */
HashEntry *hash_find(HashPart *part, Value key);
/** Room for at least `count` entries that are not removed; keeps order, drops removed ones. Gives the old part back. */
HashPart *hash_resize(Heap &heap, HashPart *old, uint32_t count);
/** A new entry; there is room for it (used < capacity). */
HashEntry *hash_append(HashPart *part, Value key, Value value);
/** The entry's key has moved to the array part: nobody finds it here any more. Its place stays taken until the part grows. */
inline void hash_forget(HashEntry &entry) { entry = {kNotFound, kNil}; }
inline bool hash_is_full(const HashPart *part) { return !part || part->used == part->capacity; }
/** Entries that are not removed. */
uint32_t hash_count(HashPart *part);

} // namespace yl
