// SPDX-License-Identifier: MIT
#include "stackmap-exports.h"

#include "convert.h"
#include "yugong-stackmap.h"

namespace {

Napi::Object value_object(Napi::Env env, const yg_stackmap_value &value) {
  static const char *const kinds[] = {"", "register", "address", "memory", "constant"};
  auto out = Napi::Object::New(env);
  out["kind"] = kinds[value.kind];
  out["size"] = value.size;
  if (value.kind == YG_STACKMAP_CONSTANT) {
    out["constant"] = convert::big(env, value.constant);
    return out;
  }
  out["register"] = value.dwarf_register;
  out["offset"] = value.offset;
  return out;
}

Napi::Value stackmap_records(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  auto *bytes = reinterpret_cast<const uint8_t *>(convert::big(info[0], "address"));
  yg_stackmap *stackmap;
  const char *message;
  if (yg_stackmap_parse(bytes, convert::safe_integer(info[1], "size"), &stackmap, &message)) throw Napi::Error::New(env, message);
  auto out = Napi::Array::New(env);
  yg_stackmap_record record;
  for (uint32_t at = 0; yg_stackmap_get_record(stackmap, at, &record) == YG_OK; at++) {
    auto values = Napi::Array::New(env);
    yg_stackmap_value value;
    for (uint32_t index = 0; yg_stackmap_get_value(stackmap, at, index, &value) == YG_OK; index++) values[index] = value_object(env, value);
    auto object = Napi::Object::New(env);
    object["csid"] = static_cast<double>(record.csid);
    object["returnAddress"] = convert::big(env, record.return_address);
    object["values"] = values;
    out[at] = object;
  }
  yg_stackmap_free(stackmap);
  return out;
}

} // namespace

void define_stackmaps(Napi::Env env, Napi::Object exports) {
  exports.Set("stackmapRecords", Napi::Function::New(env, stackmap_records, "stackmapRecords"));
}
