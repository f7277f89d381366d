// SPDX-License-Identifier: MIT
#include "session.h"

#include "error.h"
#include "stopwatch.h"

namespace yugong {

llvm::Expected<std::unique_ptr<Session>> Session::create(const SessionOptions &options) {
  TargetOptions targetOptions;
  targetOptions.cpu = options.cpu;
  targetOptions.features = options.features;
  targetOptions.jit = true;
  auto target = createTargetMachine(targetOptions);
  if (!target) return target.takeError();
  return std::unique_ptr<Session>(new Session(std::move(*target), targetOptions, options.near));
}

llvm::Expected<std::unique_ptr<CodeGenerator>> Session::newGenerator() const {
  auto target = createTargetMachine(targetOptions_);
  if (!target) return target.takeError();
  return std::make_unique<CodeGenerator>(std::move(*target));
}

Session::~Session() {
  // The code space unmaps everything at once, but an allocation insists on being released.
  for (auto &module : modules_) module.second.release();
}

void Session::define(llvm::StringRef name, uint64_t address) {
  const std::lock_guard lock(mutex_);
  symbols_[name] = address;
}

uint64_t Session::usedBytes() const {
  const std::lock_guard lock(mutex_);
  return space_.usedBytes();
}

llvm::Expected<AddedModule> Session::add(llvm::MemoryBufferRef bitcode, const CompileOptions &options) {
  return add(bitcode, options, generator_);
}

llvm::Expected<AddedModule> Session::add(llvm::MemoryBufferRef bitcode, const CompileOptions &options, CodeGenerator &generator) {
  auto compiled = compile(bitcode, generator, options);
  if (!compiled) return compiled.takeError();
  AddedModule result;
  result.compiled = std::move(*compiled);
  const llvm::StringRef bytes(result.compiled.object.data(), result.compiled.object.size());
  const llvm::MemoryBufferRef object(bytes, bitcode.getBufferIdentifier());
  {
    const std::lock_guard lock(mutex_);
    Stopwatch watch(result.compiled.timings.link);
    auto linked = link(object, space_, symbols_);
    if (!linked) return linked.takeError();
    result.linked = std::move(*linked);
    result.key = ++lastKey_;
    modules_[result.key] = std::move(result.linked.memory);
  }
  if (options.wantListing) {
    auto listing = listCode(object, result.linked, generator.target());
    if (!listing) return llvm::joinErrors(listing.takeError(), remove(result.key));
    result.listing = std::move(*listing);
  }
  return result;
}

llvm::Error Session::remove(uint64_t key) {
  const std::lock_guard lock(mutex_);
  auto module = modules_.find(key);
  if (module == modules_.end()) return makeError("there is no module " + llvm::Twine(key) + " in this session");
  CodeSpace::FinalizedAlloc memory = std::move(module->second);
  modules_.erase(module);
  llvm::Error result = llvm::Error::success();
  space_.deallocate(std::move(memory), [&](llvm::Error error) { result = llvm::joinErrors(std::move(result), std::move(error)); });
  return result;
}

}  // namespace yugong
