// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

#include <memory>
#include <utility>

#include "collector.h"
#include "engine.h"
#include "wire.h"

/** NativeEngine of yugong.d.ts: one yl::Runtime. */
class NativeEngine : public Napi::ObjectWrap<NativeEngine> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit NativeEngine(const Napi::CallbackInfo &info);
  ~NativeEngine() override;

 private:
  Napi::Value add_proto(const Napi::CallbackInfo &info);
  Napi::Value addresses(const Napi::CallbackInfo &info);
  Napi::Value run(const Napi::CallbackInfo &info);
  void set_hotness(const Napi::CallbackInfo &info);
  void await_code(const Napi::CallbackInfo &info);
  void watch_notice(const Napi::CallbackInfo &info);
  void hold(const Napi::CallbackInfo &info);
  void release_held(const Napi::CallbackInfo &info);
  Napi::Value register_code(const Napi::CallbackInfo &info);
  void install_entry(const Napi::CallbackInfo &info);
  void install_loop_entry(const Napi::CallbackInfo &info);
  Napi::Value invalidate_code(const Napi::CallbackInfo &info);
  Napi::Value describe(const Napi::CallbackInfo &info);
  Napi::Value describe_held(const Napi::CallbackInfo &info);
  Napi::Value stacks(const Napi::CallbackInfo &info);
  Napi::Value text_of(const Napi::CallbackInfo &info);
  Napi::Value take_deopts(const Napi::CallbackInfo &info);
  Napi::Value reclaim_code(const Napi::CallbackInfo &info);
  Napi::Value assume_global(const Napi::CallbackInfo &info);
  Napi::Value describe_site(const Napi::CallbackInfo &info);
  Napi::Value assume(const Napi::CallbackInfo &info);
  Napi::Value assumptions_hold(const Napi::CallbackInfo &info);
  Napi::Value shapes_seen(const Napi::CallbackInfo &info);
  Napi::Value field_load(const Napi::CallbackInfo &info);
  Napi::Value field_store(const Napi::CallbackInfo &info);
  Napi::Value metatable_change(const Napi::CallbackInfo &info);
  Napi::Value handler(const Napi::CallbackInfo &info);
  Napi::Value metatable(const Napi::CallbackInfo &info);
  Napi::Value iterators(const Napi::CallbackInfo &info);
  Napi::Value only_closure(const Napi::CallbackInfo &info);
  Napi::Value shape_keys(const Napi::CallbackInfo &info);
  Napi::Value empty_shape(const Napi::CallbackInfo &info);
  Napi::Value string_shape(const Napi::CallbackInfo &info);
  Napi::Value characters(const Napi::CallbackInfo &info);
  Napi::Value capture(const Napi::CallbackInfo &info);
  Napi::Value called_code(const Napi::CallbackInfo &info);
  Napi::Value intern_string(const Napi::CallbackInfo &info);
  Napi::Value drain_events(const Napi::CallbackInfo &info);
  Napi::Value take_probes(const Napi::CallbackInfo &info);
  void set_file_trees(const Napi::CallbackInfo &info);
  Napi::Value counters(const Napi::CallbackInfo &info);
  Napi::Value helpers(const Napi::CallbackInfo &info);
  void set_limits(const Napi::CallbackInfo &info);
  void interrupt(const Napi::CallbackInfo &info);
  void dispose(const Napi::CallbackInfo &info);

  // In native-embedding.cc.
  Napi::Value call(const Napi::CallbackInfo &info);
  Napi::Value resume(const Napi::CallbackInfo &info);
  Napi::Value closure(const Napi::CallbackInfo &info);
  Napi::Value host_function(const Napi::CallbackInfo &info);
  Napi::Value new_coroutine(const Napi::CallbackInfo &info);
  Napi::Value coroutine_status(const Napi::CallbackInfo &info);
  Napi::Value globals_table(const Napi::CallbackInfo &info);
  Napi::Value new_table(const Napi::CallbackInfo &info);
  Napi::Value table_get(const Napi::CallbackInfo &info);
  void table_set(const Napi::CallbackInfo &info);
  Napi::Value table_length(const Napi::CallbackInfo &info);
  Napi::Value table_entries(const Napi::CallbackInfo &info);
  Napi::Value has_metatable(const Napi::CallbackInfo &info);
  void release(const Napi::CallbackInfo &info);
  Napi::Value interrupt_token(const Napi::CallbackInfo &info);
  static std::vector<PropertyDescriptor> embedding_methods();
  Wire wire(const Napi::CallbackInfo &info);
  yl::HostResult call_host(uint32_t index, const std::vector<yl::Value> &arguments);
  Napi::Object outcome(const Napi::CallbackInfo &info, const yl::Outcome &outcome);
  Napi::Value ended(Napi::Env env, std::exception_ptr why);
  template <class Body> Napi::Value guarded(const Napi::CallbackInfo &info, Body &&body);
  /** Run the body; "not enough memory" is an Error. It may be run twice, and has no value but what it makes itself or a handle keeps. */
  template <class Body> auto with_memory(const Napi::CallbackInfo &info, Body &&body) -> decltype(body());

  yl::Hooks make_hooks(const Napi::Object &options);
  /** The engine; a TypeError when it has been disposed of. */
  yl::Runtime &runtime(const Napi::CallbackInfo &info);
  const yl::Feedback &feedback(const Napi::CallbackInfo &info);
  std::pair<yl::Shape *, yl::String *> field(const Napi::CallbackInfo &info);
  yl::ProtoInfo *proto(const Napi::CallbackInfo &info, const Napi::Value &id);
  /** Of a chunk. */
  yl::ProtoInfo *main_proto(const Napi::CallbackInfo &info, const Napi::Value &id);

  std::unique_ptr<yl::Runtime> runtime_;
  Napi::FunctionReference on_hot_, on_deopt_, on_invalidate_, on_events_, on_load_, on_compile_, on_host_function_, on_output_;
  StringForm string_form_;
  std::exception_ptr ending_; // on its way through JavaScript, see native-embedding.cc
  uint32_t token_ = 0;
  std::vector<Napi::Reference<Napi::ArrayBuffer>> views_; // of native memory, detached when it goes
};

/**
 * A program collects where it calls helpers. When none runs nobody does, and what the last one has left would be in the way of the next for
 * ever. When one runs, it may have values that only it knows of; the error goes to it, and it collects.
 */
template <class Body> auto NativeEngine::with_memory(const Napi::CallbackInfo &info, Body &&body) -> decltype(body()) {
  yl::Runtime &engine = runtime(info);
  if (!engine.is_running()) {
    try {
      return body();
    } catch (const yl::OutOfMemory &) {
      yl::collect(engine, nullptr);
    }
  }
  try {
    return body();
  } catch (const yl::OutOfMemory &) {
    throw Napi::Error::New(info.Env(), "not enough memory");
  }
}

/** ValueInfo of yugong.d.ts. */
Napi::Object describe_value(Napi::Env env, yl::Value value);

/** interruptEngine of yugong.d.ts. */
Napi::Value interrupt_engine(const Napi::CallbackInfo &info);
