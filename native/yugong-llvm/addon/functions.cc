// SPDX-License-Identifier: MIT
#include "functions.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/Support/raw_ostream.h>

#include "../src/error.h"
#include "../src/fold.h"
#include "../src/stackmap-section.h"
#include "../src/target.h"
#include "convert.h"

namespace {

/// Parse `input` and hand the module to `use`, with LLVM's errors collected.
llvm::Error withModule(const ModuleInput &input, llvm::function_ref<llvm::Error(llvm::Module &)> use) {
  llvm::LLVMContext context;
  return yugong::protect([&]() -> llvm::Error {
    yugong::DiagnosticCollector diagnostics(context);
    auto module = yugong::parseModule(input.buffer(), context);
    if (!module) return module.takeError();
    if (llvm::Error error = use(**module)) return error;
    return diagnostics.take();
  });
}

Napi::Value fold(const Napi::CallbackInfo &info) {
  const ModuleInput input(info[0]);
  llvm::SmallVector<char, 0> bitcode;
  llvm::Error error = withModule(input, [&](llvm::Module &module) -> llvm::Error {
    if (llvm::Error error = yugong::fold(module)) return error;
    if (llvm::Error error = yugong::verify(module)) return error;
    llvm::raw_svector_ostream stream(bitcode);
    llvm::WriteBitcodeToFile(module, stream);
    return llvm::Error::success();
  });
  if (error) throwError(info.Env(), std::move(error));
  return Napi::Buffer<char>::Copy(info.Env(), bitcode.data(), bitcode.size());
}

Napi::Value printModule(const Napi::CallbackInfo &info) {
  const ModuleInput input(info[0]);
  std::string text;
  llvm::Error error = withModule(input, [&](llvm::Module &module) {
    text = yugong::printModule(module);
    return llvm::Error::success();
  });
  if (error) throwError(info.Env(), std::move(error));
  return Napi::String::New(info.Env(), text);
}

Napi::Value compileObject(const Napi::CallbackInfo &info) {
  const Napi::Env env = info.Env();
  const ModuleInput input(info[0]);
  const Napi::Object options = optionsArgument(info, 1);
  yugong::TargetOptions targetOptions;
  targetOptions.cpu = stringOption(options, "cpu").value_or(targetOptions.cpu);
  targetOptions.features = stringOption(options, "features").value_or("");
  yugong::CodeGenerator generator(valueOrThrow(env, yugong::createTargetMachine(targetOptions)));
  auto compiled = valueOrThrow(env, yugong::compile(input.buffer(), generator, compileOptions(options)));
  if (flagOption(options, "renameStackmaps")) valueOrThrow(env, yugong::renameStackmapSection(compiled.object));
  return Napi::Buffer<char>::Copy(env, compiled.object.data(), compiled.object.size());
}

}  // namespace

void registerFunctions(Napi::Env env, Napi::Object exports) {
  exports.Set("fold", Napi::Function::New(env, fold, "fold"));
  exports.Set("printModule", Napi::Function::New(env, printModule, "printModule"));
  exports.Set("compileObject", Napi::Function::New(env, compileObject, "compileObject"));
}
