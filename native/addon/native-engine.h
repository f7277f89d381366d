// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

#include <memory>

#include "engine.h"

/** NativeEngine of yugong.d.ts: one yl::Runtime. */
class NativeEngine : public Napi::ObjectWrap<NativeEngine> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NativeEngine(const Napi::CallbackInfo &info);

 private:
  Napi::Value add_proto(const Napi::CallbackInfo &info);
  Napi::Value addresses(const Napi::CallbackInfo &info);
  Napi::Value run(const Napi::CallbackInfo &info);
  void set_hotness(const Napi::CallbackInfo &info);
  Napi::Value register_code(const Napi::CallbackInfo &info);
  void install_entry(const Napi::CallbackInfo &info);
  void install_loop_entry(const Napi::CallbackInfo &info);
  Napi::Value invalidate_code(const Napi::CallbackInfo &info);
  Napi::Value describe(const Napi::CallbackInfo &info);
  Napi::Value describe_site(const Napi::CallbackInfo &info);
  Napi::Value intern_string(const Napi::CallbackInfo &info);
  Napi::Value drain_events(const Napi::CallbackInfo &info);
  void set_file_trees(const Napi::CallbackInfo &info);
  Napi::Value counters(const Napi::CallbackInfo &info);
  Napi::Value helpers(const Napi::CallbackInfo &info);
  void set_limits(const Napi::CallbackInfo &info);
  void interrupt(const Napi::CallbackInfo &info);
  void dispose(const Napi::CallbackInfo &info);

  yl::Hooks make_hooks(const Napi::Object &options);
  /** The engine; a TypeError when it has been disposed of. */
  yl::Runtime &runtime(const Napi::CallbackInfo &info);
  yl::ProtoInfo *proto(const Napi::CallbackInfo &info, const Napi::Value &id);

  std::unique_ptr<yl::Runtime> runtime_;
  Napi::FunctionReference on_hot_, on_deopt_, on_events_, on_load_, on_compile_;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> views_; // of native memory, detached when it goes
};
