// SPDX-License-Identifier: MIT
#include "listing.h"

#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/MC/MCContext.h>
#include <llvm/MC/MCDisassembler/MCDisassembler.h>
#include <llvm/MC/MCInst.h>
#include <llvm/MC/MCInstPrinter.h>
#include <llvm/MC/MCInstrAnalysis.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/Format.h>
#include <llvm/Support/raw_ostream.h>

#include "error.h"

namespace yugong {
namespace {

/// "movq\t%rax, %rbx" and its like with single spaces.
std::string withSingleSpaces(llvm::StringRef text) {
  std::string result;
  for (char c : text.trim()) {
    const bool space = c == ' ' || c == '\t';
    if (!space)
      result += c;
    else if (result.back() != ' ')
      result += ' ';
  }
  return result;
}

class Disassembler {
 public:
  explicit Disassembler(const llvm::TargetMachine &machine)
      : subtarget_(*machine.getMCSubtargetInfo()),
        context_(machine.getTargetTriple(), machine.getMCAsmInfo(), machine.getMCRegisterInfo(), &subtarget_),
        decoder_(machine.getTarget().createMCDisassembler(subtarget_, context_)),
        printer_(machine.getTarget().createMCInstPrinter(machine.getTargetTriple(), /*SyntaxVariant=*/0, *machine.getMCAsmInfo(),
                                                         *machine.getMCInstrInfo(), *machine.getMCRegisterInfo())),
        analysis_(machine.getTarget().createMCInstrAnalysis(machine.getMCInstrInfo())) {
    if (printer_) printer_->setPrintBranchImmAsAddress(true);
  }

  bool isComplete() const { return decoder_ && printer_ && analysis_; }

  ListedInstruction decode(llvm::ArrayRef<uint8_t> bytes, uint64_t address) const {
    ListedInstruction result;
    result.address = address;
    llvm::raw_string_ostream stream(result.text);
    llvm::MCInst instruction;
    uint64_t size = 0;
    if (decoder_->getInstruction(instruction, size, bytes, address, llvm::nulls()) != llvm::MCDisassembler::Success) {
      result.size = 1;
      stream << llvm::format(".byte 0x%02x", bytes.front());
      return result;
    }
    result.size = unsigned(size);
    std::string text;
    llvm::raw_string_ostream printed(text);
    // Branches are printed relative to where the next instruction begins.
    printer_->printInst(&instruction, address + size, "", subtarget_, printed);
    stream << withSingleSpaces(printed.str());
    uint64_t target = 0;
    if ((analysis_->isCall(instruction) || analysis_->isBranch(instruction)) && analysis_->evaluateBranch(instruction, address, size, target))
      result.target = target;
    return result;
  }

 private:
  const llvm::MCSubtargetInfo &subtarget_;
  llvm::MCContext context_;
  std::unique_ptr<llvm::MCDisassembler> decoder_;
  std::unique_ptr<llvm::MCInstPrinter> printer_;
  std::unique_ptr<llvm::MCInstrAnalysis> analysis_;
};

/// The object's line table, asked by where an instruction was before it was linked.
class Positions {
 public:
  explicit Positions(const llvm::object::ObjectFile &object) : context_(llvm::DWARFContext::create(object)) {}

  void find(llvm::object::SectionedAddress address, ListedInstruction &instruction) {
    for (const auto &unit : context_->compile_units()) {
      const llvm::DWARFDebugLine::LineTable *table = context_->getLineTableForUnit(unit.get());
      if (!table) continue;
      const uint32_t at = table->lookupAddress(address);
      if (at == table->UnknownRowIndex) continue;
      const llvm::DWARFDebugLine::Row &row = table->Rows[at];
      if (row.Line == 0) return;  // the compiler's own
      instruction.line = row.Line;
      instruction.column = row.Column;
      table->getFileNameByIndex(row.File, "", llvm::DILineInfoSpecifier::FileLineInfoKind::AbsoluteFilePath, instruction.file);
      return;
    }
  }

 private:
  std::unique_ptr<llvm::DWARFContext> context_;
};

llvm::Expected<llvm::StringMap<llvm::object::SectionedAddress>> functionsOf(const llvm::object::ObjectFile &object) {
  llvm::StringMap<llvm::object::SectionedAddress> result;
  for (const llvm::object::SymbolRef &symbol : object.symbols()) {
    auto type = symbol.getType();
    if (!type) return type.takeError();
    if (*type != llvm::object::SymbolRef::ST_Function) continue;
    auto name = symbol.getName();
    if (!name) return name.takeError();
    auto section = symbol.getSection();
    if (!section) return section.takeError();
    auto address = symbol.getAddress();
    if (!address) return address.takeError();
    result[*name] = {*address, (*section)->getIndex()};
  }
  return result;
}

}  // namespace

llvm::Expected<std::vector<ListedInstruction>> listCode(llvm::MemoryBufferRef object, const LinkedCode &linked,
                                                        const llvm::TargetMachine &machine) {
  const Disassembler disassembler(machine);
  if (!disassembler.isComplete()) return makeError("LLVM has no disassembler for " + machine.getTargetTriple().str());
  auto file = llvm::object::ObjectFile::createObjectFile(object);
  if (!file) return file.takeError();
  auto starts = functionsOf(**file);
  if (!starts) return starts.takeError();
  Positions positions(**file);
  std::vector<ListedInstruction> result;
  for (const LinkedFunction &function : linked.functions) {
    const llvm::ArrayRef<uint8_t> bytes(reinterpret_cast<const uint8_t *>(function.code.start), function.code.size);
    const auto before = starts->find(function.name);
    for (uint64_t offset = 0; offset < bytes.size(); offset += result.back().size) {
      ListedInstruction instruction = disassembler.decode(bytes.drop_front(offset), function.code.start + offset);
      if (before != starts->end()) positions.find({before->second.Address + offset, before->second.SectionIndex}, instruction);
      result.push_back(std::move(instruction));
    }
  }
  return result;
}

}  // namespace yugong
