// SPDX-License-Identifier: MIT
#include "code-space.h"

#include <llvm/ExecutionEngine/JITLink/JITLink.h>

#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "error.h"

namespace yugong {
namespace {

constexpr uint64_t kPageSize = 4096;
constexpr uint64_t kSlabSize = uint64_t(64) << 20;
// A direct call reaches 2 GiB; the difference is room for the helpers themselves and the slab.
constexpr uint64_t kReach = uint64_t(1800) << 20;
constexpr int kReserve = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
constexpr uint64_t kProbeStep = uint64_t(16) << 20;

llvm::Error systemError(const llvm::Twine &what) { return makeError(what + ": " + std::strerror(errno)); }

/// Address space at exactly `start`, or nothing.
void *reserveAt(uint64_t start, uint64_t size) {
  void *memory = mmap(reinterpret_cast<void *>(start), size, PROT_NONE, kReserve | MAP_FIXED_NOREPLACE, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  if (memory == reinterpret_cast<void *>(start)) return memory;
  munmap(memory, size);  // kernels before 4.17 take the address as a hint only
  return nullptr;
}

void *reserveNear(uint64_t near, uint64_t size) {
  const uint64_t center = llvm::alignDown(near, kPageSize);
  for (uint64_t distance = kProbeStep; distance <= kReach; distance += kProbeStep) {
    if (void *memory = reserveAt(center + distance, size)) return memory;
    if (center > distance + size)
      if (void *memory = reserveAt(center - distance - size, size)) return memory;
  }
  return nullptr;
}

}  // namespace

/// One module's pages between allocation, when JITLink writes them, and finalization.
class CodeSpace::Allocation final : public InFlightAlloc {
 public:
  Allocation(CodeSpace &space, uint64_t start, uint64_t codeSize) : space_(space), start_(start), codeSize_(codeSize) {}

  void abandon(OnAbandonedFunction done) override { done(space_.givePagesBack(start_)); }

  void finalize(OnFinalizedFunction done) override {
    if (codeSize_ && mprotect(reinterpret_cast<void *>(start_), codeSize_, PROT_READ | PROT_EXEC) != 0) {
      llvm::Error error = systemError("making code executable");
      return done(llvm::joinErrors(std::move(error), space_.givePagesBack(start_)));
    }
    done(FinalizedAlloc(llvm::orc::ExecutorAddr(start_)));
  }

 private:
  CodeSpace &space_;
  uint64_t start_, codeSize_;
};

bool isCode(llvm::jitlink::MemProt protection) {
  return llvm::jitlink::toSysMemoryProtectionFlags(protection) & llvm::sys::Memory::MF_EXEC;
}

CodeSpace::~CodeSpace() {
  for (const Range &slab : slabs_) munmap(reinterpret_cast<void *>(slab.start), slab.size);
}

void CodeSpace::allocate(const llvm::jitlink::JITLinkDylib *, llvm::jitlink::LinkGraph &graph, OnAllocatedFunction done) {
  llvm::jitlink::BasicLayout layout(graph);
  // Code gets pages of its own; all data shares pages, read-only or not.
  uint64_t size = 0, codeSize = 0;
  llvm::SmallVector<std::pair<llvm::jitlink::BasicLayout::Segment *, uint64_t>, 4> offsets;
  for (bool code : {true, false}) {
    for (auto &[group, segment] : layout.segments()) {
      if (isCode(group.getMemProt()) != code) continue;
      size = llvm::alignTo(size, segment.Alignment);
      offsets.emplace_back(&segment, size);
      size += segment.ContentSize + segment.ZeroFillSize;
    }
    size = llvm::alignTo(size, kPageSize);
    if (code) codeSize = size;
  }

  auto start = takePages(std::max(size, kPageSize));
  if (!start) return done(start.takeError());
  for (auto &[segment, offset] : offsets) {
    segment->Addr = llvm::orc::ExecutorAddr(*start + offset);
    segment->WorkingMem = reinterpret_cast<char *>(*start + offset);
  }
  if (llvm::Error error = layout.apply()) return done(llvm::joinErrors(std::move(error), givePagesBack(*start)));
  done(std::make_unique<Allocation>(*this, *start, codeSize));
}

void CodeSpace::deallocate(std::vector<FinalizedAlloc> allocations, OnDeallocatedFunction done) {
  llvm::Error errors = llvm::Error::success();
  for (FinalizedAlloc &allocation : allocations)
    errors = llvm::joinErrors(std::move(errors), givePagesBack(allocation.release().getValue()));
  done(std::move(errors));
}

llvm::Expected<uint64_t> CodeSpace::takePages(uint64_t size) {
  const auto fits = [size](const auto &range) { return range.second >= size; };
  auto range = llvm::find_if(free_, fits);
  if (range == free_.end()) {
    if (llvm::Error error = reserveSlab(size)) return error;
    range = llvm::find_if(free_, fits);
  }
  const auto [start, available] = *range;
  if (mprotect(reinterpret_cast<void *>(start), size, PROT_READ | PROT_WRITE) != 0) return systemError("allocating memory for code");
  free_.erase(range);
  if (available > size) free_[start + size] = available - size;
  used_[start] = size;
  usedBytes_ += size;
  return start;
}

llvm::Error CodeSpace::givePagesBack(uint64_t start) {
  auto range = used_.find(start);
  if (range == used_.end()) return makeError("freeing memory for code that is not in use");
  uint64_t size = range->second;
  used_.erase(range);
  usedBytes_ -= size;
  // A fresh mapping instead of mprotect and madvise: one call, and the next user finds zeros.
  void *pages = reinterpret_cast<void *>(start);
  if (mmap(pages, size, PROT_NONE, kReserve | MAP_FIXED, -1, 0) == MAP_FAILED)
    return systemError("freeing memory for code");
  auto next = free_.upper_bound(start);
  if (next != free_.end() && next->first == start + size) {
    size += next->second;
    next = free_.erase(next);
  }
  if (next != free_.begin() && std::prev(next)->first + std::prev(next)->second == start)
    std::prev(next)->second += size;
  else
    free_[start] = size;
  return llvm::Error::success();
}

llvm::Error CodeSpace::reserveSlab(uint64_t minimumSize) {
  const uint64_t size = std::max(llvm::alignTo(minimumSize, kPageSize), kSlabSize);
  void *memory = near_ ? reserveNear(near_, size) : nullptr;
  if (!memory) memory = mmap(nullptr, size, PROT_NONE, kReserve, -1, 0);
  if (memory == MAP_FAILED) return systemError("reserving memory for code");
  const uint64_t start = reinterpret_cast<uint64_t>(memory);
  slabs_.push_back({start, size});
  free_[start] = size;
  return llvm::Error::success();
}

}  // namespace yugong
