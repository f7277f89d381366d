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

#if defined(YUGONG_SANITIZER_FIBERS)

#include "yugong.h"

// This function begins on one fiber and ends on another, so it must leave no trace of its own.
#if defined(__clang__)
#define YG_UNTRACED __attribute__((disable_sanitizer_instrumentation, visibility("hidden")))
#else
#define YG_UNTRACED __attribute__((no_sanitize("address", "thread", "undefined"), visibility("hidden")))
#endif

#if defined(__SANITIZE_THREAD__)

#include <sanitizer/tsan_interface.h>

extern "C" YG_UNTRACED void yg_announce_swap(yg_stack *current, yg_stack *next) {
  // Of `current` only this is certain: a host may be another thread's each time.
  current->fiber = __tsan_get_current_fiber();
  if (next->fiber == nullptr) next->fiber = __tsan_create_fiber(0);
  __tsan_switch_to_fiber(next->fiber, 0);
}

void yg::annotateFiberGone(yg_stack *stack) {
  if (stack->fiber != nullptr) __tsan_destroy_fiber(stack->fiber);
}

#elif defined(__SANITIZE_ADDRESS__)

#include <sanitizer/common_interface_defs.h>

// A sanitizer's `fiber` is where it keeps the variables of functions that might be used after they have returned, if it looks for that.
// The extent of a host is known to the sanitizer only, which tells it when the host is left; it is kept in the host's `mapping`.
extern "C" YG_UNTRACED void yg_announce_swap(yg_stack *current, yg_stack *next) {
  bool is_to_host = next->size == 0;
  const void *bottom = reinterpret_cast<const void *>(is_to_host ? next->mapping : next->start), *left_bottom;
  size_t left_size;
  __sanitizer_start_switch_fiber(&current->fiber, bottom, is_to_host ? next->mapping_size : next->size);
  __sanitizer_finish_switch_fiber(next->fiber, &left_bottom, &left_size);
  if (current->size != 0) return;
  current->mapping = reinterpret_cast<uintptr_t>(left_bottom);
  current->mapping_size = left_size;
}

// A fiber is destroyed by going there and leaving it for good.
YG_UNTRACED void yg::annotateFiberGone(yg_stack *stack) {
  if (stack->fiber == nullptr) return;
  void *own;
  const void *bottom;
  size_t size;
  __sanitizer_start_switch_fiber(&own, reinterpret_cast<const void *>(stack->start), stack->size);
  __sanitizer_finish_switch_fiber(stack->fiber, &bottom, &size);
  __sanitizer_start_switch_fiber(nullptr, bottom, size);
  __sanitizer_finish_switch_fiber(own, nullptr, nullptr);
}

#else
#error "YUGONG_SANITIZER_FIBERS needs -fsanitize=address or -fsanitize=thread"
#endif
#endif
