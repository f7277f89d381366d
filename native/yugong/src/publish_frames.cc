// SPDX-License-Identifier: MIT
//
// libgcc's and libunwind's unwinders. Neither is needed to link: where their functions are missing, code is not published there.
//
// libunwind's table is a list of { code - base, FDE - base } in 32 bits each, so the copy of the unwind section must lie within 2 GiB of
// the code:
//
//   copy:  the section, absolute | padding | table, one row per FDE
//
// The form of table is UNW_INFO_FORMAT_REMOTE_TABLE; the others are not implemented for x86-64 (UNW_INFO_FORMAT_DYNAMIC) or hold
// pointers that only libunwind's own reader of ELF files sets. It has no names: unw_get_proc_name gives UNW_ENOINFO or the like.
#include <dlfcn.h>
#include <sys/mman.h>

#include <cstdlib>

#include "publish.h"
#include "publish_bytes.h"

extern "C" {
__attribute__((weak)) void __register_frame(void *);
__attribute__((weak)) void __deregister_frame(void *);
// Only LLVM's libunwind has it, whose __register_frame takes one FDE.
__attribute__((weak)) void __unw_add_dynamic_fde(uintptr_t);
}

namespace yg {

// unw_dyn_info_t with unw_dyn_remote_table_info_t, as libunwind has had them since 1.4.
struct LibunwindInfo {
  LibunwindInfo *next, *previous;
  uintptr_t start_ip, end_ip, gp;
  int32_t format, padding;
  uintptr_t load_offset;
  uintptr_t name, segment_base, table_words, table;
  uintptr_t reserved[8];  // the union in it is larger
};

struct FramesRecord {
  uint8_t *copy;
  size_t copy_size;
  bool mapped;
  std::vector<uint32_t> fde_offsets;
  LibunwindInfo libunwind;
};

namespace {

constexpr int32_t kRemoteTable = 2;
constexpr intptr_t kReach = 0x7fff0000;

struct Row {
  int32_t code, fde;
};

using LibunwindFunction = void (*)(LibunwindInfo *);

// By name, so that a libunwind that is loaded later is found; null when there is none.
LibunwindFunction libunwindFunction(const char *name) { return reinterpret_cast<LibunwindFunction>(dlsym(RTLD_DEFAULT, name)); }

// _U_dyn_cancel forgets to tell libunwind's cache of rules, by which it would go on to walk whatever is placed at these addresses next.
// (The names are what libunwind.h makes of unw_flush_cache and unw_local_addr_space.)
void flushLibunwindCache(uintptr_t start, uintptr_t end) {
  using Flush = void (*)(void *address_space, uintptr_t start, uintptr_t end);
  Flush flush = reinterpret_cast<Flush>(dlsym(RTLD_DEFAULT, "_Ux86_64_flush_cache"));
  void **address_space = static_cast<void **>(dlsym(RTLD_DEFAULT, "_ULx86_64_local_addr_space"));
  if (flush != nullptr && address_space != nullptr) flush(*address_space, start, end);
}

bool isNear(uintptr_t a, uintptr_t b) {
  intptr_t distance = static_cast<intptr_t>(a - b);
  return distance > -kReach && distance < kReach;
}

// Memory near the code, null when there is none.
uint8_t *mapNear(uintptr_t code, uintptr_t code_size, size_t size) {
  constexpr uintptr_t kStride = uintptr_t{64} << 20;
  for (uintptr_t attempt = 0; attempt < 32; attempt++) {
    uintptr_t hint = attempt == 0 ? 0 : ((attempt & 1) != 0 ? code - attempt * kStride : code + code_size + attempt * kStride) & ~uintptr_t{4095};
    void *mapping = mmap(reinterpret_cast<void *>(hint), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) return nullptr;
    uintptr_t start = reinterpret_cast<uintptr_t>(mapping);
    if (isNear(start, code) && isNear(start + size, code)) return static_cast<uint8_t *>(mapping);
    munmap(mapping, size);
  }
  return nullptr;
}

void forEachFrame(const FramesRecord &frames, void (*function)(void *)) {
  if (__unw_add_dynamic_fde != nullptr)
    for (uint32_t offset : frames.fde_offsets) function(frames.copy + offset);
  else
    function(frames.copy);
}

bool publishToLibunwind(const Publication &publication, FramesRecord &frames, size_t table_at, size_t row_count) {
  LibunwindFunction publish = libunwindFunction("_U_dyn_register");
  if (publish == nullptr || libunwindFunction("_U_dyn_cancel") == nullptr || !frames.mapped) return false;
  LibunwindInfo &info = frames.libunwind;
  info.start_ip = publication.start;
  info.end_ip = publication.start + publication.size;
  info.format = kRemoteTable;
  info.segment_base = publication.start;
  info.table = reinterpret_cast<uintptr_t>(frames.copy + table_at);
  info.table_words = row_count * sizeof(Row) / sizeof(uintptr_t);
  publish(&info);
  return true;
}

}  // namespace

uint32_t publishFrames(Publication &publication, const PublicationSource &source, uint32_t wanted) {
  wanted &= YG_PUBLISH_FRAMES | YG_PUBLISH_LIBUNWIND;
  const std::vector<UnwindSection::Fde> &fdes = source.unwind->fdes();
  if (wanted == 0 || fdes.empty()) return 0;
  auto frames = std::make_unique<FramesRecord>(FramesRecord{});
  ByteWriter section;
  section.bytes = source.unwind->absolute(&frames->fde_offsets);
  section.align(sizeof(Row));
  size_t table_at = section.size();
  frames->copy_size = table_at + fdes.size() * sizeof(Row);
  if ((wanted & YG_PUBLISH_LIBUNWIND) != 0) frames->copy = mapNear(publication.start, publication.size, frames->copy_size);
  frames->mapped = frames->copy != nullptr;
  if (!frames->mapped) frames->copy = static_cast<uint8_t *>(std::malloc(frames->copy_size));
  if (frames->copy == nullptr) return 0;
  std::memcpy(frames->copy, section.bytes.data(), table_at);
  Row *rows = reinterpret_cast<Row *>(frames->copy + table_at);
  uintptr_t base = publication.start, copy = reinterpret_cast<uintptr_t>(frames->copy);
  for (size_t i = 0; i < fdes.size(); i++)
    rows[i] = {static_cast<int32_t>(fdes[i].start - base), static_cast<int32_t>(copy + frames->fde_offsets[i] - base)};

  uint32_t reached = 0;
  if ((wanted & YG_PUBLISH_FRAMES) != 0 && __register_frame != nullptr && __deregister_frame != nullptr) {
    forEachFrame(*frames, __register_frame);
    reached |= YG_PUBLISH_FRAMES;
  }
  if ((wanted & YG_PUBLISH_LIBUNWIND) != 0 && publishToLibunwind(publication, *frames, table_at, fdes.size())) reached |= YG_PUBLISH_LIBUNWIND;
  publication.frames = frames.release();
  return reached;
}

void unpublishFrames(Publication &publication) {
  std::unique_ptr<FramesRecord> frames(publication.frames);
  publication.frames = nullptr;
  if (frames == nullptr) return;
  if ((publication.reached & YG_PUBLISH_FRAMES) != 0) forEachFrame(*frames, __deregister_frame);
  if ((publication.reached & YG_PUBLISH_LIBUNWIND) != 0)
    if (LibunwindFunction cancel = libunwindFunction("_U_dyn_cancel")) {
      cancel(&frames->libunwind);
      flushLibunwindCache(publication.start, publication.start + publication.size);
    }
  if (frames->mapped)
    munmap(frames->copy, frames->copy_size);
  else
    std::free(frames->copy);
}

}  // namespace yg
