// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_BYTE_WRITER_H
#define YUGONG_DYNAMIC_BYTE_WRITER_H

#include <cstdint>
#include <cstring>
#include <vector>

namespace yg::dynamic {

// Appends little-endian values and LEB128 numbers.
class ByteWriter {
 public:
  std::vector<uint8_t> bytes;

  size_t size() const { return bytes.size(); }
  void u8(uint64_t value) { bytes.push_back(static_cast<uint8_t>(value)); }

  template <typename T>
  void write(T value) {
    uint8_t raw[sizeof value];
    std::memcpy(raw, &value, sizeof value);
    bytes.insert(bytes.end(), raw, raw + sizeof value);
  }

  template <typename T>
  void writeAt(size_t at, T value) {
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }

  void uleb(uint64_t value) {
    for (; value >= 0x80; value >>= 7) u8((value & 0x7f) | 0x80);
    u8(value);
  }

  void sleb(int64_t value) {
    for (; value < -0x40 || value >= 0x40; value >>= 7) u8((static_cast<uint64_t>(value) & 0x7f) | 0x80);
    u8(static_cast<uint64_t>(value) & 0x7f);
  }

  void append(const void *data, size_t size) {
    const uint8_t *begin = static_cast<const uint8_t *>(data);
    bytes.insert(bytes.end(), begin, begin + size);
  }

  void pad(size_t alignment, uint8_t with = 0) {
    while (bytes.size() % alignment != 0) u8(with);
  }
};

}  // namespace yg::dynamic

#endif
