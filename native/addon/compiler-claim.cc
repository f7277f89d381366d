// SPDX-License-Identifier: MIT
#include "compiler-claim.h"

#include <atomic>

namespace {
std::atomic<napi_env> owner;

void give_up(void *env) {
  auto expected = static_cast<napi_env>(env);
  owner.compare_exchange_strong(expected, nullptr);
}
} // namespace

Napi::Value claim_compiler(const Napi::CallbackInfo &info) {
  napi_env env = info.Env(), before = nullptr;
  bool is_new = owner.compare_exchange_strong(before, env);
  if (is_new) napi_add_env_cleanup_hook(env, give_up, env);
  return Napi::Boolean::New(env, is_new || before == env);
}
