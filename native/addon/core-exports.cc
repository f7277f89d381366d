// SPDX-License-Identifier: MIT
#include "core-exports.h"

#include "convert.h"
#include "core-code.h"
#include "core-cursor.h"
#include "core-host-function.h"
#include "core-stack.h"

void define_core(Napi::Env env, Napi::Object exports) {
  CoreState &state = CoreState::make(env);
  exports["CoreStack"] = CoreStack::define(env);
  exports["CoreCursor"] = CoreCursor::define(env);
  exports["CoreCode"] = CoreCode::define(env);
  exports["CoreHostFunction"] = CoreHostFunction::define(env);
  exports["coreHostAddress"] = convert::big(env, reinterpret_cast<uintptr_t>(state.host()));
  auto symbols = Napi::Object::New(env);
  symbols["yg_stack_swap"] = convert::big(env, reinterpret_cast<uintptr_t>(yg_stack_swap));
  symbols["yg_stack_swap2"] = convert::big(env, reinterpret_cast<uintptr_t>(yg_stack_swap2));
  exports["coreSymbols"] = symbols;
}
