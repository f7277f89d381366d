// SPDX-License-Identifier: MIT
// What the core's JavaScript classes share: one CoreState a thread, and the memory that compiled code may hold addresses of.
//
// Compiled code knows a stack by the address of its yg_stack, and JavaScript cannot take that address back. So a yg_stack lives in a
// StackSlot that is never unmapped; when the stack is freed or collected, its sp points to a tombstone, and code that swaps to it gives
// a JavaScript error instead of a crash.
//
// The way in and out, for stack A that JavaScript resumes and whose code calls a JavaScript function:
//
//     Node's stack                                       A
//       CoreStack::resume
//         CoreState::run          -- yg_stack_swap2 -->    function
//           yugong_core_call_javascript  <-- host call --    call host function's thunk
//             the JavaScript function
//
// When the JavaScript function throws, CoreState::escape() jumps over the host call back to `run`, which are both on Node's stack; A stays
// paused at its host call and can be walked, changed and resumed like any other.
#pragma once
#include <napi.h>

#include <csetjmp>
#include <deque>

#include "yugong.h"

class CoreState;
class CoreStack;

struct StackSlot {
  yg_stack stack; // first: its address is what compiled code knows
  CoreState *state = nullptr;
  CoreStack *owner = nullptr; // null: free
  bool finished = false;      // its first function has returned
};

class CoreState {
 public:
  /** Made when the addon is loaded into a thread; reached from there on by `of(env)`. */
  static CoreState &make(Napi::Env env);
  static CoreState &of(Napi::Env env);
  /** Of the thread that asks; null when it has none. */
  static CoreState *of_thread();

  ~CoreState();

  /** Swap from Node's stack to `slot`'s until its code swaps back. False: there is a JavaScript exception pending. */
  bool run(Napi::Env env, StackSlot *slot, yg_pair values, yg_pair *result);

  /** From compiled code that has called the host: leave the innermost `run` with its exception pending. */
  [[noreturn]] void escape();
  /** The same from a stack that is not the host. */
  [[noreturn]] void fail_from_stack(const char *message);
  /** Throw, to be followed by escape(). */
  void throw_pending(const char *message);
  bool is_running() const { return innermost_ != nullptr; }

  StackSlot *take_slot(CoreStack *owner);
  void give_slot_back(StackSlot *slot);

  yg_stack *host() { return &host_; }
  StackSlot *finished = nullptr; // whose first function has just returned

 private:
  struct Resumption {
    jmp_buf escape;
    Resumption *outer;
  };

  explicit CoreState(napi_env env);
  void restore_tombstones();

  napi_env env_;
  yg_stack host_{};
  Resumption *innermost_ = nullptr;
  const char *failure_ = nullptr;
  uintptr_t *tombstone_ = nullptr; // the word that freed stacks' sp points to
  std::deque<StackSlot *> freed_;  // oldest first
};

/** Throw the JavaScript Error for a status, with its name as `code`, unless it is YG_OK. */
void check(Napi::Env env, yg_status status, const char *what = nullptr);
Napi::Error core_error(Napi::Env env, yg_status status, const char *what = nullptr);
