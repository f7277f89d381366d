// SPDX-License-Identifier: MIT
#include "compile.h"
#include "error.h"
#include "fold.h"
#include "link-graph.h"
#include "optimize.h"
#include "target.h"
#include "yugong-llvm.h"

namespace yugong {
namespace {

using llvm::jitlink::LinkGraph;

/// JITLink drops what nothing refers to, which is how it looks to stackmaps.
llvm::Error keepStackmaps(LinkGraph &graph) {
  if (llvm::jitlink::Section *section = graph.findSectionByName(".llvm_stackmaps"))
    for (llvm::jitlink::Block *block : section->blocks()) graph.addAnonymousSymbol(*block, 0, 0, false, true);
  return llvm::Error::success();
}

void describe(LinkGraph &graph, yg_code_description &description) {
  const auto bytes = [](AddressRange range) { return range.size ? reinterpret_cast<const uint8_t *>(range.start) : nullptr; };
  const AddressRange code = codeRange(graph), stackmap = sectionRange(graph, ".llvm_stackmaps"), ehFrame = sectionRange(graph, ".eh_frame");
  description.start = code.start;
  description.size = code.size;
  description.stackmap = bytes(stackmap);
  description.stackmap_size = stackmap.size;
  description.eh_frame = bytes(ehFrame);
  description.eh_frame_size = ehFrame.size;
}

void unregister(const std::vector<yg_code *> &codes) {
  for (yg_code *code : codes) yg_code_unregister(code);
}

}  // namespace

RegistrationPlugin::~RegistrationPlugin() {
  for (const auto &entry : registered_) unregister(entry.second);
}

void RegistrationPlugin::modifyPassConfig(llvm::orc::MaterializationResponsibility &responsibility, LinkGraph &graph,
                                          llvm::jitlink::PassConfiguration &config) {
  config.PrePrunePasses.push_back(keepStackmaps);
  config.PostFixupPasses.push_back([this, &responsibility](LinkGraph &linked) {
    std::lock_guard<std::mutex> lock(mutex_);
    Linked &entry = linked_[&responsibility];
    entry.name = linked.getName();
    describe(linked, entry.description);
    return llvm::Error::success();
  });
  (void)graph;
}

llvm::Error RegistrationPlugin::notifyEmitted(llvm::orc::MaterializationResponsibility &responsibility) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = linked_.find(&responsibility);
  if (found == linked_.end()) return llvm::Error::success();
  Linked linked = std::move(found->second);
  linked_.erase(found);
  if (linked.description.size == 0) return llvm::Error::success();
  linked.description.name = linked.name.c_str();
  yg_code *code = nullptr;
  const char *message = "";
  if (yg_status status = yg_code_register(&linked.description, &code, &message))
    return makeError("registering " + linked.name + ": " + message + " " + yg_status_message(status));
  return responsibility.withResourceKeyDo([&](llvm::orc::ResourceKey key) { registered_[key].push_back(code); });
}

llvm::Error RegistrationPlugin::notifyFailed(llvm::orc::MaterializationResponsibility &responsibility) {
  std::lock_guard<std::mutex> lock(mutex_);
  linked_.erase(&responsibility);
  return llvm::Error::success();
}

llvm::Error RegistrationPlugin::notifyRemovingResources(llvm::orc::ResourceKey key) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = registered_.find(key);
  if (found == registered_.end()) return llvm::Error::success();
  unregister(found->second);
  registered_.erase(found);
  return llvm::Error::success();
}

void RegistrationPlugin::notifyTransferringResources(llvm::orc::ResourceKey destination, llvm::orc::ResourceKey source) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto found = registered_.find(source);
  if (found == registered_.end()) return;
  std::vector<yg_code *> codes = std::move(found->second);
  registered_.erase(found);
  auto &to = registered_[destination];
  to.insert(to.end(), codes.begin(), codes.end());
}

Jit::Jit(std::unique_ptr<llvm::orc::LLJIT> jit, std::unique_ptr<llvm::TargetMachine> target, unsigned level)
    : jit_(std::move(jit)), target_(std::move(target)), level_(level) {}

Jit::~Jit() = default;

llvm::Expected<std::unique_ptr<Jit>> Jit::create(unsigned level) {
  TargetOptions options;
  options.cpu = "host";
  options.jit = true;
  auto target = createTargetMachine(options);
  if (!target) return target.takeError();
  auto machine = llvm::orc::JITTargetMachineBuilder::detectHost();
  if (!machine) return machine.takeError();
  machine->setRelocationModel(llvm::Reloc::PIC_).setCodeModel(llvm::CodeModel::Small);
  machine->setCodeGenOptLevel(static_cast<llvm::CodeGenOpt::Level>(level > 3 ? 3 : level));
  auto layer = [](llvm::orc::ExecutionSession &session, const llvm::Triple &) -> llvm::Expected<std::unique_ptr<llvm::orc::ObjectLayer>> {
    auto linking = std::make_unique<llvm::orc::ObjectLinkingLayer>(session);
    linking->addPlugin(std::make_unique<RegistrationPlugin>());
    return linking;
  };
  auto made = llvm::orc::LLJITBuilder().setJITTargetMachineBuilder(std::move(*machine)).setObjectLinkingLayerCreator(layer).create();
  if (!made) return made.takeError();
  std::unique_ptr<Jit> jit(new Jit(std::move(*made), std::move(*target), level));
  const std::pair<const char *, uintptr_t> symbols[] = {{"yg_stack_swap", reinterpret_cast<uintptr_t>(yg_stack_swap)},
                                                        {"yg_stack_swap2", reinterpret_cast<uintptr_t>(yg_stack_swap2)},
                                                        {"yg_host_call", reinterpret_cast<uintptr_t>(yg_host_call)}};
  for (const auto &[name, address] : symbols)
    if (llvm::Error error = jit->define(name, address)) return error;
  return jit;
}

llvm::Error Jit::define(llvm::StringRef name, uintptr_t address) {
  return jit_->getMainJITDylib().define(llvm::orc::absoluteSymbols(
      {{jit_->mangleAndIntern(name), llvm::JITEvaluatedSymbol(address, llvm::JITSymbolFlags::Exported)}}));
}

llvm::Error Jit::add(std::unique_ptr<llvm::Module> module, std::unique_ptr<llvm::LLVMContext> context) {
  module->setTargetTriple(target_->getTargetTriple().str());
  module->setDataLayout(jit_->getDataLayout());
  // Cursors unwind through every call site, so that nounwind functions need .eh_frame as well.
  for (llvm::Function &function : *module)
    if (!function.isDeclaration()) function.addFnAttr(llvm::Attribute::UWTable);
  if (llvm::Error error = fold(*module)) return error;
  if (llvm::Error error = verify(*module)) return error;
  if (llvm::Error error = optimize(*module, *target_, level_, "")) return error;
  return jit_->addIRModule(llvm::orc::ThreadSafeModule(std::move(module), std::move(context)));
}

llvm::Expected<uintptr_t> Jit::lookup(llvm::StringRef name) {
  auto symbol = jit_->lookup(name);
  if (!symbol) return symbol.takeError();
  return static_cast<uintptr_t>(symbol->getAddress());
}

}  // namespace yugong
