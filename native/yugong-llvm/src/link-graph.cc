// SPDX-License-Identifier: MIT
#include "link-graph.h"

#include "code-space.h"

namespace yugong {

using llvm::jitlink::LinkGraph;

AddressRange sectionRange(LinkGraph &graph, llvm::StringRef name) {
  llvm::jitlink::Section *section = graph.findSectionByName(name);
  if (!section) return {};
  const llvm::jitlink::SectionRange range(*section);
  return {range.getStart().getValue(), range.getSize()};
}

AddressRange codeRange(LinkGraph &graph) {
  uint64_t start = UINT64_MAX, end = 0;
  for (llvm::jitlink::Section &section : graph.sections()) {
    if (!isCode(section.getMemProt())) continue;
    const llvm::jitlink::SectionRange range(section);
    if (range.getSize() == 0) continue;
    start = std::min(start, range.getStart().getValue());
    end = std::max(end, range.getEnd().getValue());
  }
  return end ? AddressRange{start, end - start} : AddressRange();
}

}  // namespace yugong
