// SPDX-License-Identifier: MIT
// NativeEngine.stacks: what native/language/stack-view.h sees, as objects.
#include <algorithm>

#include "coroutine.h"
#include "native-engine.h"
#include "stack-view.h"

namespace {

const char *tier_text(yl::FrameTier tier) {
  switch (tier) {
    case yl::FrameTier::kInterpreter: return "interpreter";
    case yl::FrameTier::kRebuilt: return "rebuilt";
    case yl::FrameTier::kOptimized: return "optimized";
    case yl::FrameTier::kBuiltin: return "builtin";
  }
  return "";
}

Napi::Object frame_object(Napi::Env env, Wire wire, const yl::FrameView &frame) {
  auto out = Napi::Object::New(env);
  out["tier"] = tier_text(frame.tier);
  if (frame.proto) {
    out["protoId"] = frame.proto->id;
    out["pc"] = frame.pc;
  }
  out["inlined"] = frame.inlined;
  out["invalid"] = frame.invalid;
  auto registers = Napi::Array::New(env, frame.registers.size()), values = Napi::Array::New(env, frame.registers.size());
  for (uint32_t at = 0; at < frame.registers.size(); at++) {
    registers.Set(at, frame.registers[at].first);
    values.Set(at, wire.encode(frame.registers[at].second));
  }
  out["registers"] = registers;
  out["values"] = values;
  return out;
}

} // namespace

Napi::Value NativeEngine::stacks(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  std::vector<yl::StackView> views;
  try {
    views = yl::view_stacks(runtime(info));
  } catch (const yl::OutOfMemory &) {
    throw Napi::Error::New(env, "not enough memory");
  }
  const yl::Coroutine *running = yl::running_coroutine(runtime(info));
  auto out = Napi::Array::New(env, views.size());
  for (uint32_t at = 0; at < views.size(); at++) {
    Napi::HandleScope scope(env);
    const yl::StackView &view = views[at];
    auto stack = Napi::Object::New(env);
    stack["coroutine"] = view.co->id;
    stack["status"] = yl::status_text(yl::status_of(view.co, running));
    stack["function"] = wire(info).encode(view.co->function);
    stack["usedBytes"] = static_cast<double>(view.used_bytes);
    auto frames = Napi::Array::New(env, view.frames.size());
    for (uint32_t number = 0; number < view.frames.size(); number++) frames.Set(number, frame_object(env, wire(info), view.frames[number]));
    stack["frames"] = frames;
    out.Set(at, stack);
  }
  return out;
}

Napi::Value NativeEngine::describe_held(const Napi::CallbackInfo &info) { return describe_value(info.Env(), wire(info).decode(info[0])); }
