// SPDX-License-Identifier: MIT
#include <napi.h>

#include "functions.h"
#include "session-object.h"

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  SessionObject::registerIn(env, exports);
  registerFunctions(env, exports);
  return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialize)
