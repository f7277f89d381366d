// SPDX-License-Identifier: MIT
#include "error.h"

#include <llvm/IR/DiagnosticInfo.h>
#include <llvm/IR/DiagnosticPrinter.h>
#include <llvm/Support/ErrorHandling.h>
#include <llvm/Support/raw_ostream.h>

#include <mutex>
#include <stdexcept>

namespace yugong {
namespace {

struct FatalLlvmError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// LLVM calls exit() when its handler returns, so the only way out is not to return. LLVM is compiled without exceptions but with
// unwind tables; its frames are unwound without running destructors.
void throwFatalError(void *, const char *reason, bool) { throw FatalLlvmError(reason); }

}  // namespace

llvm::Error makeError(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

llvm::Error inContext(const llvm::Twine &context, llvm::Error error) {
  if (!error) return error;
  return makeError(context + ": " + llvm::toString(std::move(error)));
}

DiagnosticCollector::DiagnosticCollector(llvm::LLVMContext &context) : context_(context) {
  context.setDiagnosticHandlerCallBack(handle, this);
}

DiagnosticCollector::~DiagnosticCollector() { context_.setDiagnosticHandlerCallBack(nullptr, nullptr); }

void DiagnosticCollector::handle(const llvm::DiagnosticInfo &info, void *self) {
  if (info.getSeverity() != llvm::DS_Error) return;
  std::string &errors = static_cast<DiagnosticCollector *>(self)->errors_;
  if (!errors.empty()) errors += "; ";
  llvm::raw_string_ostream out(errors);
  llvm::DiagnosticPrinterRawOStream printer(out);
  info.print(printer);
}

llvm::Error DiagnosticCollector::take() {
  if (errors_.empty()) return llvm::Error::success();
  return makeError(std::exchange(errors_, std::string()));
}

llvm::Error protect(llvm::function_ref<llvm::Error()> body) {
  // The handler belongs to the process's copy of libLLVM, not to a session or a thread.
  static std::once_flag installed;
  std::call_once(installed, [] { llvm::install_fatal_error_handler(throwFatalError); });
  try {
    return body();
  } catch (const FatalLlvmError &error) {
    return makeError(llvm::Twine("LLVM cannot go on: ") + error.what());
  }
}

}  // namespace yugong
