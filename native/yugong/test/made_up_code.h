// SPDX-License-Identifier: MIT
//
// Code that is nowhere, for tests of registration: all that is registered are addresses.
#ifndef YUGONG_TEST_MADE_UP_CODE_H
#define YUGONG_TEST_MADE_UP_CODE_H

#include "support.h"

// A section with one record per return address base + 16 * i, id i + 1, whose values are three statepoint constants and one word.
inline std::vector<uint8_t> stackmap(uintptr_t base, uint32_t count) {
  std::vector<uint8_t> bytes;
  auto put = [&](auto value) {
    const uint8_t *begin = reinterpret_cast<const uint8_t *>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof value);
  };
  auto location = [&](uint8_t kind, uint16_t reg, int32_t offset) {
    put(kind), put(uint8_t{0}), put(uint16_t{8}), put(reg), put(uint16_t{0}), put(offset);
  };
  put(uint32_t{3}), put(uint32_t{1}), put(uint32_t{0}), put(count);
  put(uint64_t{base}), put(uint64_t{8}), put(uint64_t{count});
  for (uint32_t i = 0; i < count; i++) {
    put(uint64_t{i + 1}), put(uint32_t{16 * i}), put(uint16_t{0}), put(uint16_t{4});
    location(4, 0, 0), location(4, 0, 0), location(4, 0, 1), location(3, 7, 0);
    put(uint16_t{0}), put(uint16_t{0});
    while (bytes.size() % 8 != 0) put(uint8_t{0});
  }
  return bytes;
}

inline yg_status add(uintptr_t base, uint32_t count, yg_code **code, void *cookie = nullptr, bool ranged = true) {
  std::vector<uint8_t> bytes = stackmap(base + 16, count);
  yg_code_description description{};
  if (ranged) description.start = base, description.size = 16 * (count + 1);
  description.stackmap = bytes.data();
  description.stackmap_size = bytes.size();
  description.name = "made up";
  description.cookie = cookie;
  const char *message;
  return yg_code_register(&description, code, &message);
}

#endif
