// SPDX-License-Identifier: MIT
#include "stack-extension.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "coroutine.h"
#include "generated.h"
#include "helpers.h"
#include "requests.h"
#include "stack-limit.h"

namespace yl {

namespace {

// Leaf helpers, signals. Handlers of errors may use up nearly all of the last stack (lower_stack_limit).
constexpr size_t kUncounted = kFirstHeadRoom / 2, kUncountedOfLast = 4096;

void check(yg_status status) {
  if (status == YG_OK) return;
  fprintf(stderr, "yugong: a stack cannot go on elsewhere: %s\n", yg_status_message(status));
  abort();
}

} // namespace

bool has_room(Coroutine *co, size_t bytes) {
  const yg_stack &stack = co->stack;
  uintptr_t end = stack.start + (can_extend(co) ? kUncounted : std::min(kUncountedOfLast, stack.size / 16));
  if (can_extend(co) && runtime_of(co).options.extend_after) end = co->stack_limit();
  return stack.sp >= end && stack.sp - end >= bytes;
}

bool make_room(Coroutine *co, size_t bytes) {
  if (has_room(co, bytes)) return true;
  if (!can_extend(co)) return false;
  Runtime &runtime = runtime_of(co);
  extend(runtime, co, runtime.extensions.take());
  return has_room(co, bytes);
}

void extend(Runtime &runtime, Coroutine *co, const yg_stack &stack) {
  auto *base = new yg_stack{};
  check(yg_stack_move(base, &co->stack));
  co->base = base;
  yg_stack extension = stack;
  check(yg_stack_move(&co->stack, &extension));
  stack_arrived(runtime, co, false);
  yl_end_extension_payload payload{co, 0};
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, &co->stack));
  check(yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_end_extension), &payload, sizeof payload, nullptr));
  if (!is_suspended(co)) set_current(co);
}

void leave_extension(Runtime &runtime, Coroutine *co) {
  uint64_t resumer = co->resumer();
  yg_stack extension;
  take_stack(runtime, co, &extension);
  runtime.extensions.give(extension);
  check(yg_stack_move(&co->stack, co->base));
  co->resumer() = resumer;
  delete co->base;
  co->base = nullptr;
  co->extensible = true;
  set_stack_limit(co);
}

} // namespace yl

using namespace yl;

yg_pair yl_host_leave_extension(Coroutine *co, uint64_t first, uint64_t second) {
  leave_extension(runtime_of(co), co);
  set_current(co);
  return {first, second};
}
