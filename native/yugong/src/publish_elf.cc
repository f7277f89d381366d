// SPDX-License-Identifier: MIT
//
// An ELF image that describes code which lies elsewhere in memory, for gdb. A relocatable file with nothing to relocate:
//
//   header | sections' contents | section headers
//
//   .text       no contents; its address and size are those of the code
//   .eh_frame   absolute pointers
//   .symtab     one function per symbol, relative to .text; .strtab has the names
//   and, when there are lines: .debug_abbrev, .debug_info (one unit with its functions), .debug_line
#include <elf.h>

#include <map>

#include "publish.h"
#include "publish_bytes.h"

namespace yg {
namespace {

// DWARF 4.
enum : uint8_t { kCompileUnit = 0x11, kSubprogram = 0x2e };
enum : uint8_t { kAtName = 0x03, kAtStmtList = 0x10, kAtLowPc = 0x11, kAtHighPc = 0x12, kAtProducer = 0x25 };
enum : uint8_t { kFormAddress = 0x01, kFormData8 = 0x07, kFormString = 0x08, kFormOffset = 0x17 };
enum : uint8_t { kCopy = 1, kAdvanceLine = 3, kSetFile = 4, kEndSequence = 1, kSetAddress = 2 };

struct Section {
  const char *name;
  uint32_t type;
  uint64_t flags;
  uint64_t address, size;  // size of a section without contents
  std::vector<uint8_t> contents;
  uint32_t link, info;
  uint64_t entry_size;
};

std::vector<uint8_t> debugAbbrev() {
  static constexpr uint8_t kBytes[] = {
      1, kCompileUnit, 1, kAtProducer, kFormString, kAtName, kFormString, kAtStmtList, kFormOffset, kAtLowPc, kFormAddress, kAtHighPc, kFormData8, 0, 0,
      2, kSubprogram,  0, kAtName,     kFormString, kAtLowPc, kFormAddress, kAtHighPc, kFormData8, 0, 0,
      0};
  return {kBytes, kBytes + sizeof kBytes};
}

std::vector<uint8_t> debugInfo(const Publication &publication, const char *file) {
  ByteWriter out;
  size_t unit = out.beginLength();
  out.u16(4);
  out.u32(0);  // .debug_abbrev
  out.u8(8);
  out.uleb(1);
  out.string("yugong");
  out.string(file);
  out.u32(0);  // .debug_line
  out.u64(publication.start);
  out.u64(publication.size);
  for (const PublishedSymbol &symbol : publication.symbols) {
    out.uleb(2);
    out.string(symbol.name);
    out.u64(symbol.start);
    out.u64(symbol.size);
  }
  out.uleb(0);
  out.endLength(unit);
  return std::move(out.bytes);
}

std::vector<uint8_t> debugLine(const Publication &publication, const std::vector<yg_publish_line> &lines) {
  std::map<std::string, uint64_t> files;
  std::vector<const char *> names;
  for (const yg_publish_line &line : lines)
    if (files.emplace(line.file, names.size() + 1).second) names.push_back(line.file);

  ByteWriter out;
  size_t unit = out.beginLength();
  out.u16(4);
  size_t header = out.beginLength();
  for (uint8_t byte : {1, 1, 1, 0xfb, 14, 13}) out.u8(byte);  // instruction length, operations, is_stmt, line base and range, opcode base
  for (uint8_t operands : {0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1}) out.u8(operands);
  out.u8(0);  // directories
  for (const char *name : names) {
    out.string(name);
    for (int i = 0; i < 3; i++) out.uleb(0);
  }
  out.u8(0);
  out.endLength(header);

  auto extended = [&](uint8_t opcode, size_t operand_size) {
    out.u8(0);
    out.uleb(1 + operand_size);
    out.u8(opcode);
  };
  int64_t at = 1;
  for (const yg_publish_line &line : lines) {
    extended(kSetAddress, 8);
    out.u64(line.address);
    out.u8(kSetFile);
    out.uleb(files[line.file]);
    out.u8(kAdvanceLine);
    out.sleb(int64_t{line.line} - at);
    at = line.line;
    out.u8(kCopy);
  }
  extended(kSetAddress, 8);
  out.u64(publication.start + publication.size);
  extended(kEndSequence, 0);
  out.endLength(unit);
  return std::move(out.bytes);
}

void addSymbols(const Publication &publication, uint32_t text_index, uint32_t strings_index, std::vector<Section> &sections) {
  ByteWriter symbols, strings;
  strings.u8(0);
  symbols.put(Elf64_Sym{});
  for (const PublishedSymbol &symbol : publication.symbols) {
    Elf64_Sym entry{};
    entry.st_name = static_cast<uint32_t>(strings.size());
    entry.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
    entry.st_shndx = static_cast<uint16_t>(text_index);
    entry.st_value = symbol.start - publication.start;
    entry.st_size = symbol.size;
    symbols.put(entry);
    strings.string(symbol.name);
  }
  sections.push_back({".symtab", SHT_SYMTAB, 0, 0, 0, std::move(symbols.bytes), strings_index, 1, sizeof(Elf64_Sym)});
  sections.push_back({".strtab", SHT_STRTAB, 0, 0, 0, std::move(strings.bytes), 0, 0, 0});
}

std::vector<uint8_t> assemble(std::vector<Section> sections) {
  ByteWriter names;
  std::vector<Elf64_Shdr> headers;
  sections.push_back({".shstrtab", SHT_STRTAB, 0, 0, 0, {}, 0, 0, 0});
  for (const Section &section : sections) {
    Elf64_Shdr header{};
    header.sh_name = static_cast<uint32_t>(names.size());
    names.string(section.name);
    headers.push_back(header);
  }
  sections.back().contents = names.bytes;

  ByteWriter out;
  out.put(Elf64_Ehdr{});
  for (size_t i = 0; i < sections.size(); i++) {
    const Section &section = sections[i];
    Elf64_Shdr &header = headers[i];
    out.align(16);
    header.sh_type = section.type;
    header.sh_flags = section.flags;
    header.sh_addr = section.address;
    header.sh_offset = out.size();
    header.sh_size = section.type == SHT_NOBITS ? section.size : section.contents.size();
    header.sh_link = section.link;
    header.sh_info = section.info;
    header.sh_addralign = section.type == SHT_NULL ? 0 : section.entry_size != 0 ? 8 : 1;
    header.sh_entsize = section.entry_size;
    out.raw(section.contents.data(), section.contents.size());
  }
  out.align(16);
  Elf64_Ehdr elf{};
  std::memcpy(elf.e_ident, ELFMAG, SELFMAG);
  elf.e_ident[EI_CLASS] = ELFCLASS64;
  elf.e_ident[EI_DATA] = ELFDATA2LSB;
  elf.e_ident[EI_VERSION] = EV_CURRENT;
  elf.e_type = ET_REL;
  elf.e_machine = EM_X86_64;
  elf.e_version = EV_CURRENT;
  elf.e_shoff = out.size();
  elf.e_ehsize = sizeof elf;
  elf.e_shentsize = sizeof(Elf64_Shdr);
  elf.e_shnum = static_cast<uint16_t>(sections.size());
  elf.e_shstrndx = static_cast<uint16_t>(sections.size() - 1);
  for (const Elf64_Shdr &header : headers) out.put(header);
  out.patch(0, elf);
  return std::move(out.bytes);
}

}  // namespace

std::vector<uint8_t> makeElfImage(const Publication &publication, const PublicationSource &source) {
  constexpr uint32_t kTextIndex = 1, kStringsIndex = 3;
  std::vector<Section> sections;
  sections.push_back({"", SHT_NULL, 0, 0, 0, {}, 0, 0, 0});
  sections.push_back({".text", SHT_NOBITS, SHF_ALLOC | SHF_EXECINSTR, publication.start, publication.size, {}, 0, 0, 0});
  addSymbols(publication, kTextIndex, kStringsIndex, sections);
  if (!source.unwind->fdes().empty()) {
    std::vector<uint32_t> fde_offsets;
    sections.push_back({".eh_frame", SHT_PROGBITS, SHF_ALLOC, 0, 0, source.unwind->absolute(&fde_offsets), 0, 0, 0});
  }
  std::vector<yg_publish_line> lines = source.linesOf(publication.start, publication.size);
  if (!lines.empty()) {
    sections.push_back({".debug_abbrev", SHT_PROGBITS, 0, 0, 0, debugAbbrev(), 0, 0, 0});
    sections.push_back({".debug_info", SHT_PROGBITS, 0, 0, 0, debugInfo(publication, lines.front().file), 0, 0, 0});
    sections.push_back({".debug_line", SHT_PROGBITS, 0, 0, 0, debugLine(publication, lines), 0, 0, 0});
  }
  return assemble(std::move(sections));
}

}  // namespace yg
