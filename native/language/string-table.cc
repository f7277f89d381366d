// SPDX-License-Identifier: MIT
#include "string-table.h"

#include <algorithm>
#include <cstring>

namespace yl {

namespace {
constexpr size_t kLeastPlaces = 1024;
constexpr uint64_t kSeed = 0x9E3779B97F4A7C15ull, kMixBody = 0xE7037ED1A0B428DBull, kMixEnd = 0x8EBC6AF09C88C6E3ull;

template <class Word> uint64_t load(const char *bytes) {
  Word word;
  memcpy(&word, bytes, sizeof word);
  return word;
}

uint64_t mix(uint64_t a, uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

/** Up to eight bytes as a word, which are all in it; with their number, it is another word for other bytes. */
uint64_t short_word(const char *bytes, size_t count) {
  if (count == 8) return load<uint64_t>(bytes);
  if (count >= 4) return load<uint32_t>(bytes) | load<uint32_t>(bytes + count - 4) << 32;
  if (count == 0) return 0;
  return load<uint8_t>(bytes) | load<uint8_t>(bytes + count / 2) << 8 | load<uint8_t>(bytes + count - 1) << 16;
}

/** The byte of a hash that is looked at first: bits that do not choose the place. */
uint8_t tag_of_hash(uint32_t hash) { return static_cast<uint8_t>(0x80 | hash >> 25); }
} // namespace

StringTable::StringTable(Heap &heap) : heap_(heap), tags_(kLeastPlaces), strings_(new String *[kLeastPlaces]()) {}

uint32_t hash_bytes(std::string_view bytes) {
  const char *next = bytes.data();
  size_t left = bytes.size();
  uint64_t hash = kSeed ^ left;
  // Each multiplication waits for the one before: of long strings, four are done side by side.
  if (left > 64) {
    uint64_t lanes[4] = {hash, hash + kMixBody, hash + 2 * kMixBody, hash + 3 * kMixBody};
    for (; left > 32; next += 32, left -= 32)
      for (size_t lane = 0; lane < 4; lane++) lanes[lane] = mix(lanes[lane] ^ load<uint64_t>(next + 8 * lane), kMixBody);
    hash = mix(lanes[0] ^ kMixEnd, lanes[1]) ^ mix(lanes[2] ^ kMixEnd, lanes[3]);
  }
  for (; left > 8; next += 8, left -= 8) hash = mix(hash ^ load<uint64_t>(next), kMixBody);
  hash = mix(hash ^ short_word(next, left), kMixEnd);
  return static_cast<uint32_t>(hash ^ (hash >> 32));
}

StringTable::Place StringTable::find(std::string_view bytes) const {
  uint32_t hash = hash_bytes(bytes);
  size_t mask = tags_.size() - 1, at = hash & mask;
  uint8_t tag = tag_of_hash(hash);
  for (; tags_[at]; at = (at + 1) & mask) {
    if (tags_[at] != tag) continue;
    String *string = strings_[at];
    if (string->hash == hash && view(string) == bytes) return {string, hash, at};
  }
  return {nullptr, hash, at};
}

String *StringTable::add(const Place &place, String *string, std::string_view bytes) {
  string->hash = place.hash;
  string->length = static_cast<uint32_t>(bytes.size());
  if (!bytes.empty()) memcpy(string->bytes(), bytes.data(), bytes.size());
  string->bytes()[bytes.size()] = 0;
  tags_[place.at] = tag_of_hash(place.hash);
  strings_[place.at] = string;
  count_++;
  return string;
}

String *StringTable::intern(std::string_view bytes) {
  Place place = find(bytes);
  if (place.string) return place.string;
  if (bytes.size() > 0x7FFFFFF0) throw OutOfMemory();
  String *string = add(place, heap_.allocate<String>(kKindString, sizeof(String) + bytes.size() + 1), bytes);
  if (is_full_with(count_)) grow();
  return string;
}

String *StringTable::try_intern(std::string_view bytes) {
  Place place = find(bytes);
  if (place.string) return place.string;
  if (is_full_with(count_ + 1)) return nullptr;
  auto *memory = heap_.try_allocate<String>(kKindString, sizeof(String) + bytes.size() + 1);
  return memory ? add(place, memory, bytes) : nullptr;
}

void StringTable::remove_unmarked() {
  constexpr size_t kAhead = 16; // the marks are all over the heap
  std::vector<String *> kept;
  for (size_t at = 0; at < tags_.size(); at++) {
    if (at + kAhead < tags_.size()) __builtin_prefetch(strings_[at + kAhead]);
    if (tags_[at] && heap_.is_marked(&strings_[at]->header)) kept.push_back(strings_[at]);
  }
  if (kept.size() == count_) return;
  // As many strings as there were before this collection are to be expected before the next one.
  place(kept, count_ * 8 < tags_.size() && tags_.size() > kLeastPlaces ? tags_.size() / 2 : tags_.size());
}

void StringTable::grow() {
  std::vector<String *> all;
  all.reserve(count_);
  for (size_t at = 0; at < tags_.size(); at++)
    if (tags_[at]) all.push_back(strings_[at]);
  place(all, tags_.size() * 2);
}

void StringTable::place(const std::vector<String *> &all, size_t place_count) {
  if (place_count != tags_.size()) strings_.reset(new String *[place_count]());
  tags_.assign(place_count, 0);
  count_ = all.size();
  size_t mask = place_count - 1;
  for (String *string : all) {
    size_t at = string->hash & mask;
    while (tags_[at]) at = (at + 1) & mask;
    tags_[at] = tag_of_hash(string->hash);
    strings_[at] = string;
  }
}

bool string_less(String *a, String *b) { return view(a) < view(b); }

} // namespace yl
