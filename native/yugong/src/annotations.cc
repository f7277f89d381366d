// SPDX-License-Identifier: MIT
#include "annotations.h"

#if defined(YUGONG_VALGRIND)

#include <valgrind/memcheck.h>
#include <valgrind/valgrind.h>

#include <map>
#include <mutex>

namespace yg {
namespace {

std::mutex mutex;
std::map<uintptr_t, unsigned> ids;  // Valgrind's, by start

}  // namespace

void annotateStackMade(uintptr_t start, uintptr_t size) {
  std::lock_guard<std::mutex> lock(mutex);
  ids[start] = VALGRIND_STACK_REGISTER(start, start + size - 1);
}

void annotateStackGone(uintptr_t start) {
  std::lock_guard<std::mutex> lock(mutex);
  auto found = ids.find(start);
  if (found == ids.end()) return;
  VALGRIND_STACK_DEREGISTER(found->second);
  ids.erase(found);
}

void annotateUnused(uintptr_t start, uintptr_t size) { VALGRIND_MAKE_MEM_UNDEFINED(start, size); }

}  // namespace yg

#elif defined(__SANITIZE_ADDRESS__)

#include <sanitizer/asan_interface.h>

void yg::annotateUnused(uintptr_t start, uintptr_t size) { __asan_unpoison_memory_region(reinterpret_cast<void *>(start), size); }

#endif
