// SPDX-License-Identifier: MIT
#ifndef YUGONG_MEMORY_H
#define YUGONG_MEMORY_H

#include <cstdint>
#include <cstring>

#define YG_LIKELY(x) __builtin_expect(!!(x), 1)
#define YG_UNLIKELY(x) __builtin_expect(!!(x), 0)

namespace yg {

// Stack memory holds values of any type, so it is read and written as bytes.
inline uintptr_t loadWord(uintptr_t address) {
  uintptr_t value;
  std::memcpy(&value, reinterpret_cast<const void *>(address), sizeof value);
  return value;
}

inline void storeWord(uintptr_t address, uintptr_t value) { std::memcpy(reinterpret_cast<void *>(address), &value, sizeof value); }

inline bool isAligned(uintptr_t address, uintptr_t alignment) { return (address & (alignment - 1)) == 0; }

}  // namespace yg

#endif
