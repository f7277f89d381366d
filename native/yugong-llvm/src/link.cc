// SPDX-License-Identifier: MIT
#include "link.h"

#include <llvm/ADT/StringExtras.h>

#include "error.h"

namespace yugong {
namespace {

using llvm::jitlink::LinkGraph;

/// JITLink drops what nothing refers to, which is how it looks to the stackmap section.
llvm::Error keepEverything(LinkGraph &graph) {
  for (llvm::jitlink::Block *block : graph.blocks()) graph.addAnonymousSymbol(*block, 0, 0, false, true);
  return llvm::jitlink::markAllSymbolsLive(graph);
}

/// JITLink is written for asynchronous use, but calls back before link() returns when nothing here waits.
class Context final : public llvm::jitlink::JITLinkContext {
 public:
  Context(CodeSpace &space, const llvm::StringMap<uint64_t> &symbols, LinkedCode &code, llvm::Error &error)
      : JITLinkContext(nullptr), space_(space), symbols_(symbols), code_(code), error_(error) {}

  llvm::jitlink::JITLinkMemoryManager &getMemoryManager() override { return space_; }

  void notifyFailed(llvm::Error error) override { error_ = llvm::joinErrors(std::move(error_), std::move(error)); }

  void lookup(const LookupMap &wanted, std::unique_ptr<llvm::jitlink::JITLinkAsyncLookupContinuation> continuation) override {
    llvm::jitlink::AsyncLookupResult found;
    std::vector<std::string> missing;
    for (const auto &[name, flags] : wanted) {
      auto symbol = symbols_.find(name);
      if (symbol != symbols_.end())
        found[name] = llvm::JITEvaluatedSymbol(symbol->second, llvm::JITSymbolFlags::Exported);
      else if (flags == llvm::jitlink::SymbolLookupFlags::RequiredSymbol)
        missing.push_back(name.str());
    }
    if (missing.empty()) return continuation->run(std::move(found));
    llvm::sort(missing);
    continuation->run(makeError("undefined symbols: " + llvm::join(missing, ", ")));
  }

  llvm::Error notifyResolved(LinkGraph &graph) override {
    for (llvm::jitlink::Symbol *symbol : graph.defined_symbols())
      if (symbol->isCallable() && symbol->hasName())
        code_.functions.push_back({symbol->getName().str(), {symbol->getAddress().getValue(), symbol->getSize()}});
    llvm::sort(code_.functions, [](const LinkedFunction &a, const LinkedFunction &b) { return a.code.start < b.code.start; });
    code_.code = codeRange(graph);
    code_.stackmap = sectionRange(graph, ".llvm_stackmaps");
    code_.ehFrame = sectionRange(graph, ".eh_frame");
    return llvm::Error::success();
  }

  void notifyFinalized(CodeSpace::FinalizedAlloc memory) override { code_.memory = std::move(memory); }

  llvm::jitlink::LinkGraphPassFunction getMarkLivePass(const llvm::Triple &) const override { return keepEverything; }

 private:
  CodeSpace &space_;
  const llvm::StringMap<uint64_t> &symbols_;
  LinkedCode &code_;
  llvm::Error &error_;
};

}  // namespace

llvm::Expected<LinkedCode> link(llvm::MemoryBufferRef object, CodeSpace &space, const llvm::StringMap<uint64_t> &symbols) {
  auto graph = llvm::jitlink::createLinkGraphFromObject(object);
  if (!graph) return inContext("link", graph.takeError());
  LinkedCode code;
  llvm::Error error = llvm::Error::success();
  llvm::jitlink::link(std::move(*graph), std::make_unique<Context>(space, symbols, code, error));
  if (error) return inContext("link", std::move(error));
  return code;
}

}  // namespace yugong
