// SPDX-License-Identifier: MIT
#include "code-generator.h"

#include <llvm/Support/raw_ostream.h>

#include "crash.h"
#include "error.h"

namespace yugong {
namespace {

llvm::Error addPasses(llvm::TargetMachine &target, llvm::legacy::PassManager &passes, llvm::raw_pwrite_stream &out,
                      llvm::CodeGenFileType type) {
  if (target.addPassesToEmitFile(passes, out, nullptr, type, /*DisableVerify=*/true))
    return makeError("the target cannot write this file type");
  return llvm::Error::success();
}

}  // namespace

/// The passes write to the stream that they were made with.
struct CodeGenerator::Pipeline {
  llvm::SmallVector<char, 0> object;
  llvm::raw_svector_ostream stream{object};
  llvm::legacy::PassManager passes;
};

CodeGenerator::CodeGenerator(std::unique_ptr<llvm::TargetMachine> target) : target_(std::move(target)) {}

CodeGenerator::~CodeGenerator() = default;

void CodeGenerator::setLevel(unsigned level) {
  constexpr llvm::CodeGenOpt::Level kLevels[] = {llvm::CodeGenOpt::None, llvm::CodeGenOpt::Less, llvm::CodeGenOpt::Default,
                                                 llvm::CodeGenOpt::Aggressive};
  target_->setOptLevel(kLevels[level]);
  // LLVM derives this from the level when it makes a target machine; one that changes its level has to be told.
  target_->setFastISel(level == 0);
}

llvm::Error CodeGenerator::generateObject(llvm::Module &module, unsigned level, llvm::SmallVectorImpl<char> &object) {
  setLevel(level);
  std::unique_ptr<Pipeline> &pipeline = pipelines_[level];
  if (!pipeline) {
    pipeline = std::make_unique<Pipeline>();
    if (llvm::Error error = addPasses(*target_, pipeline->passes, pipeline->stream, llvm::CGFT_ObjectFile)) return error;
  }
  pipeline->object.clear();
  if (!survives([&] { pipeline->passes.run(module); })) {
    (void)pipeline.release();
    return makeError("LLVM has crashed while it generated code");
  }
  object.assign(pipeline->object.begin(), pipeline->object.end());
  return llvm::Error::success();
}

llvm::Error CodeGenerator::generateAssembly(llvm::Module &module, unsigned level, std::string &text) {
  setLevel(level);
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  if (llvm::Error error = addPasses(*target_, passes, stream, llvm::CGFT_AssemblyFile)) return error;
  passes.run(module);
  text.assign(buffer.begin(), buffer.end());
  return llvm::Error::success();
}

void CodeGenerator::reset() {
  for (std::unique_ptr<Pipeline> &pipeline : pipelines_) pipeline.reset();
}

}  // namespace yugong
