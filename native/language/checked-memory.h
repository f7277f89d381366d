// SPDX-License-Identifier: MIT
// In builds for AddressSanitizer and Valgrind: what of the memory that the heap hands out by itself nobody may touch. Without being told, they
// take all that is mapped for memory in use. Nothing in other builds.
#pragma once
#include <cstddef>

#if defined(YUGONG_VALGRIND)
#include <valgrind/memcheck.h>
#elif defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace yl {

#if defined(YUGONG_VALGRIND)
constexpr bool kMemoryIsChecked = true;
inline void forbid_memory(const void *memory, size_t size_bytes) { VALGRIND_MAKE_MEM_NOACCESS(memory, size_bytes); }
// As defined: the heap looks at headers of cells that nobody has taken.
inline void allow_memory(const void *memory, size_t size_bytes) { VALGRIND_MAKE_MEM_DEFINED(memory, size_bytes); }
#elif defined(__SANITIZE_ADDRESS__)
constexpr bool kMemoryIsChecked = true;
inline void forbid_memory(const void *memory, size_t size_bytes) { __asan_poison_memory_region(memory, size_bytes); }
inline void allow_memory(const void *memory, size_t size_bytes) { __asan_unpoison_memory_region(memory, size_bytes); }
#else
constexpr bool kMemoryIsChecked = false;
inline void forbid_memory(const void *, size_t) {}
inline void allow_memory(const void *, size_t) {}
#endif

} // namespace yl
