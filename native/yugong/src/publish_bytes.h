// SPDX-License-Identifier: MIT
//
// Building the little-endian records that tools read.
#ifndef YUGONG_PUBLISH_BYTES_H
#define YUGONG_PUBLISH_BYTES_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace yg {

class ByteWriter {
 public:
  std::vector<uint8_t> bytes;

  size_t size() const { return bytes.size(); }
  void raw(const void *data, size_t size) {
    const uint8_t *begin = static_cast<const uint8_t *>(data);
    bytes.insert(bytes.end(), begin, begin + size);
  }
  template <typename T>
  void put(T value) {
    raw(&value, sizeof value);
  }
  void u8(uint64_t value) { put(static_cast<uint8_t>(value)); }
  void u16(uint64_t value) { put(static_cast<uint16_t>(value)); }
  void u32(uint64_t value) { put(static_cast<uint32_t>(value)); }
  void u64(uint64_t value) { put(value); }
  void string(const std::string &text) { raw(text.c_str(), text.size() + 1); }

  void uleb(uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8((value & 0x7f) | 0x80);
    u8(value);
  }
  void sleb(int64_t value) {
    for (;; value >>= 7) {
      bool last = value >= -64 && value < 64;
      u8(static_cast<uint64_t>(value & 0x7f) | (last ? 0 : 0x80));
      if (last) return;
    }
  }

  void align(size_t alignment, uint8_t filler = 0) {
    while (bytes.size() % alignment != 0) bytes.push_back(filler);
  }
  template <typename T>
  void patch(size_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
  // A u32 in front of what follows, set by `endLength` to the number of bytes after it.
  size_t beginLength() {
    u32(0);
    return size();
  }
  void endLength(size_t begin) { patch(begin - 4, static_cast<uint32_t>(size() - begin)); }
};

}  // namespace yg

#endif
