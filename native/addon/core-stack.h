// SPDX-License-Identifier: MIT
#pragma once
#include "core-state.h"

/** CoreStack of yugong.d.ts. On its bottom frame lies one more, which hands what the first function returns to JavaScript:
 *
 *     pushed frames
 *     finish(slot, first, second)     a C-Call frame with a payload; JavaScript sees it as the bottom
 *     bottom                          the core's, which must not be returned into
 */
class CoreStack : public Napi::ObjectWrap<CoreStack> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit CoreStack(const Napi::CallbackInfo &info);
  ~CoreStack() override;

  /** An Error when it has been freed. */
  StackSlot *slot(Napi::Env env) const;
  /** Null: freed. */
  StackSlot *slot_or_null() const { return slot_; }

  /** How many host functions have been called from this stack and have not returned. */
  int host_calls = 0;

  static bool is_finish(uintptr_t pc);

 private:
  Napi::Value address(const Napi::CallbackInfo &info);
  Napi::Value size_bytes(const Napi::CallbackInfo &info);
  Napi::Value state(const Napi::CallbackInfo &info);
  Napi::Value resume(const Napi::CallbackInfo &info);
  void free(const Napi::CallbackInfo &info);

  yg_status make_empty();
  bool release();

  StackSlot *slot_ = nullptr;
  uintptr_t requested_bytes_ = 0;
};
