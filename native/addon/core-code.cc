// SPDX-License-Identifier: MIT
#include "core-code.h"

#include "convert.h"
#include "yugong-publish.h"

namespace {
uintptr_t address(const Napi::Object &object, const char *name) { return static_cast<uintptr_t>(convert::big(object.Get(name), name)); }
const uint8_t *pointer(const Napi::Object &object, const char *name) { return reinterpret_cast<const uint8_t *>(address(object, name)); }

// The symbols point into `names`.
std::vector<yg_publish_symbol> read_symbols(const Napi::Object &description, std::vector<std::string> *names) {
  Napi::Array given = convert::array(description.Get("functions"), "functions");
  std::vector<yg_publish_symbol> symbols;
  for (uint32_t i = 0; i < given.Length(); i++) {
    Napi::Object entry = convert::object(given.Get(i), "functions");
    names->push_back(convert::text(entry.Get("name"), "name"));
    symbols.push_back({address(entry, "address"), static_cast<uintptr_t>(convert::safe_integer(entry.Get("size"), "size")), nullptr});
  }
  for (size_t i = 0; i < symbols.size(); i++) symbols[i].name = (*names)[i].c_str();
  return symbols;
}
} // namespace

Napi::Function CoreCode::define(Napi::Env env) {
  return DefineClass(env, "CoreCode",
                     {
                         InstanceMethod<&CoreCode::id>("id"),
                         InstanceMethod<&CoreCode::unregister>("unregister"),
                         InstanceMethod<&CoreCode::published>("published"),
                         StaticMethod<&CoreCode::csid_at>("csidAt"),
                     });
}

CoreCode::CoreCode(const Napi::CallbackInfo &info) : Napi::ObjectWrap<CoreCode>(info) {
  Napi::Object given = convert::object(info[0], "description");
  std::string name = convert::text(given.Get("name"), "name");
  yg_code_description description{};
  description.name = name.c_str();
  description.start = address(given, "codeStart");
  description.size = convert::safe_integer(given.Get("codeSize"), "codeSize");
  description.stackmap_size = convert::safe_integer(given.Get("stackmapSize"), "stackmapSize");
  description.eh_frame_size = convert::safe_integer(given.Get("ehFrameSize"), "ehFrameSize");
  if (description.stackmap_size != 0) description.stackmap = pointer(given, "stackmapAddress");
  if (description.eh_frame_size != 0) description.eh_frame = pointer(given, "ehFrameAddress");
  std::vector<std::string> names;
  std::vector<yg_publish_symbol> symbols = read_symbols(given, &names);
  yg_publish_details details{};
  details.targets = convert::unsigned32(given.Get("publish"), "publish");
  details.symbols = symbols.data();
  details.symbol_count = symbols.size();
  const char *message = nullptr;
  // Without targets the process's options hold.
  yg_status status = details.targets ? yg_code_register_published(&description, &details, &code_, &message)
                                     : yg_code_register(&description, &code_, &message);
  check(info.Env(), status, message);
  // Hooks run in reverse order: before the session's addon, loaded earlier, unmaps the code and lets another thread have its addresses.
  napi_add_env_cleanup_hook(info.Env(), at_exit, this);
}

CoreCode::~CoreCode() { release(); }

void CoreCode::at_exit(void *self) {
  auto *code = static_cast<CoreCode *>(self);
  yg_code_unregister(code->code_);
  code->code_ = nullptr;
}

yg_status CoreCode::release() {
  if (code_ == nullptr) return YG_OK;
  yg_status status = yg_code_unregister(code_);
  if (status != YG_OK) return status;
  code_ = nullptr;
  napi_remove_env_cleanup_hook(Env(), at_exit, this);
  return YG_OK;
}

Napi::Value CoreCode::id(const Napi::CallbackInfo &info) { return convert::big(info.Env(), reinterpret_cast<uintptr_t>(code_)); }

void CoreCode::unregister(const Napi::CallbackInfo &info) {
  if (code_ == nullptr) throw Napi::Error::New(info.Env(), "the code has been unregistered");
  check(info.Env(), release(), "unregister");
}

Napi::Value CoreCode::published(const Napi::CallbackInfo &info) {
  return Napi::Number::New(info.Env(), code_ == nullptr ? 0 : yg_code_published(code_));
}

Napi::Value CoreCode::csid_at(const Napi::CallbackInfo &info) {
  yg_code *code = nullptr;
  yg_csid csid = yg_csid_at(static_cast<uintptr_t>(convert::big(info[0], "returnAddress")), &code);
  auto out = Napi::Array::New(info.Env(), 2);
  out.Set(0u, convert::big(info.Env(), csid));
  out.Set(1u, convert::big(info.Env(), reinterpret_cast<uintptr_t>(code)));
  return out;
}
