// SPDX-License-Identifier: MIT
#pragma once
#include "core-state.h"

/** CoreCode of yugong.d.ts: a registration. It lasts until `unregister`; runtime/core keeps the object until then. */
class CoreCode : public Napi::ObjectWrap<CoreCode> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit CoreCode(const Napi::CallbackInfo &info);
  ~CoreCode() override;

 private:
  Napi::Value id(const Napi::CallbackInfo &info);
  void unregister(const Napi::CallbackInfo &info);
  Napi::Value published(const Napi::CallbackInfo &info);
  static Napi::Value csid_at(const Napi::CallbackInfo &info);

  yg_status release();
  static void at_exit(void *self);

  yg_code *code_ = nullptr;
};
