// SPDX-License-Identifier: MIT
#include "coroutine.h"

#include <algorithm>

#include "error.h"
#include "generated.h"

namespace yl {

namespace {

constexpr uintptr_t kHeadRoom = 64 * 1024; // beneath stack_limit: signals, leaf helpers, frames that a deoptimization rebuilds
constexpr size_t kSpareStacks = 256;

Coroutine *allocate(Runtime &runtime) {
  auto *coroutine = static_cast<Coroutine *>(runtime.heap.allocate_buffer(sizeof(Coroutine)));
  *coroutine = Coroutine{};
  coroutine->header = Object{kKindThread, 0, 0, static_cast<uint32_t>(Heap::buffer_bytes(sizeof(Coroutine)))};
  coroutine->arguments = runtime.transfer.arguments;
  coroutine->results = runtime.transfer.results;
  coroutine->id = runtime.next_coroutine_id++;
  coroutine->engine = &runtime;
  coroutine->function = kNil;
  return coroutine;
}

void give_stack(Runtime &runtime, Coroutine *coroutine, const yg_stack &stack) {
  coroutine->stack = stack;
  coroutine->stack.host = &runtime.host_stack;
  set_stack_limit(coroutine);
}

/** Pop what the coroutine died in, so that the stack is as new. */
bool clear_stack(yg_stack *stack) {
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, stack) != YG_OK) return false;
  yg_status status;
  while ((status = yg_cursor_step(&cursor)) == YG_OK) {
  }
  return status == YG_ERROR_BOTTOM && yg_pop_frames_to(&cursor) == YG_OK;
}

void take_stack(Runtime &runtime, Coroutine *coroutine) {
  runtime.coroutines_with_stack--;
  if (runtime.spare_stacks.size() < kSpareStacks && clear_stack(&coroutine->stack)) {
    runtime.spare_stacks.push_back(coroutine->stack);
  } else {
    yg_stack_free(&coroutine->stack);
  }
  coroutine->stack = yg_stack{};
}

/**
 * Take the stacks of coroutines that have died. Run when the number of stacks has doubled since the last time, so that each
 * coroutine pays for a constant number of list steps.
 */
void sweep(Runtime &runtime) {
  Coroutine **link = &runtime.coroutines;
  while (Coroutine *coroutine = *link) {
    if (coroutine->status != kDead || died_of_error(coroutine)) {
      link = &coroutine->next;
      continue;
    }
    *link = coroutine->next;
    take_stack(runtime, coroutine);
    runtime.heap.unaccount(kStackCharge);
    coroutine->next = runtime.stackless;
    runtime.stackless = coroutine;
  }
  runtime.sweep_at = std::max<size_t>(64, runtime.coroutines_with_stack * 2);
}

void free_unmarked(Runtime &runtime, Coroutine **link) {
  while (Coroutine *coroutine = *link) {
    if (runtime.heap.is_marked(&coroutine->header)) {
      link = &coroutine->next;
      continue;
    }
    *link = coroutine->next;
    if (has_stack(coroutine)) take_stack(runtime, coroutine);
    runtime.heap.release_buffer(coroutine, sizeof(Coroutine));
  }
}

} // namespace

void free_unmarked_coroutines(Runtime &runtime) {
  free_unmarked(runtime, &runtime.coroutines);
  free_unmarked(runtime, &runtime.stackless);
  runtime.sweep_at = std::max<size_t>(64, runtime.coroutines_with_stack * 2);
}

void set_stack_limit(Coroutine *coroutine) {
  coroutine->stack_limit = coroutine->stack.start + std::min(kHeadRoom, coroutine->stack.size / 4);
}

void lower_stack_limit(Coroutine *coroutine) {
  coroutine->stack_limit = coroutine->stack.start + std::min(kHeadRoom, coroutine->stack.size / 4) / 4;
}

Coroutine *coroutine_new(Runtime &runtime, Value function) {
  if (runtime.coroutines_with_stack >= runtime.sweep_at) sweep(runtime);
  runtime.heap.account(kStackCharge);
  Coroutine *coroutine = allocate(runtime);
  yg_stack stack{};
  if (!runtime.spare_stacks.empty()) {
    stack = runtime.spare_stacks.back();
    runtime.spare_stacks.pop_back();
  } else if (yg_stack_new(&stack, runtime.options.coroutine_stack_bytes) != YG_OK) {
    runtime.heap.unaccount(kStackCharge);
    runtime.heap.free_buffer(coroutine, sizeof(Coroutine));
    throw OutOfMemory();
  }
  give_stack(runtime, coroutine, stack);
  coroutine->status = kSuspended;
  coroutine->function = function;
  yl_start_payload payload{coroutine, kNil, nullptr, 0, kNil, kNil, kNil, 0};
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &coroutine->stack) != YG_OK ||
      yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_coroutine_main), &payload, sizeof payload, nullptr) != YG_OK)
    throw OutOfMemory();
  coroutine->next = runtime.coroutines;
  runtime.coroutines = coroutine;
  runtime.coroutines_with_stack++;
  runtime.coroutine_count++;
  return coroutine;
}

Coroutine *host_coroutine_new(Runtime &runtime, size_t stack_bytes) {
  yg_stack stack{};
  if (yg_stack_new(&stack, stack_bytes) != YG_OK) throw OutOfMemory();
  Coroutine *coroutine = allocate(runtime);
  give_stack(runtime, coroutine, stack);
  coroutine->status = kDead;
  return coroutine;
}

void free_all_stacks(Runtime &runtime) {
  for (Coroutine *coroutine = runtime.coroutines; coroutine; coroutine = coroutine->next) yg_stack_free(&coroutine->stack);
  runtime.coroutines = nullptr;
  for (yg_stack &stack : runtime.spare_stacks) yg_stack_free(&stack);
  runtime.spare_stacks.clear();
  for (Coroutine *coroutine : runtime.entry_coroutines) yg_stack_free(&coroutine->stack);
  runtime.entry_coroutines.clear();
  if (runtime.main) yg_stack_free(&runtime.main->stack);
}

const char *status_text(const Coroutine *coroutine) {
  static const char *const texts[] = {"suspended", "running", "normal", "dead"};
  return texts[coroutine->status];
}

} // namespace yl
