// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_ADDON_SESSION_OBJECT_H
#define YUGONG_LLVM_ADDON_SESSION_OBJECT_H

#include <napi.h>

#include <memory>
#include <unordered_map>

#include "../src/background.h"
#include "../src/session.h"

/// The JavaScript class Session. Its code is freed with it, so that whoever runs the code must keep the object.
class SessionObject : public Napi::ObjectWrap<SessionObject> {
 public:
  static void registerIn(Napi::Env env, Napi::Object exports);
  explicit SessionObject(const Napi::CallbackInfo &info);

 private:
  Napi::Value define(const Napi::CallbackInfo &info);
  Napi::Value add(const Napi::CallbackInfo &info);
  Napi::Value remove(const Napi::CallbackInfo &info);
  Napi::Value usedBytes(const Napi::CallbackInfo &info);
  Napi::Value start(const Napi::CallbackInfo &info);
  Napi::Value finished(const Napi::CallbackInfo &info);
  Napi::Value wait(const Napi::CallbackInfo &info);
  Napi::Value noticeWord(const Napi::CallbackInfo &info);

  yugong::BackgroundCompiler &background();

  std::shared_ptr<yugong::Session> session_;
  std::unordered_map<uint64_t, yugong::CompileOptions> started_;
  std::unique_ptr<yugong::BackgroundCompiler> background_;
};

#endif
