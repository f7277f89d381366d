// SPDX-License-Identifier: MIT
#include "hash-part.h"

#include <algorithm>

namespace yl {

namespace {
// Only strings are hashed by content: the others by their bits, which for objects are addresses. Nothing that a program can see depends
// on it, since iteration follows insertion.
size_t hash_of(Value key) {
  if (is_string(key)) return as_string(key)->hash;
  uint64_t product = key * 0x9E3779B97F4A7C15ull;
  return product >> 32;
}
} // namespace

HashEntry *hash_find(HashPart *part, Value key) {
  if (!part) return nullptr;
  uint32_t *index = part->index();
  HashEntry *entries = part->entries();
  size_t mask = part->capacity * 2 - 1;
  for (size_t at = hash_of(key) & mask; index[at]; at = (at + 1) & mask) {
    HashEntry *entry = &entries[index[at] - 1];
    if (entry->key == key) return entry;
  }
  return nullptr;
}

HashEntry *hash_append(HashPart *part, Value key, Value value) {
  uint32_t *index = part->index();
  size_t mask = part->capacity * 2 - 1, at = hash_of(key) & mask;
  while (index[at]) at = (at + 1) & mask;
  HashEntry *entry = &part->entries()[part->used++];
  index[at] = part->used;
  *entry = {key, value};
  return entry;
}

uint32_t hash_count(HashPart *part) {
  uint32_t count = 0;
  for (uint32_t at = 0; part && at < part->used; at++) count += part->entries()[at].value != kNil;
  return count;
}

HashPart *hash_resize(Heap &heap, HashPart *old, uint32_t count) {
  uint32_t capacity = 4;
  while (capacity < count) capacity *= 2;
  auto *part = static_cast<HashPart *>(heap.allocate_buffer(hash_part_bytes(capacity)));
  part->capacity = capacity;
  part->used = 0;
  memset(part->index(), 0, capacity * 2 * sizeof(uint32_t));
  if (!old) return part;
  for (uint32_t at = 0; at < old->used; at++) {
    HashEntry &entry = old->entries()[at];
    if (entry.value != kNil) hash_append(part, entry.key, entry.value);
  }
  heap.free_buffer(old, hash_part_bytes(old->capacity));
  return part;
}

} // namespace yl
