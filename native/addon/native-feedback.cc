// SPDX-License-Identifier: MIT
// What the optimizer asks about the feedback of field accesses and calls.
#include "convert.h"
#include "native-engine.h"

namespace {

std::vector<uint64_t> cases_of(const yl::Feedback &feedback) {
  if (const yl::FeedbackCases *cases = feedback.cases) return {cases->words, cases->words + cases->count};
  return feedback.reference ? std::vector<uint64_t>{feedback.reference} : std::vector<uint64_t>{};
}

uint64_t address(const void *pointer) { return reinterpret_cast<uint64_t>(pointer); }

struct Case {
  const char *kind;
  uint32_t slot;
  yl::Value value;
  const void *holder, *next;
  const yl::Assumption *assumption;
  uint32_t watched = 0;
  bool keeps_nil = false;
};

Case case_of(const yl::Lookup &lookup) {
  static const char *const kinds[] = {"slot", "slot", "constant", "variable", "unknown"};
  return {kinds[lookup.kind], lookup.slot, lookup.value, lookup.holder, nullptr, lookup.kind == yl::Lookup::kSlot ? nullptr : &lookup.assumption};
}

Case case_of(const yl::Store &store) {
  static const char *const kinds[] = {"slot", "add", "unknown"};
  return {kinds[store.kind], store.slot, yl::kNil, nullptr, store.next, store.assumption, store.watched, store.keeps_nil};
}

Napi::Object to_object(Napi::Env env, const yl::Shape *shape, const Case &from) {
  auto out = Napi::Object::New(env);
  out["shape"] = convert::big(env, address(shape));
  out["kind"] = from.kind;
  out["slot"] = from.slot;
  out["value"] = convert::big(env, from.value);
  out["holder"] = convert::big(env, address(from.holder));
  out["next"] = convert::big(env, address(from.next));
  out["assumption"] = convert::big(env, address(from.assumption));
  static const char *const watched[] = {"", "index", "newindex"};
  out["watched"] = watched[from.watched];
  out["keepsNil"] = from.keeps_nil;
  out["isPlain"] = shape->delegation == nullptr;
  out["isBroken"] = from.assumption && from.assumption->broken;
  return out;
}

} // namespace

const yl::Feedback &NativeEngine::feedback(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *proto = this->proto(info, info[0]);
  uint32_t pc = convert::unsigned32(info[1], "pc");
  if (pc >= proto->instruction_count) throw Napi::TypeError::New(info.Env(), "pc: not an instruction of this prototype");
  return proto->feedback[pc];
}

Napi::Value NativeEngine::assume(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), runtime(info).assumptions.assume(reinterpret_cast<const void *>(convert::big(info[0], "word"))));
}

Napi::Value NativeEngine::assumptions_hold(const Napi::CallbackInfo &info) {
  bool all = true;
  for (uint32_t id : convert::typed_array<uint32_t>(info[0], napi_uint32_array, "assumptions")) all &= runtime(info).assumptions.holds(id);
  return Napi::Boolean::New(info.Env(), all);
}

Napi::Value NativeEngine::shapes_seen(const Napi::CallbackInfo &info) {
  std::vector<uint64_t> shapes = cases_of(feedback(info));
  auto out = Napi::BigUint64Array::New(info.Env(), shapes.size());
  std::copy(shapes.begin(), shapes.end(), out.Data());
  return out;
}

Napi::Value NativeEngine::field_load(const Napi::CallbackInfo &info) {
  auto [shape, key] = field(info);
  return to_object(info.Env(), shape, case_of(*runtime(info).delegations.lookup(shape, key)));
}

Napi::Value NativeEngine::field_store(const Napi::CallbackInfo &info) {
  auto [shape, key] = field(info);
  return to_object(info.Env(), shape, case_of(runtime(info).delegations.store(shape, key)));
}

Napi::Value NativeEngine::metatable_change(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto *shape = reinterpret_cast<yl::Shape *>(convert::big(info[0], "shape"));
  uint64_t metatable = convert::big(info[1], "metatable");
  yl::MetatableChange change;
  if (!info[2].IsUndefined())
    change = runtime(info).delegations.metatable_change(shape, reinterpret_cast<yl::Shape *>(metatable), convert::big(info[2], "index"));
  else if (yl::is_table(metatable))
    change = runtime(info).delegations.metatable_change(shape, yl::as_table(metatable));
  if (!change.next) return env.Undefined();
  auto out = Napi::Object::New(env);
  out["next"] = convert::big(env, address(change.next));
  out["assumption"] = convert::big(env, address(change.assumption));
  out["isMarked"] = info[2].IsUndefined() && yl::as_table(metatable)->is_metatable != 0;
  return out;
}

Napi::Value NativeEngine::handler(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  uint64_t word = convert::big(info[0], "metatable");
  yl::Value name = convert::big(info[1], "event");
  if (!yl::is_table(word) || !yl::is_string(name)) return env.Undefined();
  yl::Table *metatable = yl::as_table(word);
  if (metatable->shape->is_dictionary) return env.Undefined();
  int slot = yl::find_slot(metatable->shape, yl::as_string(name));
  if (slot < 0 || metatable->slots[slot] == yl::kNil) return env.Undefined();
  yl::Value handler = metatable->slots[slot];
  auto out = Napi::Object::New(env);
  out["handler"] = convert::big(env, handler);
  out["assumption"] = convert::big(env, address(runtime(info).delegations.keeps_handler(metatable, yl::as_string(name), handler)));
  out["shape"] = convert::big(env, address(metatable->shape));
  out["slot"] = slot;
  return out;
}

Napi::Value NativeEngine::metatable(const Napi::CallbackInfo &info) {
  yl::Value table = convert::big(info[0], "table");
  if (!yl::is_table(table) || !yl::as_table(table)->metatable) return info.Env().Undefined();
  return convert::big(info.Env(), yl::box(yl::as_table(table)->metatable));
}

Napi::Value NativeEngine::capture(const Napi::CallbackInfo &info) {
  yl::Value closure = convert::big(info[0], "closure");
  uint32_t index = convert::unsigned32(info[1], "index");
  if (!yl::is_function(closure) || index >= yl::as_function(closure)->capture_count) return info.Env().Undefined();
  return convert::big(info.Env(), yl::as_function(closure)->captures()[index]);
}

Napi::Value NativeEngine::only_closure(const Napi::CallbackInfo &info) {
  yl::ProtoInfo *proto = this->proto(info, info[0]);
  if (proto->closure_count != 1) return info.Env().Undefined();
  return convert::big(info.Env(), yl::box(proto->last_closure));
}

Napi::Value NativeEngine::shape_keys(const Napi::CallbackInfo &info) {
  runtime(info);
  auto *shape = reinterpret_cast<yl::Shape *>(convert::big(info[0], "shape"));
  auto out = Napi::Array::New(info.Env(), shape->slot_count);
  for (; shape && shape->key; shape = shape->parent)
    out[shape->slot_count - 1] = Napi::Buffer<char>::Copy(info.Env(), shape->key->bytes(), shape->key->length);
  return out;
}

Napi::Value NativeEngine::empty_shape(const Napi::CallbackInfo &info) { return convert::big(info.Env(), address(runtime(info).shapes.empty())); }

Napi::Value NativeEngine::iterators(const Napi::CallbackInfo &info) {
  yl::Runtime &runtime = this->runtime(info);
  auto out = Napi::Object::New(info.Env());
  out["ipairs"] = convert::big(info.Env(), yl::box(runtime.ipairs_iterator));
  out["pairs"] = convert::big(info.Env(), yl::box(runtime.pairs_iterator));
  return out;
}

Napi::Value NativeEngine::string_shape(const Napi::CallbackInfo &info) { return convert::big(info.Env(), address(runtime(info).string_prototype->shape)); }
Napi::Value NativeEngine::characters(const Napi::CallbackInfo &info) { return convert::big(info.Env(), address(runtime(info).library.characters)); }

std::pair<yl::Shape *, yl::String *> NativeEngine::field(const Napi::CallbackInfo &info) {
  yl::Value key = convert::big(info[1], "key");
  if (!yl::is_string(key)) throw Napi::TypeError::New(info.Env(), "key: not a string");
  return {reinterpret_cast<yl::Shape *>(convert::big(info[0], "shape")), yl::as_string(key)};
}

Napi::Value NativeEngine::called_code(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto out = Napi::Array::New(env);
  const yl::FeedbackCases *cases = feedback(info).cases;
  for (uint64_t at = 0; cases && at < cases->count; at++) {
    auto code = Napi::Object::New(env);
    code["code"] = convert::big(env, cases->words[at]);
    auto *what = reinterpret_cast<yl::Code *>(cases->words[at]);
    if (yl::Proto *proto = runtime(info).proto_of_code(what)) code["proto"] = proto->id;
    else code["builtin"] = reinterpret_cast<yl::Builtin *>(what)->name;
    out[out.Length()] = code;
  }
  return out;
}
