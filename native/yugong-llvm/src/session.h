// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_SESSION_H
#define YUGONG_LLVM_SESSION_H

#include <llvm/ADT/DenseMap.h>

#include <mutex>

#include "compile.h"
#include "link.h"
#include "listing.h"
#include "target.h"

namespace yugong {

struct SessionOptions {
  std::string cpu = "host";
  std::string features;
  /// Place code within reach of direct calls from this address; 0: anywhere.
  uint64_t near = 0;
};

/// What `Session::add` made; addresses are valid until `remove(key)`.
struct AddedModule {
  uint64_t key = 0;
  CompiledObject compiled;
  LinkedCode linked;  // its memory belongs to the session
  std::vector<ListedInstruction> listing;  // as wanted
};

/// Compiles modules into memory. Modules do not see each other's functions: what they share is defined as an absolute symbol. So the
/// same function may be compiled many times under the same name.
///
/// All methods may be called from several threads; what takes long, `compile`, runs in parallel when each thread has a generator of its
/// own (see background.h).
///
/// JITLink is used directly, without ORC's execution session: names need no interning, nothing is asynchronous, and after a failed
/// link there is no half-defined symbol to clean up.
class Session {
 public:
  static llvm::Expected<std::unique_ptr<Session>> create(const SessionOptions &options);
  ~Session();

  /// Code that is added from now on finds `name` at `address`; defining it again replaces it.
  void define(llvm::StringRef name, uint64_t address);

  /// After an error the session is as if nothing had been added. Uses the session's own generator: for one thread only.
  llvm::Expected<AddedModule> add(llvm::MemoryBufferRef bitcode, const CompileOptions &options);
  /// The same with another generator, made by `newGenerator`.
  llvm::Expected<AddedModule> add(llvm::MemoryBufferRef bitcode, const CompileOptions &options, CodeGenerator &generator);
  llvm::Expected<std::unique_ptr<CodeGenerator>> newGenerator() const;

  /// Free a module's code, stackmap and frame information. Nothing may run in it or return to it.
  llvm::Error remove(uint64_t key);

  uint64_t usedBytes() const;

 private:
  Session(std::unique_ptr<llvm::TargetMachine> target, TargetOptions options, uint64_t near)
      : targetOptions_(std::move(options)), generator_(std::move(target)), space_(near) {}

  const TargetOptions targetOptions_;
  CodeGenerator generator_;
  mutable std::mutex mutex_;  // guards what follows
  CodeSpace space_;
  llvm::StringMap<uint64_t> symbols_;
  llvm::DenseMap<uint64_t, CodeSpace::FinalizedAlloc> modules_;
  uint64_t lastKey_ = 0;
};

}  // namespace yugong

#endif
