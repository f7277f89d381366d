// SPDX-License-Identifier: MIT
#include "stackmap-section.h"

#include <elf.h>

#include <cstring>

#include "error.h"

namespace yugong {

//   .strtab before   . r e l a . l l v m _ s t a c k m a p s \0
//                              ^ sh_name of the section
//   after            . r e l a . l l y g _ s t a c k m a p s \0
//                                    ^ sh_name of the section
//
// The object's strings share their ends, so that no byte of the common tail `_stackmaps` may change; the relocation section's name does,
// but linkers do not look at it.
llvm::Expected<bool> renameStackmapSection(llvm::MutableArrayRef<char> object) {
  constexpr llvm::StringLiteral kBefore = ".llvm_stackmaps";
  constexpr size_t kPrefix = 3;  // ".ll"
  auto *header = reinterpret_cast<Elf64_Ehdr *>(object.data());
  if (object.size() < sizeof *header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != EM_X86_64)
    return makeError("not an ELF object for x86-64");
  if (header->e_shoff + header->e_shnum * sizeof(Elf64_Shdr) > object.size() || header->e_shstrndx >= header->e_shnum)
    return makeError("truncated ELF object");
  auto *sections = reinterpret_cast<Elf64_Shdr *>(object.data() + header->e_shoff);
  char *names = object.data() + sections[header->e_shstrndx].sh_offset;
  for (Elf64_Shdr &section : llvm::MutableArrayRef<Elf64_Shdr>(sections, header->e_shnum)) {
    char *name = names + section.sh_name;
    if (kBefore != name) continue;
    std::memcpy(name + kPrefix, "yg", 2);
    section.sh_name += kPrefix;
    section.sh_flags |= SHF_WRITE;
    return true;
  }
  return false;
}

}  // namespace yugong
