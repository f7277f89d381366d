// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_LINK_H
#define YUGONG_LLVM_LINK_H

#include <llvm/ADT/StringMap.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/MemoryBufferRef.h>

#include <string>
#include <vector>

#include "code-space.h"
#include "link-graph.h"

namespace yugong {

struct LinkedFunction {
  std::string name;
  AddressRange code;
};

/// An object in memory, ready to run.
struct LinkedCode {
  std::vector<LinkedFunction> functions;  // by address
  AddressRange code;
  AddressRange stackmap;                  // `.llvm_stackmaps`, relocated
  AddressRange ehFrame;                   // `.eh_frame`, relocated, with its terminator
  CodeSpace::FinalizedAlloc memory;
};

/// Symbols that the object does not define come from `symbols`; those that are missing are all named in the error.
/// Calls and address loads of symbols in reach become direct.
llvm::Expected<LinkedCode> link(llvm::MemoryBufferRef object, CodeSpace &space, const llvm::StringMap<uint64_t> &symbols);

}  // namespace yugong

#endif
