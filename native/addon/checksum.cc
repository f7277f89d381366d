// SPDX-License-Identifier: MIT
#include "checksum.h"

#include "convert.h"

namespace {

/** http://www.isthe.com/chongo/tech/comp/fnv/. Each step is a bijection of `sum`, so bytes that differ in one place never have the same. */
uint64_t fnv1a(const uint8_t *bytes, size_t count) {
  uint64_t sum = 0xcbf29ce484222325;
  for (size_t at = 0; at < count; at++) sum = (sum ^ bytes[at]) * 0x100000001b3;
  return sum;
}

} // namespace

Napi::Value checksum(const Napi::CallbackInfo &info) {
  if (!info[0].IsTypedArray() || info[0].As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    throw Napi::TypeError::New(info.Env(), "bytes must be a Uint8Array");
  auto bytes = info[0].As<Napi::Uint8Array>();
  return convert::big(info.Env(), fnv1a(bytes.Data(), bytes.ElementLength()));
}
