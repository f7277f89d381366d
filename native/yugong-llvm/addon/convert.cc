// SPDX-License-Identifier: MIT
#include "convert.h"

#include "../src/error.h"

void throwError(Napi::Env env, llvm::Error error) { throw Napi::Error::New(env, llvm::toString(std::move(error))); }

ModuleInput::ModuleInput(const Napi::Value &value) {
  const Napi::Env env = value.Env();
  if (value.IsString()) {
    const std::string path = value.As<Napi::String>();
    // Not mapped and without a terminator: the file may be a memfd or be written again while its content is in use.
    auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false, /*IsVolatile=*/true);
    if (!file) throwError(env, yugong::makeError(path + ": " + file.getError().message()));
    file_ = std::move(*file);
    buffer_ = file_->getMemBufferRef();
    return;
  }
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array) {
    const auto bytes = value.As<Napi::Uint8Array>();
    buffer_ = llvm::MemoryBufferRef(llvm::StringRef(reinterpret_cast<const char *>(bytes.Data()), bytes.ByteLength()), "module");
    return;
  }
  throw Napi::TypeError::New(env, "the module must be a Uint8Array or the path of a file");
}

std::unique_ptr<llvm::MemoryBuffer> ModuleInput::take() {
  if (file_) return std::move(file_);
  return llvm::MemoryBuffer::getMemBufferCopy(buffer_.getBuffer(), buffer_.getBufferIdentifier());
}

static std::optional<Napi::Value> field(const Napi::Object &options, const char *name) {
  const Napi::Value value = options.Get(name);
  if (value.IsUndefined()) return std::nullopt;
  return value;
}

static Napi::TypeError wrongType(Napi::Env env, const std::string &name, const char *expected) {
  return Napi::TypeError::New(env, "option '" + name + "' must be " + expected);
}

std::optional<std::string> stringOption(const Napi::Object &options, const char *name) {
  const auto value = field(options, name);
  if (!value) return std::nullopt;
  if (!value->IsString()) throw wrongType(options.Env(), name, "a string");
  return value->As<Napi::String>().Utf8Value();
}

std::optional<unsigned> levelOption(const Napi::Object &options, const char *name) {
  const auto value = field(options, name);
  if (!value) return std::nullopt;
  const double number = value->IsNumber() ? value->As<Napi::Number>().DoubleValue() : -1;
  if (number != 0 && number != 1 && number != 2 && number != 3) throw wrongType(options.Env(), name, "0, 1, 2 or 3");
  return unsigned(number);
}

std::optional<uint64_t> addressOption(const Napi::Object &options, const char *name) {
  const auto value = field(options, name);
  if (!value) return std::nullopt;
  return toAddress(*value, std::string("option '") + name + "'");
}

bool flagOption(const Napi::Object &options, const char *name) {
  const auto value = field(options, name);
  if (!value) return false;
  if (!value->IsBoolean()) throw wrongType(options.Env(), name, "a boolean");
  return value->As<Napi::Boolean>();
}

Napi::Object optionsArgument(const Napi::CallbackInfo &info, size_t index) {
  if (info[index].IsUndefined()) return Napi::Object::New(info.Env());
  if (!info[index].IsObject()) throw Napi::TypeError::New(info.Env(), "the options must be an object");
  return info[index].As<Napi::Object>();
}

uint64_t toAddress(const Napi::Value &value, const std::string &what) {
  bool lossless = false;
  const uint64_t address = value.IsBigInt() ? value.As<Napi::BigInt>().Uint64Value(&lossless) : 0;
  if (!lossless) throw Napi::TypeError::New(value.Env(), what + " must be a bigint of 64 bits");
  return address;
}

yugong::CompileOptions compileOptions(const Napi::Object &options) {
  yugong::CompileOptions result;
  result.level = levelOption(options, "level").value_or(2);
  result.pipeline = stringOption(options, "pipeline").value_or("");
  if (const auto level = levelOption(options, "codegenLevel")) result.codeGenLevel = int(*level);
  if (flagOption(options, "valuesInRegisters")) result.deoptValues = yugong::DeoptValues::Anywhere;
  result.wantIrBefore = flagOption(options, "irBefore");
  result.wantIrAfter = flagOption(options, "irAfter");
  result.wantAssembly = flagOption(options, "asm");
  result.wantListing = flagOption(options, "listing");
  return result;
}
