// SPDX-License-Identifier: MIT
#include "core-stack.h"

#include "convert.h"

namespace {

// Runs on the stack, below its first function: `first` and `second` are what that function has returned.
void finish(StackSlot **payload, uintptr_t first, uintptr_t second) {
  StackSlot *slot = *payload;
  CoreState *state = slot->state;
  slot->finished = true;
  state->finished = slot;
  for (;;) {
    yg_stack_swap2(&slot->stack, state->host(), first, second);
    // CoreState::run has made the stack empty when it got here; only code that was in a host call meanwhile can come back.
    first = second = 0;
  }
}

} // namespace

bool CoreStack::is_finish(uintptr_t pc) { return pc == reinterpret_cast<uintptr_t>(finish); }

Napi::Function CoreStack::define(Napi::Env env) {
  return DefineClass(env, "CoreStack",
                     {
                         InstanceMethod<&CoreStack::address>("address"),
                         InstanceMethod<&CoreStack::size_bytes>("sizeBytes"),
                         InstanceMethod<&CoreStack::state>("state"),
                         InstanceMethod<&CoreStack::resume>("resume"),
                         InstanceMethod<&CoreStack::free>("free"),
                     });
}

CoreStack::CoreStack(const Napi::CallbackInfo &info) : Napi::ObjectWrap<CoreStack>(info) {
  requested_bytes_ = convert::safe_integer(info[0], "sizeBytes");
  slot_ = CoreState::of(info.Env()).take_slot(this);
  if (yg_status status = make_empty()) {
    slot_->state->give_slot_back(slot_);
    slot_ = nullptr;
    throw core_error(info.Env(), status);
  }
  Napi::MemoryManagement::AdjustExternalMemory(info.Env(), static_cast<int64_t>(slot_->stack.size));
}

CoreStack::~CoreStack() { release(); }

yg_status CoreStack::make_empty() {
  uintptr_t generation = slot_->stack.generation;
  if (slot_->stack.size != 0)
    if (yg_status status = yg_stack_free(&slot_->stack)) return status;
  if (yg_status status = yg_stack_new(&slot_->stack, requested_bytes_)) return status;
  slot_->stack.host = slot_->state->host();
  slot_->stack.generation = generation + 1; // cursors of the life before are stale
  slot_->finished = false;
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &slot_->stack);
  return status ? status : yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(finish), &slot_, sizeof slot_, nullptr);
}

// Freed stacks keep their slot, as a tombstone. False: the stack is running, and its memory stays.
bool CoreStack::release() {
  if (slot_ == nullptr) return true;
  auto size = static_cast<int64_t>(slot_->stack.size);
  if (host_calls != 0 || yg_stack_free(&slot_->stack) != YG_OK) return false;
  slot_->state->give_slot_back(slot_);
  slot_ = nullptr;
  Napi::MemoryManagement::AdjustExternalMemory(Env(), -size);
  return true;
}

StackSlot *CoreStack::slot(Napi::Env env) const {
  if (slot_ == nullptr) throw Napi::Error::New(env, "the stack has been freed");
  return slot_;
}

Napi::Value CoreStack::address(const Napi::CallbackInfo &info) {
  return convert::big(info.Env(), reinterpret_cast<uintptr_t>(&slot(info.Env())->stack));
}

Napi::Value CoreStack::size_bytes(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), static_cast<double>(slot(info.Env())->stack.size));
}

Napi::Value CoreStack::state(const Napi::CallbackInfo &info) {
  const char *state = slot_ == nullptr ? "freed" : host_calls != 0 ? "host-call" : slot_->stack.sp == 0 ? "running" : "paused";
  return Napi::String::New(info.Env(), state);
}

Napi::Value CoreStack::resume(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  StackSlot *slot = this->slot(env);
  yg_pair values{convert::big(info[0], "first"), convert::big(info[1], "second")}, result{};
  if (host_calls != 0) throw core_error(env, YG_ERROR_NOT_PAUSED, "resume: the stack waits for a host function that it has called");
  if (slot->stack.sp == 0) throw core_error(env, YG_ERROR_NOT_PAUSED, "resume");
  yg_cursor top;
  check(env, yg_cursor_new(&top, &slot->stack), "resume");
  if (is_finish(yg_cursor_pc(&top))) throw core_error(env, YG_ERROR_BOTTOM, "resume: there is no frame on the stack");
  bool returned = slot->state->run(env, slot, values, &result);
  StackSlot *finished = slot->state->finished;
  slot->state->finished = nullptr;
  if (finished != nullptr && finished->owner != nullptr) check(env, finished->owner->make_empty());
  if (!returned) return {};
  auto out = Napi::Array::New(env, 2);
  out.Set(0u, convert::big(env, result.first));
  out.Set(1u, convert::big(env, result.second));
  return out;
}

void CoreStack::free(const Napi::CallbackInfo &info) {
  slot(info.Env());
  if (!release()) throw core_error(info.Env(), YG_ERROR_NOT_PAUSED, "free");
}
