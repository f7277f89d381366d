// SPDX-License-Identifier: MIT
//
//     header | .eh_frame | .symtab: null, the procedure | .strtab | .shstrtab | section headers
//
// .text has the code's address and size but no bytes (SHT_NOBITS): debuggers read the code from the process.
#include "elf_writer.h"

#include <elf.h>

#include "byte_writer.h"
#include "eh_frame_writer.h"
#include "register.h"

namespace yg::dynamic {
namespace {

enum Section : uint32_t { kNone, kText, kEhFrame, kSymbols, kStrings, kSectionNames, kSectionCount };

constexpr char kNames[] = "\0.text\0.eh_frame\0.symtab\0.strtab\0.shstrtab";
constexpr uint32_t kNameOffsets[kSectionCount] = {0, 1, 7, 17, 25, 33};

}  // namespace

std::vector<uint8_t> writeElf(const yg_dyn_info &info, const std::vector<uint8_t> &eh_frame, uintptr_t image_address) {
  Elf64_Shdr headers[kSectionCount] = {};
  for (uint32_t i = 0; i < kSectionCount; i++) headers[i].sh_name = kNameOffsets[i];
  ByteWriter out;
  Elf64_Ehdr header{};
  out.write(header);

  auto section = [&](Section index, uint32_t type, const void *data, size_t size, uint64_t entry_size) {
    out.pad(8);
    Elf64_Shdr &s = headers[index];
    s.sh_type = type;
    s.sh_offset = out.size();
    s.sh_size = size;
    s.sh_addralign = 8;
    s.sh_entsize = entry_size;
    out.append(data, size);
  };

  headers[kText].sh_type = SHT_NOBITS;
  headers[kText].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  headers[kText].sh_addr = info.start_ip;
  headers[kText].sh_offset = out.size();
  headers[kText].sh_size = info.end_ip - info.start_ip;
  headers[kText].sh_addralign = 1;

  section(kEhFrame, SHT_PROGBITS, eh_frame.data(), eh_frame.size(), 0);
  headers[kEhFrame].sh_flags = SHF_ALLOC;
  headers[kEhFrame].sh_addr = image_address + headers[kEhFrame].sh_offset;

  const char *name = info.u.pi.name_ptr == 0 ? "dynamic" : reinterpret_cast<const char *>(info.u.pi.name_ptr);
  Elf64_Sym symbols[2] = {};
  symbols[1].st_name = 1;
  symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbols[1].st_shndx = kText;
  symbols[1].st_size = info.end_ip - info.start_ip;
  section(kSymbols, SHT_SYMTAB, symbols, sizeof symbols, sizeof *symbols);
  headers[kSymbols].sh_link = kStrings;
  headers[kSymbols].sh_info = 1;

  std::vector<char> strings{0};
  strings.insert(strings.end(), name, name + std::strlen(name) + 1);
  section(kStrings, SHT_STRTAB, strings.data(), strings.size(), 0);
  section(kSectionNames, SHT_STRTAB, kNames, sizeof kNames, 0);

  out.pad(8);
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_REL;
  header.e_machine = EM_X86_64;
  header.e_version = EV_CURRENT;
  header.e_shoff = out.size();
  header.e_ehsize = sizeof header;
  header.e_shentsize = sizeof *headers;
  header.e_shnum = kSectionCount;
  header.e_shstrndx = kSectionNames;
  out.append(headers, sizeof headers);
  out.writeAt(0, header);
  return std::move(out.bytes);
}

}  // namespace yg::dynamic

using namespace yg::dynamic;

yg_dyn_status yg_dyn_to_elf(const yg_dyn_info *info, uint8_t *out, size_t capacity, size_t *size) {
  if (info == nullptr || size == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if (info->format != YG_DYN_FORMAT_DYNAMIC) return YG_DYN_ERROR_FORMAT;
  Program program;
  if (yg_dyn_status status = compile(info, &program, nullptr)) return status;
  size_t fde;
  std::vector<uint8_t> bytes = writeElf(*info, writeEhFrame(*info, program, &fde), reinterpret_cast<uintptr_t>(out));
  *size = bytes.size();
  if (capacity < bytes.size() || out == nullptr) return YG_DYN_ERROR_SIZE;
  std::memcpy(out, bytes.data(), bytes.size());
  return YG_DYN_OK;
}
