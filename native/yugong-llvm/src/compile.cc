// SPDX-License-Identifier: MIT
#include "compile.h"

#include <llvm/Bitcode/BitcodeReader.h>
#include <llvm/IR/OptBisect.h>
#include <llvm/IR/Verifier.h>
#include <llvm/IRReader/IRReader.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Transforms/Utils/Cloning.h>

#include "crash.h"
#include "divide.h"
#include "error.h"
#include "fold.h"
#include "optimize.h"
#include "stopwatch.h"

namespace yugong {
namespace {

/// Between the passes of code generation, which ask whether they are enabled.
class WantedGate final : public llvm::OptPassGate {
 public:
  explicit WantedGate(const std::function<bool()> &isUnwanted) : isUnwanted_(isUnwanted) {}
  bool isEnabled() const override { return isUnwanted_ && isUnwanted_(); }
  bool shouldRunPass(const llvm::Pass *, llvm::StringRef) override { return false; }

 private:
  const std::function<bool()> &isUnwanted_;
};

void prepare(llvm::Module &module, llvm::TargetMachine &target) {
  module.setTargetTriple(target.getTargetTriple().str());
  module.setDataLayout(target.createDataLayout());
  // Cursors unwind through every call site, so that nounwind functions need .eh_frame as well.
  for (llvm::Function &function : module)
    if (!function.isDeclaration()) function.addFnAttr(llvm::Attribute::UWTable);
}

llvm::Error parseFoldVerify(llvm::MemoryBufferRef bitcode, llvm::LLVMContext &context, llvm::TargetMachine &target,
                            std::unique_ptr<llvm::Module> &module, Timings &timings) {
  {
    Stopwatch watch(timings.parse);
    auto parsed = parseModule(bitcode, context);
    if (!parsed) return parsed.takeError();
    module = std::move(*parsed);
    prepare(*module, target);
  }
  Stopwatch watch(timings.fold);
  if (llvm::Error error = fold(*module)) return error;
  return verify(*module);
}

llvm::Error generateAll(llvm::Module &module, CodeGenerator &generator, const CompileOptions &options, CompiledObject &result) {
  const unsigned level = options.effectiveCodeGenLevel();
  // Code generation changes the module, so the text is made from a copy.
  if (options.wantAssembly)
    if (llvm::Error error = generator.generateAssembly(*llvm::CloneModule(module), level, result.assembly)) return error;
  Stopwatch watch(result.timings.codeGen);
  return generator.generateObject(module, level, result.object);
}

llvm::Error compileInto(llvm::MemoryBufferRef bitcode, llvm::LLVMContext &context, CodeGenerator &generator, const CompileOptions &options,
                        CompiledObject &result) {
  llvm::TargetMachine &target = generator.target();
  DiagnosticCollector diagnostics(context);
  std::unique_ptr<llvm::Module> module;
  if (llvm::Error error = parseFoldVerify(bitcode, context, target, module, result.timings)) return error;
  result.irInstructionsBefore = module->getInstructionCount();
  if (options.wantIrBefore) result.irBefore = printModule(*module);
  {
    Stopwatch watch(result.timings.passes);
    hideInfinities(*module);
    if (llvm::Error error = optimize(*module, target, options.level, options.pipeline, options.isUnwanted)) return error;
    if (llvm::Error error = lowerDivisions(*module)) return error;
  }
  if (options.isUnwanted && options.isUnwanted()) return makeError("nobody wants the module any more");
  result.irInstructionsAfter = module->getInstructionCount();
  if (options.wantIrAfter) result.irAfter = printModule(*module);
  if (llvm::Error error = generateAll(*module, generator, options, result)) return error;
  return diagnostics.take();
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::Module>> parseModule(llvm::MemoryBufferRef bitcode, llvm::LLVMContext &context) {
  const auto *start = reinterpret_cast<const unsigned char *>(bitcode.getBufferStart());
  if (llvm::isBitcode(start, start + bitcode.getBufferSize())) {
    auto module = llvm::parseBitcodeFile(bitcode, context);
    if (!module) return inContext("bitcode " + bitcode.getBufferIdentifier(), module.takeError());
    return module;
  }
  // An empty file is a valid textual module, but rather one that was never written.
  if (bitcode.getBuffer().empty() || bitcode.getBuffer().contains('\0'))
    return makeError(bitcode.getBufferIdentifier() + " is neither bitcode nor textual IR");
  llvm::SMDiagnostic diagnostic;
  // The parser of textual IR wants a zero after the end.
  auto text = llvm::MemoryBuffer::getMemBufferCopy(bitcode.getBuffer(), bitcode.getBufferIdentifier());
  std::unique_ptr<llvm::Module> module = llvm::parseIR(*text, diagnostic, context);
  if (module) return module;
  return makeError(bitcode.getBufferIdentifier() + ":" + llvm::Twine(diagnostic.getLineNo()) + ": " + diagnostic.getMessage());
}

llvm::Error verify(llvm::Module &module) {
  std::string complaints;
  llvm::raw_string_ostream stream(complaints);
  if (!llvm::verifyModule(module, &stream)) return llvm::Error::success();
  // The verifier does not say which function it complains about; asking function by function does.
  for (const llvm::Function &function : module)
    if (!function.isDeclaration() && llvm::verifyFunction(function))
      return makeError("invalid IR in function @" + function.getName() + ": " + stream.str());
  return makeError("invalid IR: " + stream.str());
}

std::string printModule(const llvm::Module &module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return stream.str();
}

llvm::Expected<CompiledObject> compile(llvm::MemoryBufferRef bitcode, CodeGenerator &generator, const CompileOptions &options) {
  const bool anywhere = options.deoptValues == DeoptValues::Anywhere;
  if (anywhere && options.effectiveCodeGenLevel() == 0) return makeError("code generation level 0 cannot keep values in registers");
  const DeoptValuesScope scope(options.deoptValues);
  CompiledObject result;
  auto context = std::make_unique<llvm::LLVMContext>();
  WantedGate gate(options.isUnwanted);
  context->setOptPassGate(gate);
  llvm::Error error = llvm::Error::success();
  const auto work = [&] { error = protect([&] { return compileInto(bitcode, *context, generator, options, result); }); };
  // A crash while code is generated is told there.
  if (!survives(work)) {
    (void)context.release();
    return llvm::joinErrors(std::move(error), makeError("LLVM has crashed before it generated code"));
  }
  if (error) {
    generator.reset();
    return error;
  }
  return result;
}

}  // namespace yugong
