// SPDX-License-Identifier: MIT
#pragma once
#include "core-state.h"

/** CoreHostFunction of yugong.d.ts: a JavaScript function that compiled code calls by an address. */
class CoreHostFunction : public Napi::ObjectWrap<CoreHostFunction> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit CoreHostFunction(const Napi::CallbackInfo &info);
  ~CoreHostFunction() override;

  /** Runs on the host stack. False: there is a JavaScript exception pending. */
  bool call(yg_stack *current, const uintptr_t (&arguments)[4], yg_pair *result);
  /** The same for a return barrier, whose cookie says which function to call. */
  static yg_pair run_barrier(yg_stack *stack, void *cookie, yg_pair values);
  void *barrier_cookie() const { return reinterpret_cast<void *>(uintptr_t{number_}); }
  CoreState *state() const { return state_; }

 private:
  Napi::Value address(const Napi::CallbackInfo &info);

  CoreState *state_;
  Napi::FunctionReference function_;
  uint32_t number_;
};
