// SPDX-License-Identifier: MIT
#include "core-state.h"

#include <cstdlib>

extern "C" const char yugong_core_tombstone[];

namespace {

constexpr size_t kTombstoneBytes = 16384;
// Slots are reused only when so many others have been freed since: by then few pieces of code still know the address.
constexpr size_t kQuarantine = 4096;

thread_local CoreState *state_of_thread;

const char *name_of(yg_status status) {
#define NAME(status)                                                                                                                        \
  case status: return #status
  switch (status) {
    NAME(YG_OK);
    NAME(YG_ERROR_BOTTOM);
    NAME(YG_ERROR_NOT_TOP);
    NAME(YG_ERROR_STALE);
    NAME(YG_ERROR_FOREIGN);
    NAME(YG_ERROR_ALIGNMENT);
    NAME(YG_ERROR_SIZE);
    NAME(YG_ERROR_MEMORY);
    NAME(YG_ERROR_NO_PLAN);
    NAME(YG_ERROR_NO_STACKMAP);
    NAME(YG_ERROR_ARGUMENT);
    NAME(YG_ERROR_FORMAT);
    NAME(YG_ERROR_OVERLAP);
    NAME(YG_ERROR_NOT_PAUSED);
    NAME(YG_ERROR_UNAVAILABLE);
    NAME(YG_ERROR_NO_BARRIER);
    NAME(YG_ERROR_IN_USE);
    NAME(YG_ERROR_NOT_BOTTOM);
    default: return "YG_ERROR";
  }
#undef NAME
}

__attribute__((noinline)) void swap(yg_stack *from, yg_stack *to, yg_pair values, yg_pair *result) {
  *result = yg_stack_swap2(from, to, values.first, values.second);
}

} // namespace

Napi::Error core_error(Napi::Env env, yg_status status, const char *what) {
  std::string message = yg_status_message(status);
  if (what != nullptr && *what != 0) message = std::string(what) + ": " + message;
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, name_of(status)));
  return error;
}

void check(Napi::Env env, yg_status status, const char *what) {
  if (status != YG_OK) throw core_error(env, status, what);
}

CoreState::CoreState(napi_env env) : env_(env) { state_of_thread = this; }

CoreState::~CoreState() {
  if (state_of_thread == this) state_of_thread = nullptr;
}

CoreState &CoreState::make(Napi::Env env) {
  auto *state = new CoreState(env);
  env.SetInstanceData<CoreState>(state);
  return *state;
}

CoreState &CoreState::of(Napi::Env env) { return *env.GetInstanceData<CoreState>(); }

CoreState *CoreState::of_thread() { return state_of_thread; }

bool CoreState::run(Napi::Env env, StackSlot *slot, yg_pair values, yg_pair *result) {
  Resumption here;
  here.outer = innermost_;
  innermost_ = &here;
  bool escaped = setjmp(here.escape) != 0;
  if (!escaped) swap(&host_, &slot->stack, values, result);
  innermost_ = innermost_->outer;
  if (escaped) return false;
  if (failure_ == nullptr) return true;
  const char *message = failure_;
  failure_ = nullptr;
  Napi::Error::New(env, message).ThrowAsJavaScriptException();
  return false;
}

void CoreState::escape() { longjmp(innermost_->escape, 1); }

void CoreState::throw_pending(const char *message) {
  napi_handle_scope scope;
  napi_open_handle_scope(env_, &scope);
  napi_throw_error(env_, nullptr, message);
  napi_close_handle_scope(env_, scope);
}

void CoreState::fail_from_stack(const char *message) {
  failure_ = message;
  restore_tombstones();
  yg_stack abandoned{};
  yg_stack_swap(&abandoned, &host_, 0);
  __builtin_unreachable();
}

StackSlot *CoreState::take_slot(CoreStack *owner) {
  StackSlot *slot;
  if (freed_.size() > kQuarantine) {
    slot = freed_.front();
    freed_.pop_front();
  } else {
    slot = new StackSlot; // never deleted: compiled code may know its address for as long as the process lives
  }
  *slot = StackSlot{{}, this, owner, false};
  return slot;
}

void CoreState::give_slot_back(StackSlot *slot) {
  if (tombstone_ == nullptr) {
    // Never freed, for the same reason.
    auto *area = static_cast<char *>(std::aligned_alloc(16, kTombstoneBytes));
    if (area == nullptr) Napi::Error::Fatal("yugong", "out of memory");
    tombstone_ = reinterpret_cast<uintptr_t *>(area + kTombstoneBytes) - 1;
    *tombstone_ = reinterpret_cast<uintptr_t>(yugong_core_tombstone);
  }
  slot->owner = nullptr;
  slot->stack = yg_stack{};
  slot->stack.sp = reinterpret_cast<uintptr_t>(tombstone_);
  freed_.push_back(slot);
}

// A swap to a stack sets its sp to 0, so this is done again whenever a tombstone has been reached.
void CoreState::restore_tombstones() {
  for (StackSlot *slot : freed_) slot->stack.sp = reinterpret_cast<uintptr_t>(tombstone_);
}

extern "C" [[noreturn]] __attribute__((visibility("hidden"), used)) void yugong_core_tombstone_reached() {
  CoreState *state = CoreState::of_thread();
  if (state == nullptr || !state->is_running()) Napi::Error::Fatal("yugong", "a freed stack was resumed outside of Stack.resume");
  state->fail_from_stack("a stack that has been freed was resumed");
}
