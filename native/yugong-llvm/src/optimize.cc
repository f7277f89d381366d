// SPDX-License-Identifier: MIT
#include "optimize.h"

#include <llvm/Passes/PassBuilder.h>

#include "addresses.h"
#include "bounds.h"
#include "double-loads.h"
#include "error.h"
#include "numbers.h"
#include "peel.h"

namespace yugong {
namespace {

llvm::OptimizationLevel optimizationLevel(unsigned level) {
  switch (level) {
    case 0: return llvm::OptimizationLevel::O0;
    case 1: return llvm::OptimizationLevel::O1;
    case 2: return llvm::OptimizationLevel::O2;
    default: return llvm::OptimizationLevel::O3;
  }
}

}  // namespace

llvm::Error optimize(llvm::Module &module, llvm::TargetMachine &target, unsigned level, llvm::StringRef pipeline,
                     const std::function<bool()> &isUnwanted) {
  // A pass manager cannot be kept for the next module: the inliner's wrapper moves its inner pipeline away when it runs. Building one
  // takes a small part of what running it takes.
  llvm::PassInstrumentationCallbacks instrumentation;
  if (isUnwanted) instrumentation.registerShouldRunOptionalPassCallback([&](llvm::StringRef, llvm::Any) { return !isUnwanted(); });
  llvm::PassBuilder builder(&target, llvm::PipelineTuningOptions(), llvm::None, &instrumentation);
  builder.registerPipelineParsingCallback(
      [](llvm::StringRef name, llvm::FunctionPassManager &passes, llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
        if (name == PeelPass::kName) passes.addPass(PeelPass());
        else if (name == AddressPass::kName) passes.addPass(AddressPass());
        else if (name == BoundsPass::kName) passes.addPass(BoundsPass());
        else if (name == DoubleLoadsPass::kName) passes.addPass(DoubleLoadsPass());
        else if (name == NumbersPass::kName) passes.addPass(NumbersPass());
        else return false;
        return true;
      });
  llvm::LoopAnalysisManager loopAnalyses;
  llvm::FunctionAnalysisManager functionAnalyses;
  llvm::CGSCCAnalysisManager cgsccAnalyses;
  llvm::ModuleAnalysisManager moduleAnalyses;
  builder.registerModuleAnalyses(moduleAnalyses);
  builder.registerCGSCCAnalyses(cgsccAnalyses);
  builder.registerFunctionAnalyses(functionAnalyses);
  builder.registerLoopAnalyses(loopAnalyses);
  builder.crossRegisterProxies(loopAnalyses, functionAnalyses, cgsccAnalyses, moduleAnalyses);

  llvm::ModulePassManager passes;
  if (!pipeline.empty()) {
    if (llvm::Error error = builder.parsePassPipeline(passes, pipeline)) return inContext("pipeline '" + pipeline + "'", std::move(error));
  } else if (level == 0) {
    passes = builder.buildO0DefaultPipeline(llvm::OptimizationLevel::O0);
  } else {
    passes = builder.buildPerModuleDefaultPipeline(optimizationLevel(level));
  }
  passes.run(module, moduleAnalyses);
  return llvm::Error::success();
}

}  // namespace yugong
