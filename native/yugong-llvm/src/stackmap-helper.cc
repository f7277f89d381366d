// SPDX-License-Identifier: MIT
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/raw_ostream.h>

#include "error.h"
#include "fold.h"
#include "fold/steps.h"
#include "yugong-llvm.h"

namespace yugong {
namespace {

std::string printType(const llvm::Type *type) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  type->print(stream);
  return stream.str();
}

void print(const CallSiteInfo &site, llvm::raw_ostream &out) {
  out << site.csid << ": in " << site.function << ", call " << (site.callee.empty() ? "through a pointer" : "of " + site.callee);
  const char *separator = ", keeps ";
  for (const CallSiteInfo::KeepAlive &keepAlive : site.keepAlives) {
    out << separator << keepAlive.type << ' ' << (keepAlive.name.empty() ? "(no name)" : keepAlive.name);
    separator = ", ";
  }
  out << '\n';
}

}  // namespace

llvm::Expected<llvm::CallInst *> Stackmaps::attach(llvm::CallInst *call, llvm::ArrayRef<llvm::Value *> keepAlives, uint64_t csid) {
  if (csid == 0) {
    do ++last_;
    while (sites_.count(last_) != 0);
    csid = last_;
  } else if (sites_.count(csid) != 0) {
    return makeError("call-site id " + llvm::Twine(csid) + " has been given to another call");
  }
  CallSiteInfo site;
  site.csid = csid;
  site.function = call->getFunction()->getName().str();
  if (const llvm::Function *callee = call->getCalledFunction()) site.callee = callee->getName().str();
  for (const llvm::Value *value : keepAlives) site.keepAlives.push_back({value->getName().str(), printType(value->getType())});
  auto described = describeCall(*call, csid, keepAlives);
  if (described) sites_[csid] = std::move(site);
  return described;
}

const CallSiteInfo *Stackmaps::lookup(uint64_t csid) const {
  auto site = sites_.find(csid);
  return site == sites_.end() ? nullptr : &site->second;
}

uint64_t Stackmaps::csidOf(const llvm::CallBase &call) {
  uint64_t csid = 0;
  if (!call.getFnAttr("statepoint-id").getValueAsString().getAsInteger(10, csid)) return csid;
  return 0;
}

void Stackmaps::dump(uint64_t csid, llvm::raw_ostream &out) const {
  if (const CallSiteInfo *site = lookup(csid))
    print(*site, out);
  else
    out << csid << ": not a call site\n";
}

void Stackmaps::dump(llvm::raw_ostream &out) const {
  for (const auto &site : sites_) print(site.second, out);
}

llvm::PreservedAnalyses FoldPass::run(llvm::Module &module, llvm::ModuleAnalysisManager &) {
  if (llvm::Error error = fold(module)) module.getContext().emitError(llvm::toString(std::move(error)));
  return llvm::PreservedAnalyses::none();
}

void addFoldPass(llvm::PassBuilder &builder) {
  builder.registerPipelineStartEPCallback([](llvm::ModulePassManager &passes, llvm::OptimizationLevel) { passes.addPass(FoldPass()); });
  builder.registerPipelineParsingCallback(
      [](llvm::StringRef name, llvm::ModulePassManager &passes, llvm::ArrayRef<llvm::PassBuilder::PipelineElement>) {
        if (name != "yugong-fold") return false;
        passes.addPass(FoldPass());
        return true;
      });
}

}  // namespace yugong
