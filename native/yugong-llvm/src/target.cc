// SPDX-License-Identifier: MIT
#include "target.h"

#include <llvm/ADT/StringMap.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/SubtargetFeature.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/Host.h>
#include <llvm/Support/TargetSelect.h>

#include <mutex>

#include "error.h"

namespace yugong {
namespace {

constexpr llvm::StringLiteral kTriple = "x86_64-pc-linux-gnu";

/// Where there is AVX-512, a pass looks for chains of integer operations that could be done in mask registers. It takes the square of a function's
/// size, most of the time that generating a large one takes, and finds nothing in code of our kind.
void leaveOutMaskRegisters() {
  if (llvm::cl::Option *option = llvm::cl::getRegisteredOptions().lookup("disable-x86-domain-reassignment"))
    static_cast<llvm::cl::opt<bool> *>(option)->setValue(true);
}

void initializeTarget() {
  static std::once_flag initialized;
  std::call_once(initialized, [] {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    LLVMInitializeX86AsmParser();
    LLVMInitializeX86Disassembler();
    leaveOutMaskRegisters();
  });
}

std::string hostFeatures() {
  llvm::SubtargetFeatures features;
  llvm::StringMap<bool> host;
  if (llvm::sys::getHostCPUFeatures(host))
    for (const auto &feature : host) features.AddFeature(feature.first(), feature.second);
  return features.getString();
}

}  // namespace

llvm::Expected<std::unique_ptr<llvm::TargetMachine>> createTargetMachine(const TargetOptions &options) {
  initializeTarget();
  std::string message;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(kTriple.str(), message);
  if (!target) return makeError(message);

  const bool host = options.cpu == "host";
  const std::string cpu = host ? llvm::sys::getHostCPUName().str() : options.cpu;
  std::string features = host ? hostFeatures() : std::string();
  if (!features.empty() && !options.features.empty()) features += ",";
  features += options.features;

  // An unknown processor name is not an error to LLVM: it warns on standard error and compiles for the oldest x86-64.
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget(target->createMCSubtargetInfo(kTriple, "x86-64", ""));
  if (!subtarget->isCPUStringValid(cpu)) return makeError("unknown processor '" + cpu + "'");

  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(kTriple, cpu, features, llvm::TargetOptions(), llvm::Reloc::PIC_,
                                                                           llvm::CodeModel::Small, llvm::CodeGenOpt::Default, options.jit));
  if (!machine) return makeError("LLVM has no target machine for " + kTriple);
  return machine;
}

}  // namespace yugong
