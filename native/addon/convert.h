// SPDX-License-Identifier: MIT
// JavaScript values in, C++ values out. Whatever is not what yugong.d.ts says is a TypeError that names it.
#pragma once
#include <napi.h>

#include <string>
#include <vector>

namespace convert {

double number(const Napi::Value &value, const char *name);
uint32_t unsigned32(const Napi::Value &value, const char *name);
int32_t signed32(const Napi::Value &value, const char *name);
/** A safe integer that is not negative. */
uint64_t safe_integer(const Napi::Value &value, const char *name);
uint64_t big(const Napi::Value &value, const char *name);
std::string text(const Napi::Value &value, const char *name);
std::string bytes(const Napi::Value &value, const char *name);
Napi::Object object(const Napi::Value &value, const char *name);
Napi::Array array(const Napi::Value &value, const char *name);
Napi::Function function(const Napi::Value &value, const char *name);
std::vector<std::string> byte_strings(const Napi::Value &value, const char *name);

Napi::Value big(Napi::Env env, uint64_t value);

/** The elements of a typed array of exactly this type. */
template <class T> std::vector<T> typed_array(const Napi::Value &value, napi_typedarray_type type, const char *name) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type)
    throw Napi::TypeError::New(value.Env(), std::string(name) + " must be a typed array of another type than this");
  auto elements = value.As<Napi::TypedArrayOf<T>>();
  return std::vector<T>(elements.Data(), elements.Data() + elements.ElementLength());
}

} // namespace convert
