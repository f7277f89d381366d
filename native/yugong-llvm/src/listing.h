// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_LISTING_H
#define YUGONG_LLVM_LISTING_H

#include <llvm/Target/TargetMachine.h>

#include "link.h"

namespace yugong {

/// One machine instruction of linked code, and the source position that the object's line table gives for it.
struct ListedInstruction {
  uint64_t address = 0;
  unsigned size = 0;
  std::string text;     // AT&T syntax, operands after one space; ".byte 0x.." for what is no instruction
  uint64_t target = 0;  // of a direct call or jump; 0: it is none
  std::string file;     // directory/name; empty: no position
  uint32_t line = 0, column = 0;
};

/// Disassembles what `object` became in memory, function by function. Positions need debug information in the module.
llvm::Expected<std::vector<ListedInstruction>> listCode(llvm::MemoryBufferRef object, const LinkedCode &linked,
                                                        const llvm::TargetMachine &machine);

}  // namespace yugong

#endif
