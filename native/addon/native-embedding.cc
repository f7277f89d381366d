// SPDX-License-Identifier: MIT
// The part of NativeEngine with which JavaScript calls into the language and is called from it.
//
// An exception that ends the program (an interrupt, os.exit) passes through the JavaScript of every host function in between. As C++
// exceptions cannot, it waits in `ending_`, JavaScript gets an ordinary Error in its place, and where the host function returns to the
// language, or the outermost call to its caller, it goes on.
#include <stdexcept>
#include <utility>

#include "builtins/call.h"
#include "builtins/exit.h"
#include "convert.h"
#include "coroutine.h"
#include "interrupts.h"
#include "native-engine.h"
#include "requests.h"
#include "traceback.h"

namespace {

Napi::Buffer<char> buffer(Napi::Env env, const std::string &bytes) { return Napi::Buffer<char>::Copy(env, bytes.data(), bytes.size()); }

bool is_possible_key(yl::Value key) { return key != yl::kNil && !(yl::is_double(key) && std::isnan(yl::as_double(key))); }

constexpr const char *kBeingEnded = "the program is being ended";

/** As the stand-alone lua5.1 words an error value. */
std::string message_of(yl::Value error) {
  return yl::is_string(error) || yl::is_number(error) ? yl::to_text(error) : "(error object is not a string)";
}

} // namespace

std::vector<NativeEngine::PropertyDescriptor> NativeEngine::embedding_methods() {
  return {
      InstanceMethod<&NativeEngine::call>("call"),
      InstanceMethod<&NativeEngine::resume>("resume"),
      InstanceMethod<&NativeEngine::closure>("closure"),
      InstanceMethod<&NativeEngine::host_function>("hostFunction"),
      InstanceMethod<&NativeEngine::new_coroutine>("newCoroutine"),
      InstanceMethod<&NativeEngine::coroutine_status>("coroutineStatus"),
      InstanceMethod<&NativeEngine::globals_table>("globalsTable"),
      InstanceMethod<&NativeEngine::new_table>("newTable"),
      InstanceMethod<&NativeEngine::table_get>("tableGet"),
      InstanceMethod<&NativeEngine::table_set>("tableSet"),
      InstanceMethod<&NativeEngine::table_length>("tableLength"),
      InstanceMethod<&NativeEngine::table_entries>("tableEntries"),
      InstanceMethod<&NativeEngine::has_metatable>("hasMetatable"),
      InstanceMethod<&NativeEngine::release>("release"),
      InstanceMethod<&NativeEngine::interrupt_token>("interruptToken"),
  };
}

Wire NativeEngine::wire(const Napi::CallbackInfo &info) { return Wire(info.Env(), runtime(info), string_form_); }

yl::HostResult NativeEngine::call_host(uint32_t index, const std::vector<yl::Value> &arguments) {
  Napi::Env env = Env();
  Napi::HandleScope scope(env);
  Wire wire(env, *runtime_, string_form_);
  auto result = on_host_function_.Call({Napi::Number::New(env, index), wire.encode_all(arguments)}).As<Napi::Array>();
  if (ending_) std::rethrow_exception(std::exchange(ending_, nullptr));
  // [true, results…], or [false, error value, whether the caller's place goes before it]
  bool ok = result.Get(uint32_t{0}).ToBoolean();
  if (ok) return {true, wire.decode_all(result, 1), false};
  return {false, {wire.decode(result.Get(1))}, result.Get(2).ToBoolean()};
}

Napi::Object NativeEngine::outcome(const Napi::CallbackInfo &info, const yl::Outcome &outcome) {
  auto out = Napi::Object::New(info.Env());
  out["ok"] = outcome.ok;
  out["values"] = wire(info).encode_all(outcome.values);
  if (outcome.ok) return out;
  out["fromHost"] = outcome.values[0] != yl::kNil && outcome.values[0] == runtime(info).host_error;
  out["message"] = buffer(info.Env(), message_of(outcome.values[0]));
  out["traceback"] = buffer(info.Env(), outcome.traceback);
  return out;
}

/** What the outermost call comes to when something has ended the program. */
Napi::Value NativeEngine::ended(Napi::Env env, std::exception_ptr why) {
  auto out = Napi::Object::New(env);
  out["ok"] = false;
  out["values"] = Napi::Array::New(env);
  try {
    std::rethrow_exception(std::move(why));
  } catch (const yl::Interrupted &interrupted) {
    out["interrupted"] = interrupted.reason == yl::kTimeLimitRequest ? "time" : "interrupt";
    out["message"] = buffer(env, interrupted.message);
    out["traceback"] = buffer(env, interrupted.traceback);
  } catch (const yl::ExitProgram &exit) {
    out["exitCode"] = exit.code;
  } catch (const Napi::Error &) {
    throw; // what a callback of the engine's has thrown
  } catch (const std::exception &error) {
    throw Napi::Error::New(env, error.what());
  }
  return out;
}

/** Runs the body, which calls into the language. */
template <class Body> Napi::Value NativeEngine::guarded(const Napi::CallbackInfo &info, Body &&body) {
  Napi::Env env = info.Env();
  if (ending_) throw Napi::Error::New(env, kBeingEnded);
  std::exception_ptr why;
  try {
    return outcome(info, body());
  } catch (const std::logic_error &error) {
    throw Napi::Error::New(env, error.what());
  } catch (const yl::OutOfMemory &) {
    throw Napi::Error::New(env, "not enough memory");
  } catch (...) {
    why = std::current_exception();
  }
  if (!runtime_->is_running()) return ended(env, std::move(why));
  ending_ = std::move(why);
  throw Napi::Error::New(env, kBeingEnded);
}

Napi::Value NativeEngine::call(const Napi::CallbackInfo &info) {
  Wire wire = this->wire(info);
  yl::Value function = wire.decode(info[0]);
  std::vector<yl::Value> arguments = with_memory(info, [&] { return wire.decode_all(convert::array(info[1], "arguments")); });
  return guarded(info, [&] { return runtime(info).call(function, arguments); });
}

Napi::Value NativeEngine::resume(const Napi::CallbackInfo &info) {
  Wire wire = this->wire(info);
  yl::Coroutine *coroutine = wire.coroutine(info[0]);
  std::vector<yl::Value> arguments = with_memory(info, [&] { return wire.decode_all(convert::array(info[1], "arguments")); });
  arguments.insert(arguments.begin(), yl::box(coroutine));
  return guarded(info, [&] {
    bool was_suspended = yl::is_suspended(coroutine);
    yl::Outcome outcome = runtime(info).call(yl::box(runtime(info).library.coroutine_resume), arguments);
    if (!outcome.ok) return outcome;
    outcome.ok = outcome.values[0] == yl::kTrue;
    outcome.values.erase(outcome.values.begin());
    if (!outcome.ok && was_suspended) outcome.traceback = yl::make_traceback(coroutine);
    return outcome;
  });
}

Napi::Value NativeEngine::closure(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *main = main_proto(info, info[0]);
  return with_memory(info, [&] { return wire(info).encode(yl::box(runtime(info).new_closure(main))); });
}

Napi::Value NativeEngine::host_function(const Napi::CallbackInfo &info) {
  uint32_t index = convert::unsigned32(info[0], "index");
  return with_memory(info, [&] { return wire(info).encode(yl::box(host_function_new(runtime(info), index))); });
}

Napi::Value NativeEngine::new_coroutine(const Napi::CallbackInfo &info) {
  yl::Value function = wire(info).decode(info[0]);
  if (!yl::is_function(function) || !yl::proto_of(yl::as_function(function)))
    throw Napi::TypeError::New(info.Env(), "a coroutine's function must be one of the language");
  return with_memory(info, [&] { return wire(info).encode(yl::box(yl::coroutine_new(runtime(info), function))); });
}

Napi::Value NativeEngine::coroutine_status(const Napi::CallbackInfo &info) {
  return Napi::String::New(info.Env(), yl::status_text(yl::status_of(wire(info).coroutine(info[0]), yl::running_coroutine(runtime(info)))));
}

Napi::Value NativeEngine::globals_table(const Napi::CallbackInfo &info) { return wire(info).encode(yl::box(runtime(info).globals_table)); }

// ---- tables: raw accesses ---------------------------------------------------------------------------------------------------------------

Napi::Value NativeEngine::new_table(const Napi::CallbackInfo &info) {
  uint32_t elements = convert::unsigned32(info[0], "elements"), fields = convert::unsigned32(info[1], "fields");
  return with_memory(info, [&] { return wire(info).encode(yl::box(yl::table_new(runtime(info).tables, elements, fields))); });
}

Napi::Value NativeEngine::table_get(const Napi::CallbackInfo &info) {
  Wire wire = this->wire(info);
  yl::Table *table = wire.table(info[0]);
  yl::Value key = with_memory(info, [&] { return wire.decode(info[1]); });
  return is_possible_key(key) ? wire.encode(yl::table_get(table, key)) : info.Env().Undefined();
}

void NativeEngine::table_set(const Napi::CallbackInfo &info) {
  Wire wire = this->wire(info);
  with_memory(info, [&] {
    yl::Value key = wire.decode(info[1]);
    if (!is_possible_key(key)) throw Napi::TypeError::New(info.Env(), key == yl::kNil ? "table index is nil" : "table index is NaN");
    yl::table_set(runtime(info).tables, wire.table(info[0]), key, wire.decode(info[2]));
  });
}

Napi::Value NativeEngine::table_length(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), yl::table_length(wire(info).table(info[0])));
}

Napi::Value NativeEngine::table_entries(const Napi::CallbackInfo &info) {
  Wire wire = this->wire(info);
  yl::Table *table = wire.table(info[0]);
  auto out = Napi::Array::New(info.Env());
  yl::TableEntry entry{yl::kNil, yl::kNil};
  for (uint32_t at = 0; yl::table_next(table, entry.key, &entry) && entry.key != yl::kNil; at += 2) {
    Napi::HandleScope scope(info.Env());
    out.Set(at, wire.encode(entry.key));
    out.Set(at + 1, wire.encode(entry.value));
  }
  return out;
}

Napi::Value NativeEngine::has_metatable(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), wire(info).table(info[0])->metatable != nullptr);
}

// ---- handles ------------------------------------------------------------------------------------------------------------------------------

void NativeEngine::release(const Napi::CallbackInfo &info) {
  if (runtime_) runtime_->handles.release(convert::unsigned32(info[0], "slot"));
}

Napi::Value NativeEngine::interrupt_token(const Napi::CallbackInfo &info) {
  runtime(info);
  return Napi::Number::New(info.Env(), token_);
}

Napi::Value interrupt_engine(const Napi::CallbackInfo &info) {
  return Napi::Boolean::New(info.Env(), interrupts::interrupt(convert::unsigned32(info[0], "token")));
}
