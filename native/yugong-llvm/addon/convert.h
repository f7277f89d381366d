// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_ADDON_CONVERT_H
#define YUGONG_LLVM_ADDON_CONVERT_H

#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBuffer.h>
#include <napi.h>

#include <memory>
#include <optional>
#include <string>

#include "../src/compile.h"

/// A JavaScript Error with LLVM's message.
[[noreturn]] void throwError(Napi::Env env, llvm::Error error);

template <typename T>
T valueOrThrow(Napi::Env env, llvm::Expected<T> expected) {
  if (!expected) throwError(env, expected.takeError());
  return std::move(*expected);
}

/// The module argument: a Uint8Array, used in place, or the path of a file (llvm-bindings can write bitcode only to one).
class ModuleInput {
 public:
  explicit ModuleInput(const Napi::Value &value);
  llvm::MemoryBufferRef buffer() const { return buffer_; }
  /// The content in memory of its own, for whoever needs it longer than the call.
  std::unique_ptr<llvm::MemoryBuffer> take();

 private:
  std::unique_ptr<llvm::MemoryBuffer> file_;
  llvm::MemoryBufferRef buffer_;
};

/// Fields of an options object; a field that is absent or undefined is nullopt, one of a wrong type throws a TypeError that names it.
std::optional<std::string> stringOption(const Napi::Object &options, const char *name);
std::optional<unsigned> levelOption(const Napi::Object &options, const char *name);
std::optional<uint64_t> addressOption(const Napi::Object &options, const char *name);
bool flagOption(const Napi::Object &options, const char *name);

/// The argument at `index`, or an empty object.
Napi::Object optionsArgument(const Napi::CallbackInfo &info, size_t index);

uint64_t toAddress(const Napi::Value &value, const std::string &what);

yugong::CompileOptions compileOptions(const Napi::Object &options);

#endif
