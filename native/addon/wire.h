// SPDX-License-Identifier: MIT
// Values of the language on their way to JavaScript and back (WireValue of yugong.d.ts).
#pragma once
#include <napi.h>

#include <vector>

#include "engine.h"

/** How strings arrive in JavaScript; the numbers are those of StringForm in yugong.d.ts. */
enum class StringForm { kUtf8 = 0, kLatin1 = 1, kBytes = 2 };

class Wire {
 public:
  Wire(Napi::Env env, yl::Runtime &runtime, StringForm strings) : env_(env), runtime_(runtime), strings_(strings) {}

  /** Tables, functions and the like are held by a handle from here on. */
  Napi::Value encode(yl::Value value);
  Napi::Array encode_all(const std::vector<yl::Value> &values);

  /** Throws a TypeError for what is no WireValue, or a handle that has been released; yl::OutOfMemory. */
  yl::Value decode(const Napi::Value &value);
  /** All elements from `first` on. */
  std::vector<yl::Value> decode_all(const Napi::Array &values, uint32_t first = 0);
  yl::Table *table(const Napi::Value &value);
  yl::Coroutine *coroutine(const Napi::Value &value);

 private:
  Napi::Value encode_string(std::string_view bytes);

  Napi::Env env_;
  yl::Runtime &runtime_;
  StringForm strings_;
};
