// SPDX-License-Identifier: MIT
#include "convert.h"

#include <cmath>

namespace convert {

namespace {
[[noreturn]] void fail(const Napi::Value &value, const char *name, const char *expected) {
  throw Napi::TypeError::New(value.Env(), std::string(name) + " must be " + expected);
}

double integer(const Napi::Value &value, const char *name, double least, double most, const char *expected) {
  if (!value.IsNumber()) fail(value, name, expected);
  double number = value.As<Napi::Number>().DoubleValue();
  if (!(number >= least && number <= most) || number != std::trunc(number)) fail(value, name, expected);
  return number;
}
} // namespace

double number(const Napi::Value &value, const char *name) {
  if (!value.IsNumber()) fail(value, name, "a number");
  return value.As<Napi::Number>().DoubleValue();
}

uint32_t unsigned32(const Napi::Value &value, const char *name) {
  return static_cast<uint32_t>(integer(value, name, 0, 4294967295.0, "an unsigned 32-bit integer"));
}

int32_t signed32(const Napi::Value &value, const char *name) {
  return static_cast<int32_t>(integer(value, name, -2147483648.0, 2147483647.0, "a 32-bit integer"));
}

uint64_t safe_integer(const Napi::Value &value, const char *name) {
  return static_cast<uint64_t>(integer(value, name, 0, 9007199254740991.0, "a safe integer, not negative"));
}

uint64_t big(const Napi::Value &value, const char *name) {
  bool lossless = false;
  if (!value.IsBigInt()) fail(value, name, "a bigint");
  uint64_t word = value.As<Napi::BigInt>().Uint64Value(&lossless);
  if (!lossless) fail(value, name, "a bigint of 64 bits");
  return word;
}

std::string text(const Napi::Value &value, const char *name) {
  if (!value.IsString()) fail(value, name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

std::string bytes(const Napi::Value &value, const char *name) {
  if (!value.IsBuffer()) fail(value, name, "a Buffer");
  auto buffer = value.As<Napi::Buffer<char>>();
  return std::string(buffer.Data(), buffer.Length());
}

Napi::Object object(const Napi::Value &value, const char *name) {
  if (!value.IsObject()) fail(value, name, "an object");
  return value.As<Napi::Object>();
}

Napi::Array array(const Napi::Value &value, const char *name) {
  if (!value.IsArray()) fail(value, name, "an array");
  return value.As<Napi::Array>();
}

Napi::Function function(const Napi::Value &value, const char *name) {
  if (!value.IsFunction()) fail(value, name, "a function");
  return value.As<Napi::Function>();
}

std::vector<std::string> byte_strings(const Napi::Value &value, const char *name) {
  Napi::Array list = array(value, name);
  std::vector<std::string> out;
  for (uint32_t at = 0; at < list.Length(); at++) out.push_back(bytes(list.Get(at), name));
  return out;
}

Napi::Value big(Napi::Env env, uint64_t value) { return Napi::BigInt::New(env, value); }

} // namespace convert
