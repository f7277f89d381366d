// SPDX-License-Identifier: MIT
#include "stack-limit.h"

#include <algorithm>

#include "requests.h"
#include "stack-extension.h"

namespace yl {

namespace {

constexpr uintptr_t kHeadRoom = 64 * 1024; // signals, leaf helpers, frames that a deoptimization rebuilds
/** None of the interpreter's takes less. */
constexpr size_t kBytesPerFrame = 256;
/** At most so often the frames of a stack are counted while it gets full. */
constexpr size_t kLooks = 8;

uintptr_t top(const yg_stack &stack) { return stack.start + stack.size; }
uintptr_t reserve(const yg_stack &stack) { return std::min(kHeadRoom, stack.size / 4); }
uintptr_t lowest_limit(const yg_stack &stack) { return stack.start + reserve(stack); }

/** Of a stack of which so many bytes may be used before its frames are counted. */
uintptr_t limit_at(const yg_stack &stack, uintptr_t used) {
  return used < stack.size - reserve(stack) ? top(stack) - used : lowest_limit(stack);
}

uintptr_t used_bytes(const yg_stack &stack) { return top(stack) - stack.sp; }

/** How many frames it has, and `most` if there are more. */
size_t count_frames(yg_stack *stack, size_t most) {
  yg_cursor cursor;
  size_t frames = 0;
  for (yg_status status = yg_cursor_new(&cursor, stack); status == YG_OK && frames < most; status = yg_cursor_step(&cursor)) frames++;
  return frames;
}

} // namespace

void set_stack_limit(Coroutine *coroutine) {
  const yg_stack &stack = coroutine->stack;
  if (!can_extend(coroutine)) coroutine->stack_limit() = limit_at(stack, used_bytes(stack) + stack.size / kLooks);
  else if (uint32_t bytes = runtime_of(coroutine).options.extend_after) coroutine->stack_limit() = top(stack) - bytes;
  else coroutine->stack_limit() = stack.start + kFirstHeadRoom;
}

void lower_stack_limit(Coroutine *coroutine) {
  if (can_extend(coroutine)) return;
  coroutine->stack_limit() = coroutine->stack.start + reserve(coroutine->stack) / 4;
}

bool move_stack_limit(Coroutine *coroutine, size_t bytes) {
  yg_stack &stack = coroutine->stack;
  if (coroutine->stack_limit() <= lowest_limit(stack) || stack.sp - bytes < lowest_limit(stack)) return false;
  size_t most = stack.size / kBytesPerFrame, frames = count_frames(&stack, most);
  if (frames == most) return false;
  uintptr_t used = used_bytes(stack);
  coroutine->stack_limit() = limit_at(stack, std::max(used * most / std::max<size_t>(frames, 1), used + bytes + stack.size / kLooks));
  set_current(coroutine);
  return true;
}

} // namespace yl
