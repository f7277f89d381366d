// SPDX-License-Identifier: MIT
#include "core-cursor.h"

#include <vector>

#include "convert.h"
#include "core-host-function.h"

Napi::Function CoreCursor::define(Napi::Env env) {
  return DefineClass(env, "CoreCursor",
                     {
                         InstanceMethod<&CoreCursor::copy_from>("copyFrom"),
                         InstanceMethod<&CoreCursor::step>("step"),
                         InstanceMethod<&CoreCursor::kind>("kind"),
                         InstanceMethod<&CoreCursor::pc>("pc"),
                         InstanceMethod<&CoreCursor::sp>("sp"),
                         InstanceMethod<&CoreCursor::csid>("csid"),
                         InstanceMethod<&CoreCursor::code>("code"),
                         InstanceMethod<&CoreCursor::code_name>("codeName"),
                         InstanceMethod<&CoreCursor::words>("keepAliveWords"),
                         InstanceMethod<&CoreCursor::bytes>("keepAliveBytes"),
                         InstanceMethod<&CoreCursor::payload>("payload"),
                         InstanceMethod<&CoreCursor::pop>("pop"),
                         InstanceMethod<&CoreCursor::push>("push"),
                         InstanceMethod<&CoreCursor::set_return_barrier>("setReturnBarrier"),
                         InstanceMethod<&CoreCursor::clear_return_barrier>("clearReturnBarrier"),
                         InstanceMethod<&CoreCursor::has_return_barrier>("hasReturnBarrier"),
                     });
}

CoreCursor::CoreCursor(const Napi::CallbackInfo &info) : Napi::ObjectWrap<CoreCursor>(info) {
  Napi::Object stack = convert::object(info[0], "stack");
  owner_ = Napi::Persistent(stack);
  stack_ = CoreStack::Unwrap(stack);
  check(info.Env(), yg_cursor_new(&cursor_, &stack_->slot(info.Env())->stack), "cursor");
  stamp();
}

void CoreCursor::stamp() {
  sp_ = stack_->slot_or_null()->stack.sp;
  generation_ = stack_->slot_or_null()->stack.generation;
}

yg_cursor *CoreCursor::fresh(const Napi::CallbackInfo &info) {
  const yg_stack &stack = stack_->slot(info.Env())->stack;
  if (stack.sp == 0) throw core_error(info.Env(), YG_ERROR_NOT_PAUSED, "cursor");
  if (stack.sp != sp_ || stack.generation != generation_) throw core_error(info.Env(), YG_ERROR_STALE, "cursor");
  return &cursor_;
}

void CoreCursor::copy_from(const Napi::CallbackInfo &info) {
  CoreCursor *other = CoreCursor::Unwrap(convert::object(info[0], "cursor"));
  if (other->stack_ != stack_) throw core_error(info.Env(), YG_ERROR_FOREIGN, "cursor");
  cursor_ = *other->fresh(info);
  stamp();
}

void CoreCursor::step(const Napi::CallbackInfo &info) {
  yg_cursor next = *fresh(info);
  if (CoreStack::is_finish(yg_cursor_pc(&next))) throw core_error(info.Env(), YG_ERROR_BOTTOM);
  check(info.Env(), yg_cursor_step(&next));
  cursor_ = next;
}

Napi::Value CoreCursor::kind(const Napi::CallbackInfo &info) {
  yg_cursor *cursor = fresh(info);
  const char *kind = "unknown";
  if (CoreStack::is_finish(yg_cursor_pc(cursor))) {
    kind = "bottom";
  } else if (yg_cursor_code(cursor) != nullptr) {
    kind = "compiled";
  } else {
    yg_ll_state state;
    if (yg_ll_frame_state(cursor, &state) == YG_OK && state.protocol == YG_LL_C_CALL) kind = "call";
  }
  return Napi::String::New(info.Env(), kind);
}

Napi::Value CoreCursor::pc(const Napi::CallbackInfo &info) { return convert::big(info.Env(), yg_cursor_pc(fresh(info))); }

Napi::Value CoreCursor::sp(const Napi::CallbackInfo &info) { return convert::big(info.Env(), yg_cursor_sp(fresh(info))); }

Napi::Value CoreCursor::csid(const Napi::CallbackInfo &info) { return convert::big(info.Env(), yg_get_csid(fresh(info))); }

Napi::Value CoreCursor::code(const Napi::CallbackInfo &info) {
  return convert::big(info.Env(), reinterpret_cast<uintptr_t>(yg_cursor_code(fresh(info))));
}

Napi::Value CoreCursor::code_name(const Napi::CallbackInfo &info) {
  return Napi::String::New(info.Env(), yg_code_name(yg_cursor_code(fresh(info))));
}

Napi::Value CoreCursor::words(const Napi::CallbackInfo &info) {
  int count = yg_keepalive_count(fresh(info));
  auto out = Napi::BigUint64Array::New(info.Env(), static_cast<size_t>(count));
  if (count != 0) check(info.Env(), yg_keepalive_words(&cursor_, out.Data(), count));
  return out;
}

Napi::Value CoreCursor::bytes(const Napi::CallbackInfo &info) {
  uint32_t index = convert::unsigned32(info[0], "index");
  yg_cursor *cursor = fresh(info);
  if (index >= static_cast<uint32_t>(yg_keepalive_count(cursor))) throw core_error(info.Env(), YG_ERROR_ARGUMENT, "keep-alive");
  std::vector<char> bytes(UINT16_MAX);
  size_t size = 0;
  check(info.Env(), yg_keepalive_get(cursor, static_cast<int>(index), bytes.data(), bytes.size(), &size));
  return Napi::Buffer<char>::Copy(info.Env(), bytes.data(), size);
}

Napi::Value CoreCursor::payload(const Napi::CallbackInfo &info) {
  yg_cursor *cursor = fresh(info);
  size_t size = 0;
  void *payload = CoreStack::is_finish(yg_cursor_pc(cursor)) ? nullptr : yg_cursor_payload(cursor, &size);
  if (payload == nullptr) return info.Env().Undefined();
  return Napi::Buffer<char>::Copy(info.Env(), static_cast<char *>(payload), size);
}

void CoreCursor::pop(const Napi::CallbackInfo &info) {
  check(info.Env(), yg_pop_frames_to(fresh(info)), "pop");
  stamp();
}

Napi::Value CoreCursor::push(const Napi::CallbackInfo &info) {
  yg_cursor *cursor = fresh(info);
  auto function = static_cast<uintptr_t>(convert::big(info[0], "function"));
  if (!info[1].IsBuffer()) {
    check(info.Env(), yg_push_frame(cursor, function), "push");
    stamp();
    return convert::big(info.Env(), 0);
  }
  auto bytes = info[1].As<Napi::Buffer<char>>();
  void *copy = nullptr;
  // An empty Buffer's data may be null, which the core takes only with size 0.
  check(info.Env(), yg_push_frame_payload(cursor, function, bytes.Data(), bytes.Length(), &copy), "push");
  stamp();
  return convert::big(info.Env(), reinterpret_cast<uintptr_t>(copy));
}

void CoreCursor::set_return_barrier(const Napi::CallbackInfo &info) {
  CoreHostFunction *function = CoreHostFunction::Unwrap(convert::object(info[0], "function"));
  check(info.Env(), yg_set_return_barrier(fresh(info), CoreHostFunction::run_barrier, function->barrier_cookie()), "return barrier");
  stamp();
}

void CoreCursor::clear_return_barrier(const Napi::CallbackInfo &info) {
  check(info.Env(), yg_clear_return_barrier(fresh(info)), "return barrier");
  stamp();
}

Napi::Value CoreCursor::has_return_barrier(const Napi::CallbackInfo &info) {
  yg_barrier_function function;
  void *cookie;
  return Napi::Boolean::New(info.Env(), yg_get_return_barrier(fresh(info), &function, &cookie) == YG_OK);
}
