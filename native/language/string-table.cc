// SPDX-License-Identifier: MIT
#include "string-table.h"

#include <cstring>

namespace yl {

namespace {
constexpr size_t kLeastBuckets = 1024;

uint64_t load_bytes(const char *bytes, size_t count) {
  uint64_t word = 0;
  memcpy(&word, bytes, count);
  return word;
}

uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}
} // namespace

StringTable::StringTable(Heap &heap) : heap_(heap), buckets_(kLeastBuckets) {}

uint32_t hash_bytes(std::string_view bytes) {
  const char *next = bytes.data();
  size_t left = bytes.size();
  uint64_t hash = 0x9E3779B97F4A7C15ull ^ left;
  for (; left >= 8; next += 8, left -= 8) hash = mix(hash ^ load_bytes(next, 8), 0xE7037ED1A0B428DBull);
  hash = mix(hash ^ load_bytes(next, left), 0x8EBC6AF09C88C6E3ull);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

String *StringTable::intern(std::string_view bytes) {
  uint32_t hash = hash_bytes(bytes);
  size_t mask = buckets_.size() - 1, at = hash & mask;
  for (; String *string = buckets_[at]; at = (at + 1) & mask)
    if (string->hash == hash && view(string) == bytes) return string;

  if (bytes.size() > 0x7FFFFFF0) throw OutOfMemory();
  auto *string = heap_.allocate<String>(kKindString, sizeof(String) + bytes.size() + 1);
  string->hash = hash;
  string->length = static_cast<uint32_t>(bytes.size());
  if (!bytes.empty()) memcpy(string->bytes(), bytes.data(), bytes.size());
  string->bytes()[bytes.size()] = 0;
  buckets_[at] = string;
  if (++count_ * 2 > buckets_.size()) rehash(buckets_.size() * 2);
  return string;
}

void StringTable::remove_unmarked() {
  size_t before = count_;
  for (String *&string : buckets_) {
    if (!string || heap_.is_marked(&string->header)) continue;
    string = nullptr;
    count_--;
  }
  // Chains are broken where something is missing.
  if (count_ < before) rehash(count_ * 8 < buckets_.size() && buckets_.size() > kLeastBuckets ? buckets_.size() / 2 : buckets_.size());
}

void StringTable::rehash(size_t bucket_count) {
  std::vector<String *> old(bucket_count);
  old.swap(buckets_);
  size_t mask = buckets_.size() - 1;
  for (String *string : old) {
    if (!string) continue;
    size_t at = string->hash & mask;
    while (buckets_[at]) at = (at + 1) & mask;
    buckets_[at] = string;
  }
}

bool string_less(String *a, String *b) { return view(a) < view(b); }

} // namespace yl
