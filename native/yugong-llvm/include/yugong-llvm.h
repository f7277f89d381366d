// SPDX-License-Identifier: MIT
//
// The compile-time half of yugong for C++ programs that use LLVM 14: calls with a call-site id (CSID) and keep-alive values, the pass that
// folds yugong's naming conventions, and code that is registered with the core (yugong.h) as soon as it is linked.
//
//   yugong::Stackmaps stackmaps;
//   llvm::CallInst *call = builder.CreateCall(callee, {x});
//   call = cantFail(stackmaps.attach(call, {x, y}));          // from here on the call has an id: stackmaps.csidOf(*call)
//
//   auto jit = cantFail(yugong::Jit::create());
//   cantFail(jit->add(std::move(module), std::move(context)));
//   uintptr_t function = cantFail(jit->lookup("function"));
//
//   … while it runs, a cursor finds the frame of the call:   stackmaps.lookup(yg_get_csid(&cursor))->keepAlives[1].name == "y"
//
// Who has an LLJIT or an ORC stack of layers already adds a RegistrationPlugin to its ObjectLinkingLayer instead of using Jit. Link with
// yugong::yugong-llvm, which brings yugong and LLVM.
#ifndef YUGONG_LLVM_H
#define YUGONG_LLVM_H

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/ExecutionEngine/Orc/ObjectLinkingLayer.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/PassManager.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "yugong.h"

namespace llvm {
class PassBuilder;
}

namespace yugong {

// ---- call sites ----------------------------------------------------------------------------------------------------------------------

/// What the compiler knows about a call with an id.
struct CallSiteInfo {
  /// A value that can be read from the frame.
  struct KeepAlive {
    std::string name;  // of the value in the IR; empty: it had none
    std::string type;  // as LLVM prints it
  };

  uint64_t csid = 0;     // the id
  std::string function;  // that makes the call
  std::string callee;    // empty: called through a pointer
  std::vector<KeepAlive> keepAlives; // in their order in the frame
};

/// Makes stackmaps and keeps what they mean. Not thread-safe; one may serve many modules.
class Stackmaps {
 public:
  /// Give `call` an id and values that can be read from its frame until it has returned: integers, pointers and floating-point values of
  /// at most 64 bits. Returns the call that takes its place. `csid` 0: the next free one. In IR:
  ///
  ///     %y = call i64 @callee(i64 %x) "statepoint-id"="71" [ "deopt"(i64 %x, double %d) ]
  ///
  /// When a function with such a call is inlined into a call that has values itself, LLVM puts the caller's values first.
  llvm::Expected<llvm::CallInst *> attach(llvm::CallInst *call, llvm::ArrayRef<llvm::Value *> keepAlives, uint64_t csid = 0);

  /// Null: no such id.
  const CallSiteInfo *lookup(uint64_t csid) const;
  /// 0: the call has no id.
  static uint64_t csidOf(const llvm::CallBase &call);

  /// One call site: `71: in caller, call of callee, keeps i64 x, double d`.
  void dump(uint64_t csid, llvm::raw_ostream &out) const;
  /// All of them.
  void dump(llvm::raw_ostream &out) const;

 private:
  std::map<uint64_t, CallSiteInfo> sites_;
  uint64_t last_ = 0;
};

// ---- folding -------------------------------------------------------------------------------------------------------------------------

/// Turns the naming conventions of src/fold.h (markers such as `call @yg.stackmap(i64 71, …)`) into real IR. Must run before any
/// optimization. What is wrong goes to the LLVMContext's diagnostic handler.
class FoldPass : public llvm::PassInfoMixin<FoldPass> {
 public:
  /// For LLVM's pass manager.
  llvm::PreservedAnalyses run(llvm::Module &module, llvm::ModuleAnalysisManager &);
  /// It runs on functions marked `optnone`, too.
  static bool isRequired() { return true; }
};

/// Let `builder` put FoldPass at the start of its default pipelines, -O0 to -O3, and know it by the name `yugong-fold` in textual ones.
void addFoldPass(llvm::PassBuilder &builder);

// ---- registration --------------------------------------------------------------------------------------------------------------------

/// Keeps the stackmaps of what an ObjectLinkingLayer links, and registers the code with the core: cursors walk through it from the moment that
/// it can run until its resource tracker is removed, before which its last frame must be gone. Thread-safe.
class RegistrationPlugin : public llvm::orc::ObjectLinkingLayer::Plugin {
 public:
  ~RegistrationPlugin() override;

  /// LLVM calls it before it links; so it does with those below.
  void modifyPassConfig(llvm::orc::MaterializationResponsibility &responsibility, llvm::jitlink::LinkGraph &graph,
                        llvm::jitlink::PassConfiguration &config) override;
  /// Linked: the code is registered.
  llvm::Error notifyEmitted(llvm::orc::MaterializationResponsibility &responsibility) override;
  /// Not linked: nothing is.
  llvm::Error notifyFailed(llvm::orc::MaterializationResponsibility &responsibility) override;
  /// Removed: it is unregistered.
  llvm::Error notifyRemovingResources(llvm::orc::ResourceKey key) override;
  /// Belongs to another tracker from now on.
  void notifyTransferringResources(llvm::orc::ResourceKey destination, llvm::orc::ResourceKey source) override;

 private:
  struct Linked {
    std::string name;
    yg_code_description description{};
  };

  std::mutex mutex_;
  std::map<llvm::orc::MaterializationResponsibility *, Linked> linked_;
  std::map<llvm::orc::ResourceKey, std::vector<yg_code *>> registered_;
};

// ---- all together --------------------------------------------------------------------------------------------------------------------

/// An LLJIT that folds, optimizes, links and registers. Knows `yg_stack_swap`, `yg_stack_swap2` and `yg_host_call` from the start.
class Jit {
 public:
  /// `level` is that of -O0 to -O3.
  static llvm::Expected<std::unique_ptr<Jit>> create(unsigned level = 2);
  ~Jit();

  /// Code that is added from now on finds `name` at `address`.
  llvm::Error define(llvm::StringRef name, uintptr_t address);
  /// Folds and optimizes a module; it is linked when something of it is looked up.
  llvm::Error add(std::unique_ptr<llvm::Module> module, std::unique_ptr<llvm::LLVMContext> context);
  /// Links what has been added, if need be.
  llvm::Expected<uintptr_t> lookup(llvm::StringRef name);

  /// For what this class does not help with.
  llvm::orc::LLJIT &lljit() { return *jit_; }

 private:
  Jit(std::unique_ptr<llvm::orc::LLJIT> jit, std::unique_ptr<llvm::TargetMachine> target, unsigned level);

  std::unique_ptr<llvm::orc::LLJIT> jit_;
  std::unique_ptr<llvm::TargetMachine> target_;
  unsigned level_;
};

}  // namespace yugong

#endif
