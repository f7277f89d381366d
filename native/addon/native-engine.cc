// SPDX-License-Identifier: MIT
#include "native-engine.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "builtins/exit.h"
#include "code-description.h"
#include "convert.h"
#include "deopt-records.h"
#include "helpers.h"
#include "interrupts.h"
#include "proto-description.h"
#include "requests.h"
#include "stack-extension.h"
#include "value-text.h"

namespace {

Napi::BigUint64Array words(Napi::Env env, const uint64_t *first, size_t count) {
  auto array = Napi::BigUint64Array::New(env, count);
  std::copy(first, first + count, array.Data());
  return array;
}

Napi::Buffer<char> buffer(Napi::Env env, const std::string &bytes) { return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size()); }

yl::Injection read_injection(const Napi::Value &value, const char *name) {
  if (value.IsUndefined()) return {};
  Napi::Object given = convert::object(value, name);
  yl::Injection out;
  out.first = convert::safe_integer(given.Get("first"), "first");
  out.period = convert::safe_integer(given.Get("period"), "period");
  if (given.Has("last")) out.last = convert::safe_integer(given.Get("last"), "last");
  return out;
}

} // namespace

Napi::Object describe_value(Napi::Env env, yl::Value value) {
  auto out = Napi::Object::New(env);
  std::string type = yl::is_int(value) ? "int" : yl::is_double(value) ? "double" : yl::type_name(value);
  out["type"] = type;
  if (!yl::is_function(value)) return out;
  yl::Function *function = yl::as_function(value);
  if (yl::Builtin *builtin = yl::builtin_of(function)) out["builtin"] = builtin->name;
  if (yl::Proto *proto = yl::proto_of(function)) out["proto"] = proto->id;
  out["address"] = convert::big(env, reinterpret_cast<uint64_t>(function));
  out["code"] = convert::big(env, reinterpret_cast<uint64_t>(function->code));
  return out;
}

Napi::Function NativeEngine::define(Napi::Env env) {
  std::vector<PropertyDescriptor> methods = embedding_methods();
  methods.insert(methods.end(), {
                         InstanceMethod<&NativeEngine::add_proto>("addProto"),
                         InstanceMethod<&NativeEngine::addresses>("addresses"),
                         InstanceMethod<&NativeEngine::run>("run"),
                         InstanceMethod<&NativeEngine::set_hotness>("setHotness"),
                         InstanceMethod<&NativeEngine::await_code>("awaitCode"),
                         InstanceMethod<&NativeEngine::watch_notice>("watchNotice"),
                         InstanceMethod<&NativeEngine::hold>("hold"),
                         InstanceMethod<&NativeEngine::release_held>("releaseHeld"),
                         InstanceMethod<&NativeEngine::register_code>("registerCode"),
                         InstanceMethod<&NativeEngine::install_entry>("installEntry"),
                         InstanceMethod<&NativeEngine::install_loop_entry>("installLoopEntry"),
                         InstanceMethod<&NativeEngine::invalidate_code>("invalidateCode"),
                         InstanceMethod<&NativeEngine::reclaim_code>("reclaimCode"),
                         InstanceMethod<&NativeEngine::assume_global>("assumeGlobal"),
                         InstanceMethod<&NativeEngine::describe>("describe"),
                         InstanceMethod<&NativeEngine::describe_held>("describeHeld"),
                         InstanceMethod<&NativeEngine::stacks>("stacks"),
                         InstanceMethod<&NativeEngine::describe_site>("describeSite"),
                         InstanceMethod<&NativeEngine::assume>("assume"),
                         InstanceMethod<&NativeEngine::assumptions_hold>("assumptionsHold"),
                         InstanceMethod<&NativeEngine::shapes_seen>("shapesSeen"),
                         InstanceMethod<&NativeEngine::field_load>("fieldLoad"),
                         InstanceMethod<&NativeEngine::field_store>("fieldStore"),
                         InstanceMethod<&NativeEngine::metatable_change>("metatableChange"),
                         InstanceMethod<&NativeEngine::handler>("handler"),
                         InstanceMethod<&NativeEngine::metatable>("metatable"),
                         InstanceMethod<&NativeEngine::capture>("capture"),
                         InstanceMethod<&NativeEngine::iterators>("iterators"),
                         InstanceMethod<&NativeEngine::only_closure>("onlyClosure"),
                         InstanceMethod<&NativeEngine::empty_shape>("emptyShape"),
                         InstanceMethod<&NativeEngine::string_shape>("stringShape"),
                         InstanceMethod<&NativeEngine::characters>("characters"),
                         InstanceMethod<&NativeEngine::shape_keys>("shapeKeys"),
                         InstanceMethod<&NativeEngine::called_code>("calledCode"),
                         InstanceMethod<&NativeEngine::intern_string>("internString"),
                         InstanceMethod<&NativeEngine::drain_events>("drainEvents"),
                         InstanceMethod<&NativeEngine::take_probes>("takeProbes"),
                         InstanceMethod<&NativeEngine::take_deopts>("takeDeopts"),
                         InstanceMethod<&NativeEngine::text_of>("textOf"),
                         InstanceMethod<&NativeEngine::set_file_trees>("setFileTrees"),
                         InstanceMethod<&NativeEngine::counters>("counters"),
                         InstanceMethod<&NativeEngine::helpers>("helpers"),
                         InstanceMethod<&NativeEngine::set_limits>("setLimits"),
                         InstanceMethod<&NativeEngine::interrupt>("interrupt"),
                         InstanceMethod<&NativeEngine::dispose>("dispose"),
                     });
  return DefineClass(env, "NativeEngine", methods);
}

NativeEngine::NativeEngine(const Napi::CallbackInfo &info) : Napi::ObjectWrap<NativeEngine>(info) {
  Napi::Object given = convert::object(info[0], "options");
  yl::Options options;
  options.memory_limit_bytes = convert::safe_integer(given.Get("memoryLimitBytes"), "memoryLimitBytes");
  options.main_stack_bytes = convert::safe_integer(given.Get("mainStackBytes"), "mainStackBytes");
  options.coroutine_stack_bytes = convert::safe_integer(given.Get("coroutineStackBytes"), "coroutineStackBytes");
  options.hot_threshold = convert::signed32(given.Get("hotThreshold"), "hotThreshold");
  options.failing_guards = read_injection(given.Get("failingGuards"), "failingGuards");
  options.disturbed_calls = read_injection(given.Get("disturbedCalls"), "disturbedCalls");
  options.probe_capacity = convert::unsigned32(given.Get("probeCapacity"), "probeCapacity");
  options.record_switches = given.Get("recordSwitches").ToBoolean();
  options.publish_stacks = given.Get("publishStacks").ToBoolean();
  options.record_deopts = given.Get("recordDeopts").ToBoolean();
  options.extend_after = convert::unsigned32(given.Get("extendAfter"), "extendAfter");
  options.collect_every = convert::unsigned32(given.Get("collectEvery"), "collectEvery");
  uint32_t strings = convert::unsigned32(given.Get("strings"), "strings");
  if (strings > 2) throw Napi::RangeError::New(info.Env(), "strings: no StringForm");
  string_form_ = static_cast<StringForm>(strings);
  if (options.main_stack_bytes < 65536 || options.coroutine_stack_bytes < 65536)
    throw Napi::RangeError::New(info.Env(), "mainStackBytes and coroutineStackBytes must be at least 65536");
  if (options.extend_after > yl::kFirstHeadRoom) throw Napi::RangeError::New(info.Env(), "extendAfter: at most 32768");
  try {
    runtime_ = std::make_unique<yl::Runtime>(options, make_hooks(given));
    if (!on_output_.IsEmpty())
      runtime_->output.set_sink([this](std::string_view bytes) {
        Napi::HandleScope scope(Env());
        on_output_.Call({Napi::Buffer<char>::Copy(Env(), bytes.data(), bytes.size())});
      });
  } catch (const std::exception &) {
    throw Napi::Error::New(info.Env(), "not enough memory for the engine");
  }
  token_ = interrupts::add(runtime_.get());
}

NativeEngine::~NativeEngine() {
  interrupts::remove(token_);
}

yl::Hooks NativeEngine::make_hooks(const Napi::Object &options) {
  on_hot_ = Napi::Persistent(convert::function(options.Get("onHot"), "onHot"));
  on_deopt_ = Napi::Persistent(convert::function(options.Get("onDeopt"), "onDeopt"));
  on_invalidate_ = Napi::Persistent(convert::function(options.Get("onInvalidate"), "onInvalidate"));
  on_load_ = Napi::Persistent(convert::function(options.Get("onLoad"), "onLoad"));
  on_compile_ = Napi::Persistent(convert::function(options.Get("onCompile"), "onCompile"));
  on_host_function_ = Napi::Persistent(convert::function(options.Get("onHostFunction"), "onHostFunction"));
  if (Napi::Value sink = options.Get("onOutput"); !sink.IsUndefined()) on_output_ = Napi::Persistent(convert::function(sink, "onOutput"));
  on_events_ = Napi::Persistent(convert::function(options.Get("onEvents"), "onEvents"));
  yl::Hooks hooks;
  hooks.on_host_function = [this](uint32_t index, const std::vector<yl::Value> &arguments) { return call_host(index, arguments); };
  hooks.on_hot = [this](uint32_t proto_id, int64_t pc, const std::vector<uint8_t> &types) -> uintptr_t {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    auto array = Napi::Uint8Array::New(env, types.size());
    std::copy(types.begin(), types.end(), array.Data());
    Napi::Value address = on_hot_.Call({Napi::Number::New(env, proto_id), Napi::Number::New(env, static_cast<double>(pc)), array});
    return convert::big(address, "what onHot returns");
  };
  hooks.on_deopt = [this](uint64_t csid, uint64_t count) {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    on_deopt_.Call({Napi::Number::New(env, static_cast<double>(csid)), Napi::Number::New(env, static_cast<double>(count))});
  };
  hooks.on_invalidate = [this](uint32_t code, yl::Invalidation done, const std::string &reason) {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    on_invalidate_.Call({Napi::Number::New(env, code), Napi::Number::New(env, done.suspended), Napi::Number::New(env, done.waiting),
                         Napi::String::New(env, reason)});
  };
  hooks.on_compile = [this](const std::string &source, const std::string &name) {
    Napi::Env env = Env();
    Napi::HandleScope scope(env);
    Napi::Value id = on_compile_.Call({Napi::Buffer<char>::Copy(env, source.data(), source.size()), Napi::String::New(env, name)});
    return convert::unsigned32(id, "what onCompile returns");
  };
  hooks.on_events = [this] {
    Napi::HandleScope scope(Env());
    on_events_.Call({});
  };
  hooks.on_load = [this](const std::string &source, const std::string &name, bool is_file) -> yl::LoadResult {
    Napi::HandleScope scope(Env());
    Napi::Value loaded = on_load_.Call({buffer(Env(), source), buffer(Env(), name), Napi::Boolean::New(Env(), is_file)});
    if (loaded.IsNumber()) return {runtime_->proto(convert::unsigned32(loaded, "what onLoad returns")), ""};
    return {nullptr, convert::bytes(loaded, "what onLoad returns")};
  };
  return hooks;
}

yl::Runtime &NativeEngine::runtime(const Napi::CallbackInfo &info) {
  if (!runtime_) throw Napi::TypeError::New(info.Env(), "the engine has been disposed of");
  return *runtime_;
}

yl::ProtoInfo *NativeEngine::proto(const Napi::CallbackInfo &info, const Napi::Value &id) {
  yl::ProtoInfo *proto = runtime(info).proto(convert::unsigned32(id, "protoId"));
  if (!proto) throw Napi::TypeError::New(info.Env(), "protoId: there is no such prototype");
  return proto;
}

yl::ProtoInfo *NativeEngine::main_proto(const Napi::CallbackInfo &info, const Napi::Value &id) {
  yl::ProtoInfo *main = proto(info, id);
  if (main->parameter_count != 0 || main->capture_count != 0)
    throw Napi::TypeError::New(info.Env(), "protoId: a main chunk has no parameters and no captures");
  return main;
}

Napi::Value NativeEngine::add_proto(const Napi::CallbackInfo &info) {
  yl::Runtime &engine = runtime(info);
  Napi::Object description = convert::object(info[0], "proto");
  try {
    return with_memory(info, [&] { return Napi::Number::New(info.Env(), engine.add_proto(read_proto(engine, description))->id); });
  } catch (const std::invalid_argument &error) {
    throw Napi::TypeError::New(info.Env(), error.what());
  }
}

Napi::Value NativeEngine::addresses(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  yl::ProtoInfo *proto = this->proto(info, info[0]);
  auto out = Napi::Object::New(env);
  out["proto"] = convert::big(env, reinterpret_cast<uint64_t>(static_cast<yl::Proto *>(proto)));
  out["constants"] = convert::big(env, reinterpret_cast<uint64_t>(proto->constants));
  out["constantValues"] = words(env, proto->constants, proto->description.constants.size());
  out["globalCells"] = words(env, reinterpret_cast<const uint64_t *>(proto->globals), proto->global_addresses.size());
  auto view = [&](void *memory, size_t size) {
    auto memory_view = Napi::ArrayBuffer::New(env, memory, size);
    // While anybody has the view, the engine is not collected.
    memory_view.DefineProperty(Napi::PropertyDescriptor::Value("engine", info.This(), napi_default));
    views_.push_back(Napi::Weak(memory_view));
    return memory_view;
  };
  size_t feedback_words = proto->feedback_storage.size() * sizeof(yl::Feedback) / 4;
  out["feedback"] = Napi::Uint32Array::New(env, feedback_words, view(proto->feedback, feedback_words * 4), 0);
  // An empty external buffer has no address; a prototype without parameters gets a plain empty array.
  size_t parameters = proto->parameter_feedback_storage.size();
  out["parameterFeedback"] = parameters ? Napi::Uint8Array::New(env, parameters, view(proto->parameter_feedback, parameters), 0) : Napi::Uint8Array::New(env, 0);
  return out;
}

Napi::Value NativeEngine::run(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  yl::ProtoInfo *main = main_proto(info, info[0]);
  std::vector<std::string> words = convert::byte_strings(info[1], "words");
  size_t script = convert::unsigned32(info[2], "script");
  if (script > words.size()) throw Napi::TypeError::New(env, "script: not one of the words");
  yl::RunResult result;
  try {
    result = runtime(info).run(main, words, script);
  } catch (const Napi::Error &) {
    throw; // what a hook has thrown
  } catch (const yl::ExitProgram &exit) {
    auto out = Napi::Object::New(env);
    out["ok"] = true;
    out["exitCode"] = exit.code;
    return out;
  } catch (const yl::Interrupted &interrupted) {
    result = {false, interrupted.message, interrupted.traceback};
  } catch (const yl::OutOfMemory &) {
    result = {false, "not enough memory", ""};
  } catch (const std::exception &error) {
    throw Napi::Error::New(env, error.what());
  }
  auto out = Napi::Object::New(env);
  out["ok"] = result.ok;
  if (!result.ok) {
    out["message"] = buffer(env, result.message);
    out["traceback"] = buffer(env, result.traceback);
  }
  return out;
}

void NativeEngine::set_hotness(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *target = proto(info, info[0]);
  runtime(info).set_hotness(target, convert::signed32(info[1], "value"));
}

void NativeEngine::await_code(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *target = proto(info, info[0]);
  runtime(info).await_code(target, convert::signed32(info[1], "every"), convert::unsigned32(info[2], "times"));
}

void NativeEngine::watch_notice(const Napi::CallbackInfo &info) {
  runtime(info).code_notice = reinterpret_cast<const uint32_t *>(convert::big(info[0], "word"));
}

void NativeEngine::hold(const Napi::CallbackInfo &info) {
  std::vector<uint64_t> values = convert::typed_array<uint64_t>(info[1], napi_biguint64_array, "values");
  std::vector<yl::Value> &held = runtime(info).held[convert::unsigned32(info[0], "number")];
  held.insert(held.end(), values.begin(), values.end());
}

void NativeEngine::release_held(const Napi::CallbackInfo &info) { runtime(info).held.erase(convert::unsigned32(info[0], "number")); }

Napi::Value NativeEngine::register_code(const Napi::CallbackInfo &info) {
  yl::CodeDescription description = read_code(convert::object(info[0], "code"));
  std::string error;
  yl::OptimizedCode *code = runtime(info).register_code(description, convert::safe_integer(info[1], "failureLimit"), &error);
  if (!code) throw Napi::TypeError::New(info.Env(), error);
  return Napi::Number::New(info.Env(), code->id);
}

void NativeEngine::install_entry(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *target = proto(info, info[0]);
  runtime(info).install_entry(target, convert::big(info[1], "address"));
}

void NativeEngine::install_loop_entry(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *target = proto(info, info[0]);
  uint32_t pc = convert::unsigned32(info[1], "pc");
  if (pc >= target->instruction_count) throw Napi::TypeError::New(info.Env(), "pc: not an instruction of this prototype");
  runtime(info).install_loop_entry(target, pc, convert::big(info[2], "address"));
}

Napi::Value NativeEngine::invalidate_code(const Napi::CallbackInfo &info) {
  yl::OptimizedCode *code = runtime(info).code.code(convert::unsigned32(info[0], "code"));
  if (!code) throw Napi::TypeError::New(info.Env(), "code: there is no such code");
  yl::Invalidation done = runtime(info).invalidate_code(code);
  auto out = Napi::Object::New(info.Env());
  out["suspended"] = done.suspended;
  out["waiting"] = done.waiting;
  return out;
}

Napi::Value NativeEngine::reclaim_code(const Napi::CallbackInfo &info) {
  std::vector<uint32_t> ids = runtime(info).reclaim_code();
  auto out = Napi::Uint32Array::New(info.Env(), ids.size());
  std::copy(ids.begin(), ids.end(), out.Data());
  return out;
}

Napi::Value NativeEngine::assume_global(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto *cell = reinterpret_cast<yl::GlobalCell *>(convert::big(info[0], "cell"));
  if (!(cell->flags & yl::kGlobalWatched) || cell->value == yl::kNil) return env.Undefined();
  auto out = Napi::Object::New(env);
  out["assumption"] = runtime(info).assumptions.assume(cell);
  out["value"] = convert::big(env, cell->value);
  return out;
}

Napi::Value NativeEngine::describe(const Napi::CallbackInfo &info) {
  runtime(info);
  return describe_value(info.Env(), convert::big(info[0], "value"));
}

Napi::Value NativeEngine::describe_site(const Napi::CallbackInfo &info) {
  yl::CallSite *site = runtime(info).code.find(convert::safe_integer(info[0], "csid"));
  return Napi::String::New(info.Env(), site ? yl::dump_frame_state(*site->state) : "");
}

Napi::Value NativeEngine::intern_string(const Napi::CallbackInfo &info) {
  try {
    return convert::big(info.Env(), runtime(info).string_value(convert::bytes(info[0], "bytes")));
  } catch (const yl::OutOfMemory &) {
    throw Napi::Error::New(info.Env(), "not enough memory");
  }
}

Napi::Value NativeEngine::drain_events(const Napi::CallbackInfo &info) {
  std::vector<double> events = runtime(info).events.drain();
  auto array = Napi::Float64Array::New(info.Env(), events.size());
  std::copy(events.begin(), events.end(), array.Data());
  return array;
}

Napi::Value NativeEngine::take_probes(const Napi::CallbackInfo &info) {
  yl::Runtime &engine = runtime(info);
  if (engine.is_running()) throw Napi::TypeError::New(info.Env(), "the engine is running: its probes are taken between runs");
  std::vector<double> words{yl::ticks_of_a_mark() * engine.events.nanoseconds_per_tick()};
  if (engine.probes) {
    double scale = engine.events.nanoseconds_per_tick();
    uint64_t start = engine.probes->list().empty() ? 0 : engine.probes->list()[0].at[static_cast<size_t>(yl::Border::kEntered)];
    for (const yl::Probe &probe : engine.probes->list()) {
      words.insert(words.end(), {double(probe.kind), double(probe.frames), double(probe.values)});
      // Relative to the first, so that nanoseconds are exact in a double.
      for (uint64_t at : probe.at) words.push_back(at ? static_cast<double>(static_cast<int64_t>(at - start)) * scale : std::nan(""));
    }
    engine.probes->clear();
  }
  auto array = Napi::Float64Array::New(info.Env(), words.size());
  std::copy(words.begin(), words.end(), array.Data());
  return array;
}

Napi::Value NativeEngine::text_of(const Napi::CallbackInfo &info) {
  runtime(info);
  return buffer(info.Env(), yl::text_of(convert::big(info[0], "value")));
}

Napi::Value NativeEngine::take_deopts(const Napi::CallbackInfo &info) {
  auto out = Napi::Array::New(info.Env());
  if (yl::DeoptRecorder *recorder = runtime(info).deopt_recorder.get())
    for (const yl::RecordedDeopt &deopt : recorder->take()) out[out.Length()] = deopt_record(info.Env(), deopt);
  return out;
}

void NativeEngine::set_file_trees(const Napi::CallbackInfo &info) {
  yl::FilePolicy &files = runtime(info).files;
  files.everywhere = info[0].IsUndefined();
  files.trees = files.everywhere ? std::vector<std::string>() : convert::byte_strings(info[0], "trees");
}

Napi::Value NativeEngine::counters(const Napi::CallbackInfo &info) {
  yl::Runtime &engine = runtime(info);
  auto out = Napi::Object::New(info.Env());
  out["swaps"] = static_cast<double>(engine.swap_count);
  out["deopts"] = static_cast<double>(engine.deopt_count);
  out["osrEntries"] = static_cast<double>(engine.osr_entry_count);
  out["coroutines"] = static_cast<double>(engine.coroutine_count);
  out["guards"] = static_cast<double>(engine.guard_count);
  out["calls"] = static_cast<double>(engine.call_count);
  out["heapBytes"] = static_cast<double>(engine.heap.used_bytes());
  out["handles"] = static_cast<double>(engine.handles.count());
  out["collections"] = static_cast<double>(engine.collection_count);
  out["collectionMilliseconds"] = static_cast<double>(engine.collection_ticks) * engine.events.nanoseconds_per_tick() / 1e6;
  return out;
}

Napi::Value NativeEngine::helpers(const Napi::CallbackInfo &info) {
  auto out = Napi::Object::New(info.Env());
  for (const yl::HelperAddress *helper = yl::kHelperAddresses; helper->name; helper++) out[helper->name] = convert::big(info.Env(), helper->address);
  if (runtime(info).probes) out["yl_deopt"] = convert::big(info.Env(), reinterpret_cast<uint64_t>(&yl_timed_deopt));
  return out;
}

void NativeEngine::set_limits(const Napi::CallbackInfo &info) {
  Napi::Object limits = convert::object(info[0], "limits");
  runtime(info).time_limit = std::chrono::milliseconds(convert::unsigned32(limits.Get("timeMs"), "timeMs"));
  runtime(info).interrupt_on_signal = limits.Get("interruptOnSignal").ToBoolean();
}

void NativeEngine::interrupt(const Napi::CallbackInfo &info) { yl::request(runtime(info), yl::kInterruptRequest); }

void NativeEngine::dispose(const Napi::CallbackInfo &info) {
  if (!runtime_) return;
  if (runtime_->is_running()) throw Napi::TypeError::New(info.Env(), "the engine is running");
  for (auto &view : views_)
    if (!view.IsEmpty())
      if (Napi::ArrayBuffer memory = view.Value(); !memory.IsEmpty()) memory.Detach();
  views_.clear();
  interrupts::remove(token_);
  runtime_.reset();
}
