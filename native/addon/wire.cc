// SPDX-License-Identifier: MIT
#include "wire.h"

#include <algorithm>

#include "builtins/file.h"

namespace {

/** Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. `*is_ascii`: only bytes below 128. */
bool is_utf8(std::string_view bytes, bool *is_ascii) {
  *is_ascii = std::all_of(bytes.begin(), bytes.end(), [](char byte) { return static_cast<unsigned char>(byte) < 128; });
  if (*is_ascii) return true;
  size_t at = 0;
  auto byte = [&](size_t where) -> uint32_t { return where < bytes.size() ? static_cast<unsigned char>(bytes[where]) : 0; };
  while (at < bytes.size()) {
    uint32_t first = byte(at);
    size_t length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    uint32_t code = length == 1 ? first : first & (0x7Fu >> length);
    for (size_t next = 1; next < length; next++) {
      if ((byte(at + next) & 0xC0) != 0x80) return false;
      code = code << 6 | (byte(at + next) & 0x3F);
    }
    static constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if ((first >= 0x80 && first < 0xC2) || first > 0xF4 || code < kLeast[length] || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
    at += length;
  }
  return true;
}

} // namespace

Napi::Value Wire::encode_string(std::string_view bytes) {
  bool is_ascii = false;
  bool as_text = strings_ == StringForm::kLatin1 || (strings_ == StringForm::kUtf8 && is_utf8(bytes, &is_ascii));
  if (!as_text) return Napi::Buffer<char>::Copy(env_, bytes.data(), bytes.size());
  napi_value text;
  napi_status status = strings_ == StringForm::kLatin1 || is_ascii ? napi_create_string_latin1(env_, bytes.data(), bytes.size(), &text)
                                                                     : napi_create_string_utf8(env_, bytes.data(), bytes.size(), &text);
  if (status != napi_ok) throw Napi::RangeError::New(env_, "a string of " + std::to_string(bytes.size()) + " bytes is too long for JavaScript");
  return Napi::Value(env_, text);
}

Napi::Value Wire::encode(yl::Value value) {
  if (yl::is_int(value)) return Napi::Number::New(env_, yl::as_int(value));
  if (yl::is_double(value)) return Napi::Number::New(env_, yl::as_double(value));
  if (yl::is_string(value)) return encode_string(yl::view(yl::as_string(value)));
  if (value == yl::kNil) return env_.Undefined();
  if (value == yl::kTrue || value == yl::kFalse) return Napi::Boolean::New(env_, value == yl::kTrue);
  // HandleKind of yugong.d.ts.
  uint64_t kind = yl::is_file(value) ? 4 : yl::is_table(value) ? 1 : yl::is_function(value) ? 2 : 3;
  return Napi::BigInt::New(env_, kind << 32 | runtime_.handles.hold(value));
}

Napi::Array Wire::encode_all(const std::vector<yl::Value> &values) {
  auto out = Napi::Array::New(env_, values.size());
  for (uint32_t at = 0; at < values.size(); at++) out.Set(at, encode(values[at]));
  return out;
}

yl::Value Wire::decode(const Napi::Value &value) {
  switch (value.Type()) {
    case napi_undefined:
    case napi_null: return yl::kNil;
    case napi_boolean: return yl::box_boolean(value.As<Napi::Boolean>());
    case napi_number: return yl::box_number(value.As<Napi::Number>().DoubleValue());
    case napi_string: return runtime_.string_value(value.As<Napi::String>().Utf8Value());
    case napi_bigint: {
      bool lossless;
      yl::Value held = runtime_.handles.at(value.As<Napi::BigInt>().Uint64Value(&lossless) & 0xFFFFFFFF);
      if (held == yl::kNotFound) throw Napi::TypeError::New(env_, "the handle has been released");
      return held;
    }
    default: break;
  }
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array) {
    auto bytes = value.As<Napi::Uint8Array>();
    return runtime_.string_value({reinterpret_cast<const char *>(bytes.Data()), bytes.ByteLength()});
  }
  throw Napi::TypeError::New(env_, "a value cannot go into the language as it is");
}

std::vector<yl::Value> Wire::decode_all(const Napi::Array &values, uint32_t first) {
  std::vector<yl::Value> out;
  for (uint32_t at = first; at < values.Length(); at++) {
    Napi::HandleScope scope(env_);
    out.push_back(decode(values.Get(at)));
  }
  return out;
}

yl::Table *Wire::table(const Napi::Value &value) {
  yl::Value decoded = decode(value);
  if (!yl::is_table(decoded)) throw Napi::TypeError::New(env_, "a table is needed");
  return yl::as_table(decoded);
}

yl::Coroutine *Wire::coroutine(const Napi::Value &value) {
  yl::Value decoded = decode(value);
  if (!yl::is_thread(decoded)) throw Napi::TypeError::New(env_, "a coroutine is needed");
  return yl::as_coroutine(decoded);
}
