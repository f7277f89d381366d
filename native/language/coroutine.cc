// SPDX-License-Identifier: MIT
#include "coroutine.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "error.h"
#include "generated.h"
#include "stack-extension.h"
#include "stack-limit.h"
#include "yugong-publish.h"

namespace yl {

namespace {

constexpr size_t kPoisonedBytes = 2048;
constexpr uint8_t kPoison = 0xDB;

static_assert(offsetof(Coroutine, stack.owner) + sizeof(yg_stack::owner) <= kCoroutineAlignment);
static_assert(Heap::kBufferAlignment % kCoroutineAlignment == 0 && sizeof(Coroutine) >= Heap::kBufferAlignment);

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

/** Its name in debuggers. Freeing the stack takes it off their list. */
void publish(Coroutine *coroutine) {
  std::string name = coroutine->id == 0 ? "main program" : "coroutine " + std::to_string(coroutine->id);
  yg_stack_publish(&coroutine->stack, name.c_str());
}

void spare_stack(Runtime &runtime, Coroutine *coroutine) {
  if (is_extended(coroutine)) leave_extension(runtime, coroutine);
  yg_stack stack;
  take_stack(runtime, coroutine, &stack);
  runtime.first_stacks.give(stack);
}

/** For a new coroutine. What is accounted for a stack stays so when it passes from one to the other. */
void give_any_stack(Runtime &runtime, yg_stack *to) {
  if (Coroutine *retired = runtime.retired) {
    runtime.retired = retired->next_retired;
    return take_stack(runtime, retired, to);
  }
  runtime.heap.account(kStackCharge);
  *to = runtime.first_stacks.take();
}

} // namespace

void stack_arrived(Runtime &runtime, Coroutine *coroutine, bool can_be_extended) {
  coroutine->stack.host = &runtime.host_stack;
  coroutine->extensible = can_be_extended;
  set_stack_limit(coroutine);
  if (runtime.options.publish_stacks) publish(coroutine);
}

void take_stack(Runtime &runtime, Coroutine *coroutine, yg_stack *to) {
  if (runtime.options.publish_stacks) yg_stack_unpublish(&coroutine->stack);
  // Begun again where it has arrived: a copy of what has just been written word by word waits for the words.
  *to = std::exchange(coroutine->stack, yg_stack{});
  coroutine->resumer() = kDeadResumer;
  if (yg_stack_reset(to) != YG_OK) abort();
  // What is left of the frames looks alive. Nobody may see it.
  if (runtime.heap.stressed()) memset(reinterpret_cast<void *>(to->sp - kPoisonedBytes), kPoison, kPoisonedBytes);
}

void retire(Runtime &runtime, Coroutine *coroutine) {
  if (is_extended(coroutine)) leave_extension(runtime, coroutine);
  coroutine->resumer() = kDeadResumer;
  coroutine->next_retired = runtime.retired;
  runtime.retired = coroutine;
}

void take_retired_stacks(Runtime &runtime) {
  for (; runtime.retired; runtime.retired = runtime.retired->next_retired) spare_stack(runtime, runtime.retired);
}

void free_unmarked_coroutines(Runtime &runtime) {
  Coroutine **link = &runtime.coroutines;
  while (Coroutine *coroutine = *link) {
    if (runtime.heap.is_marked(&coroutine->header)) {
      link = &coroutine->next;
      continue;
    }
    *link = coroutine->next;
    if (has_stack(coroutine)) spare_stack(runtime, coroutine);
    runtime.heap.release_buffer(coroutine, sizeof(Coroutine));
  }
}

namespace {

/** `Payload` and `bottom`: of the frame at the bottom of its stack. */
template <class Payload, class Bottom> Coroutine *coroutine_on(Runtime &runtime, Value function, Payload payload, Bottom *bottom) {
  Coroutine *coroutine = allocate(runtime);
  coroutine->next = runtime.coroutines;
  runtime.coroutines = coroutine;
  coroutine->resumer() = kDeadResumer; // until it has its stack, for which there may be no memory
  give_any_stack(runtime, &coroutine->stack);
  stack_arrived(runtime, coroutine, begins_small(runtime.options));
  coroutine->resumer() = kNoResumer;
  coroutine->function = function;
  payload.co = coroutine;
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &coroutine->stack) != YG_OK ||
      yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(bottom), &payload, sizeof payload, nullptr) != YG_OK)
    throw OutOfMemory();
  runtime.coroutine_count++;
  return coroutine;
}

} // namespace

Coroutine *coroutine_new(Runtime &runtime, Value function) {
  return coroutine_on(runtime, function, yl_start_payload{nullptr, kNil, nullptr, 0, kNil, kNil, kNil, 0}, &yl_coroutine_main);
}

Function *wrapped_new(Runtime &runtime, Coroutine *coroutine) {
  auto *wrapped = runtime.heap.allocate<Function>(kKindBuiltin, sizeof(Function) + sizeof(Value));
  wrapped->code = runtime.library.coroutine_wrapped->code;
  wrapped->capture_count = 1;
  wrapped->captures()[0] = box(coroutine);
  return wrapped;
}

Function *wrapped_new(Runtime &runtime, CoroutineState state) {
  if (state == CoroutineState::kStart) return wrapped_new(runtime, coroutine_new(runtime, kNil));
  Coroutine *coroutine = coroutine_on(runtime, kNil, yl_rest_payload{nullptr, 0}, &yl_coroutine_rest);
  if (state == CoroutineState::kEnd) retire(runtime, coroutine);
  return wrapped_new(runtime, coroutine);
}

BodyFrame::BodyFrame(Runtime &runtime, const ProtoInfo &proto, Coroutine *coroutine, uint32_t pc)
    : coroutine_(coroutine), builder_(runtime, proto.register_count, 0) {
  InterpreterPayload &payload = builder_.payload();
  payload.coroutine = coroutine;
  payload.closure = coroutine->function;
  payload.pc = pc;
  payload.mode = kModeComplete;
  std::fill_n(payload.registers(), proto.register_count, kNil);
}

void BodyFrame::push() {
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &coroutine_->stack) != YG_OK || builder_.push(&cursor, reinterpret_cast<uintptr_t>(&yl_interpreter_resume)) != YG_OK)
    throw OutOfMemory();
}

Coroutine *host_coroutine_new(Runtime &runtime, size_t stack_bytes) {
  yg_stack stack{};
  if (yg_stack_new(&stack, stack_bytes) != YG_OK) throw OutOfMemory();
  Coroutine *coroutine = allocate(runtime);
  coroutine->stack = stack;
  stack_arrived(runtime, coroutine, false);
  coroutine->resumer() = kDeadResumer;
  return coroutine;
}

void free_all_stacks(Runtime &runtime) {
  for (Coroutine *coroutine = runtime.coroutines; coroutine; coroutine = coroutine->next) {
    if (is_extended(coroutine)) leave_extension(runtime, coroutine);
    if (has_stack(coroutine)) yg_stack_free(&coroutine->stack);
  }
  runtime.coroutines = runtime.retired = nullptr;
  for (Coroutine *coroutine : runtime.entry_coroutines) yg_stack_free(&coroutine->stack);
  runtime.entry_coroutines.clear();
  runtime.first_stacks.free_all();
  runtime.extensions.free_all();
  if (runtime.main) yg_stack_free(&runtime.main->stack);
}

Coroutine *running_coroutine(const Runtime &runtime) {
  Coroutine *running = runtime.entries.empty() ? nullptr : runtime.entries.back().co;
  for (bool found = running != nullptr; found;) {
    found = false;
    for (Coroutine *coroutine = runtime.coroutines; coroutine && !found; coroutine = coroutine->next)
      if (resumer_of(coroutine) == running) running = coroutine, found = true;
  }
  return running;
}

const char *status_text(uint32_t status) {
  static const char *const texts[] = {"suspended", "running", "normal", "dead"};
  return texts[status];
}

} // namespace yl
