// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_CODE_SPACE_H
#define YUGONG_LLVM_CODE_SPACE_H

#include <llvm/ExecutionEngine/JITLink/JITLinkMemoryManager.h>

#include <map>
#include <vector>

namespace yugong {

bool isCode(llvm::jitlink::MemProt protection);

/// Memory for JIT code. Whole slabs of address space are reserved, and modules get pages from them:
///
///   slab   | code of module 1 (r-x) | its data (rw-) | code of module 2 (r-x) | its data (rw-) | reserved (---) …
///
/// So the code of one session lies close together, and close to the runtime's helpers, which lets calls between them be direct.
/// Memory is never writable and executable at once.
class CodeSpace final : public llvm::jitlink::JITLinkMemoryManager {
 public:
  /// Slabs are placed within 2 GiB of address `near` where the system allows it; 0 means anywhere.
  explicit CodeSpace(uint64_t near) : near_(near) {}
  /// Frees everything, whether it was deallocated or not.
  ~CodeSpace() override;

  void allocate(const llvm::jitlink::JITLinkDylib *, llvm::jitlink::LinkGraph &graph, OnAllocatedFunction done) override;
  void deallocate(std::vector<FinalizedAlloc> allocations, OnDeallocatedFunction done) override;
  using llvm::jitlink::JITLinkMemoryManager::allocate;
  using llvm::jitlink::JITLinkMemoryManager::deallocate;

  /// Bytes of pages that are in use.
  uint64_t usedBytes() const { return usedBytes_; }

 private:
  class Allocation;
  struct Range {
    uint64_t start, size;
  };

  llvm::Expected<uint64_t> takePages(uint64_t size);
  llvm::Error givePagesBack(uint64_t start);
  llvm::Error reserveSlab(uint64_t minimumSize);

  uint64_t near_;
  uint64_t usedBytes_ = 0;
  std::vector<Range> slabs_;
  std::map<uint64_t, uint64_t> free_;  // start → size, no two adjacent
  std::map<uint64_t, uint64_t> used_;  // start → size
};

}  // namespace yugong

#endif
