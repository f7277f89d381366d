// SPDX-License-Identifier: MIT
#include <napi.h>

#include "broken-pipe.h"
#include "checksum.h"
#include "compiler-claim.h"
#include "core-exports.h"
#include "dynamic-exports.h"
#include "end-process.h"
#include "interpreter-code.h"
#include "layout-json.h"
#include "native-engine.h"
#include "preload.h"
#include "stackmap-exports.h"
#include "thread-clock.h"

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  if (std::string error = yl::register_interpreter_code(); !error.empty()) throw Napi::Error::New(env, "the generated interpreter: " + error);
  exports["NativeEngine"] = NativeEngine::define(env);
  exports["checksum"] = Napi::Function::New(env, checksum, "checksum");
  exports["claimCompiler"] = Napi::Function::New(env, claim_compiler, "claimCompiler");
  exports["preload"] = Napi::Function::New(env, preload, "preload");
  exports["waitForPreloads"] = Napi::Function::New(env, wait_for_preloads, "waitForPreloads");
  exports["threadMilliseconds"] = Napi::Function::New(env, thread_milliseconds, "threadMilliseconds");
  exports["endOnBrokenPipe"] = Napi::Function::New(env, end_on_broken_pipe, "endOnBrokenPipe");
  exports["endProcess"] = Napi::Function::New(env, end_process, "endProcess");
  exports["interruptEngine"] = Napi::Function::New(env, interrupt_engine, "interruptEngine");
  define_core(env, exports);
  define_dynamic(env, exports);
  define_stackmaps(env, exports);
  exports["layoutJson"] = yl::layout_json();
  return exports;
}

NODE_API_MODULE(NODE_GYP_MODULE_NAME, initialize)
