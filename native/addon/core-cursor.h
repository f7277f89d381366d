// SPDX-License-Identifier: MIT
#pragma once
#include "core-stack.h"

/** CoreCursor of yugong.d.ts: a yg_cursor, which keeps its stack's JavaScript object alive. */
class CoreCursor : public Napi::ObjectWrap<CoreCursor> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit CoreCursor(const Napi::CallbackInfo &info);

 private:
  void copy_from(const Napi::CallbackInfo &info);
  void step(const Napi::CallbackInfo &info);
  Napi::Value kind(const Napi::CallbackInfo &info);
  Napi::Value pc(const Napi::CallbackInfo &info);
  Napi::Value sp(const Napi::CallbackInfo &info);
  Napi::Value csid(const Napi::CallbackInfo &info);
  Napi::Value code(const Napi::CallbackInfo &info);
  Napi::Value code_name(const Napi::CallbackInfo &info);
  Napi::Value words(const Napi::CallbackInfo &info);
  Napi::Value bytes(const Napi::CallbackInfo &info);
  Napi::Value payload(const Napi::CallbackInfo &info);
  void pop(const Napi::CallbackInfo &info);
  Napi::Value push(const Napi::CallbackInfo &info);
  void set_return_barrier(const Napi::CallbackInfo &info);
  void clear_return_barrier(const Napi::CallbackInfo &info);
  Napi::Value has_return_barrier(const Napi::CallbackInfo &info);

  /** The cursor; an Error when its stack has been freed, has run or was changed since. */
  yg_cursor *fresh(const Napi::CallbackInfo &info);
  void stamp();

  Napi::ObjectReference owner_;
  CoreStack *stack_ = nullptr;
  yg_cursor cursor_{};
  uintptr_t sp_ = 0, generation_ = 0; // of the stack, when the cursor was last known to be right
};
