// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_LINK_GRAPH_H
#define YUGONG_LLVM_LINK_GRAPH_H

#include <llvm/ExecutionEngine/JITLink/JITLink.h>

namespace yugong {

struct AddressRange {
  uint64_t start = 0, size = 0;
};

/// Where a section of an object that is being linked lies; size 0 when there is none.
AddressRange sectionRange(llvm::jitlink::LinkGraph &graph, llvm::StringRef name);

/// From the first code section's start to the last one's end.
AddressRange codeRange(llvm::jitlink::LinkGraph &graph);

}  // namespace yugong

#endif
