// SPDX-License-Identifier: MIT
//
// A bounds-checked reader over bytes in memory. Once a read has gone past the end, `ok()` is false and every read gives 0.
#ifndef YUGONG_BYTES_H
#define YUGONG_BYTES_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace yg {

class Bytes {
 public:
  Bytes(const uint8_t *begin, const uint8_t *end) : at_(begin), end_(end) {}

  bool ok() const { return ok_; }
  bool atEnd() const { return at_ == end_; }
  const uint8_t *at() const { return at_; }
  size_t remaining() const { return static_cast<size_t>(end_ - at_); }

  template <typename T>
  T read() {
    T value{};
    if (remaining() < sizeof(T)) {
      fail();
      return value;
    }
    std::memcpy(&value, at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }

  uint64_t readUleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
      uint8_t byte = read<uint8_t>();
      if (!ok_) return 0;
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if ((byte & 0x80) == 0) return value;
    }
  }

  int64_t readSleb() {
    uint64_t value = 0;
    for (unsigned shift = 0;;) {
      uint8_t byte = read<uint8_t>();
      if (!ok_) return 0;
      if (shift < 64) value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      shift += 7;
      if ((byte & 0x80) != 0) continue;
      if (shift < 64 && (byte & 0x40) != 0) value |= ~uint64_t{0} << shift;
      return static_cast<int64_t>(value);
    }
  }

  void skip(uint64_t count) {
    if (count > remaining()) {
      fail();
      return;
    }
    at_ += count;
  }

  // Cut the next `count` bytes off.
  Bytes take(uint64_t count) {
    const uint8_t *begin = at_;
    skip(count);
    Bytes taken(begin, at_);
    taken.ok_ = ok_;
    return taken;
  }

  void fail() {
    ok_ = false;
    at_ = end_;
  }

 private:
  const uint8_t *at_;
  const uint8_t *end_;
  bool ok_ = true;
};

}  // namespace yg

#endif
