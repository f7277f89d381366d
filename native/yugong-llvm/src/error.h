// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_ERROR_H
#define YUGONG_LLVM_ERROR_H

#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/Twine.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/Support/Error.h>

#include <string>

namespace yugong {

/// An error whose whole content is one English sentence.
llvm::Error makeError(const llvm::Twine &message);

/// Prefix an error with what was being done: "fold: …".
llvm::Error inContext(const llvm::Twine &context, llvm::Error error);

/// Collects what LLVM diagnoses while it lives, because LLVM's own default prints errors and calls exit().
class DiagnosticCollector {
 public:
  explicit DiagnosticCollector(llvm::LLVMContext &context);
  ~DiagnosticCollector();
  DiagnosticCollector(const DiagnosticCollector &) = delete;
  DiagnosticCollector &operator=(const DiagnosticCollector &) = delete;

  /// Success, or all errors diagnosed since the last call.
  llvm::Error take();

 private:
  static void handle(const llvm::DiagnosticInfo &info, void *self);
  llvm::LLVMContext &context_;
  std::string errors_;
};

/// Run `body`, turning LLVM's fatal errors (which otherwise end the process) into an Error. What LLVM had allocated is leaked and
/// the LLVMContext must not be used again for anything but destruction.
llvm::Error protect(llvm::function_ref<llvm::Error()> body);

}  // namespace yugong

#endif
