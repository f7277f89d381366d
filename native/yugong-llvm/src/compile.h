// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_COMPILE_H
#define YUGONG_LLVM_COMPILE_H

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBufferRef.h>

#include <functional>
#include <memory>
#include <string>

#include "code-generator.h"
#include "deopt-values.h"

namespace yugong {

struct CompileOptions {
  /// LLVM's default pipeline -O0 to -O3.
  unsigned level = 2;
  /// Instead of that: a pipeline as opt -passes= takes it, such as "function(sroa,early-cse)".
  std::string pipeline;
  /// -1: the same as `level`.
  int codeGenLevel = -1;
  /// Not `Anywhere` with code generation level 0.
  DeoptValues deoptValues = DeoptValues::OnStack;
  bool wantIrBefore = false, wantIrAfter = false, wantAssembly = false;
  /// Asked between passes, if there is one: from the first yes on, passes are left out where LLVM can, and the result is an error.
  std::function<bool()> isUnwanted;
  /// Of a session: list the instructions in memory, see listing.h.
  bool wantListing = false;

  unsigned effectiveCodeGenLevel() const { return codeGenLevel < 0 ? level : unsigned(codeGenLevel); }
};

/// Wall-clock nanoseconds of each phase; `link` stays 0 when only an object is made.
struct Timings {
  uint64_t parse = 0, fold = 0, passes = 0, codeGen = 0, link = 0;
};

struct CompiledObject {
  llvm::SmallVector<char, 0> object;
  uint64_t irInstructionsBefore = 0, irInstructionsAfter = 0;
  std::string irBefore, irAfter, assembly;  // as wanted; irBefore is the IR after folding
  Timings timings;
};

/// The module in `bitcode` (or textual IR), not yet folded. `context` must have a DiagnosticCollector.
llvm::Expected<std::unique_ptr<llvm::Module>> parseModule(llvm::MemoryBufferRef bitcode, llvm::LLVMContext &context);

/// LLVM's verifier, with its complaints as the error.
llvm::Error verify(llvm::Module &module);

std::string printModule(const llvm::Module &module);

/// From bitcode to an object file in memory: parse, fold, verify, optimize, generate code.
llvm::Expected<CompiledObject> compile(llvm::MemoryBufferRef bitcode, CodeGenerator &generator, const CompileOptions &options);

}  // namespace yugong

#endif
