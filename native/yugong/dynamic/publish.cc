// SPDX-License-Identifier: MIT
//
// Handing a procedure to the unwinders that know no regions. They are looked up by name at run time, so that nobody has to link them.
#include <dlfcn.h>
#include <sys/mman.h>

#include <memory>

#include "eh_frame_writer.h"
#include "elf_writer.h"
#include "gdb_jit.h"
#include "register.h"

using namespace yg::dynamic;

struct yg_dyn_publication {
  uint32_t targets;
  void *memory;
  size_t memory_size;
  uint8_t *eh_frame;
  jit_code_entry debugger_entry;
  yg_dyn_info table;  // for stock libunwind
};

namespace {

constexpr uint32_t kAllTargets = YG_DYN_TO_LIBUNWIND | YG_DYN_TO_LIBGCC | YG_DYN_TO_GDB;

template <typename F>
F *find(const char *name) {
  return reinterpret_cast<F *>(dlsym(RTLD_DEFAULT, name));
}

using Registration = void(yg_dyn_info *);
using FrameRegistration = void(const void *);

bool fits(uintptr_t distance) { return static_cast<intptr_t>(distance) == static_cast<int32_t>(distance); }

// A table row has 32-bit distances, so the memory must lie near the code. The kernel takes an address as a wish.
uint8_t *mapNear(uintptr_t code, size_t size) {
  constexpr uintptr_t kStep = uintptr_t{64} << 20;
  for (uintptr_t distance = 0; distance < uintptr_t{1} << 31; distance += kStep)
    for (uintptr_t wish : {code - distance, code + distance}) {
      wish &= ~uintptr_t{4095};
      void *memory = mmap(reinterpret_cast<void *>(wish), size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      if (memory == MAP_FAILED) return nullptr;
      if (fits(reinterpret_cast<uintptr_t>(memory) - code)) return static_cast<uint8_t *>(memory);
      munmap(memory, size);
    }
  return nullptr;
}

// libunwind keeps rules by ip, across registrations: without this, it would go on with those of code that is gone.
void flushLibunwind(const yg_dyn_info &info) {
  void **local = static_cast<void **>(dlsym(RTLD_DEFAULT, "_ULx86_64_local_addr_space"));
  if (local == nullptr) local = static_cast<void **>(dlsym(RTLD_DEFAULT, "_Ux86_64_local_addr_space"));
  using Flush = void(void *space, yg_dyn_word low, yg_dyn_word high);
  Flush *flush = find<Flush>("_ULx86_64_flush_cache");
  if (flush == nullptr) flush = find<Flush>("_Ux86_64_flush_cache");
  if (local != nullptr && flush != nullptr) flush(*local, info.start_ip, info.end_ip);
}

bool isThere(uint32_t targets) {
  if ((targets & YG_DYN_TO_LIBUNWIND) != 0 && (!find<Registration>("_U_dyn_register") || !find<Registration>("_U_dyn_cancel"))) return false;
  return (targets & YG_DYN_TO_LIBGCC) == 0 ||
         (find<FrameRegistration>("__register_frame") && find<FrameRegistration>("__deregister_frame"));
}

}  // namespace

yg_dyn_status yg_dyn_publish(const yg_dyn_info *info, uint32_t targets, yg_dyn_publication **out) {
  if (info == nullptr || out == nullptr || (targets & ~kAllTargets) != 0) return YG_DYN_ERROR_ARGUMENT;
  *out = nullptr;
  if (info->format != YG_DYN_FORMAT_DYNAMIC) return YG_DYN_ERROR_FORMAT;
  if (!isThere(targets)) return YG_DYN_ERROR_UNAVAILABLE;
  Program program;
  if (yg_dyn_status status = compile(info, &program, nullptr)) return status;

  // memory: .eh_frame | one table row | ELF object
  size_t fde;
  std::vector<uint8_t> eh_frame = writeEhFrame(*info, program, &fde);
  size_t row_at = (eh_frame.size() + 15) & ~size_t{15}, elf_at = row_at + 16;
  size_t elf_size = writeElf(*info, eh_frame, 0).size();
  size_t size = (elf_at + elf_size + 4095) & ~size_t{4095};
  uint8_t *memory = mapNear(info->start_ip, size);
  if (memory == nullptr) return YG_DYN_ERROR_FAR;
  uintptr_t elf_address = reinterpret_cast<uintptr_t>(memory) + elf_at;
  std::vector<uint8_t> elf = writeElf(*info, eh_frame, elf_address);
  std::memcpy(memory, eh_frame.data(), eh_frame.size());
  std::memcpy(memory + elf_at, elf.data(), elf.size());
  int32_t row[2] = {0, static_cast<int32_t>(reinterpret_cast<uintptr_t>(memory) + fde - info->start_ip)};
  std::memcpy(memory + row_at, row, sizeof row);

  auto publication = std::make_unique<yg_dyn_publication>();
  *publication = {targets, memory, size, memory, {nullptr, nullptr, reinterpret_cast<const char *>(elf_address), elf.size()}, {}};
  yg_dyn_info &table = publication->table;
  table.start_ip = info->start_ip;
  table.end_ip = info->end_ip;
  table.format = YG_DYN_FORMAT_REMOTE_TABLE;
  table.u.rti = {0, info->start_ip, 1, reinterpret_cast<yg_dyn_word>(memory + row_at)};
  if ((targets & YG_DYN_TO_LIBUNWIND) != 0) {
    find<Registration>("_U_dyn_register")(&table);
    flushLibunwind(*info);
  }
  if ((targets & YG_DYN_TO_LIBGCC) != 0) find<FrameRegistration>("__register_frame")(publication->eh_frame);
  if ((targets & YG_DYN_TO_GDB) != 0) addToDebugger(&publication->debugger_entry);
  *out = publication.release();
  return YG_DYN_OK;
}

yg_dyn_status yg_dyn_withdraw(yg_dyn_publication *publication) {
  if (publication == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if ((publication->targets & YG_DYN_TO_GDB) != 0) removeFromDebugger(&publication->debugger_entry);
  if ((publication->targets & YG_DYN_TO_LIBGCC) != 0) find<FrameRegistration>("__deregister_frame")(publication->eh_frame);
  if ((publication->targets & YG_DYN_TO_LIBUNWIND) != 0) {
    find<Registration>("_U_dyn_cancel")(&publication->table);
    flushLibunwind(publication->table);
  }
  munmap(publication->memory, publication->memory_size);
  delete publication;
  return YG_DYN_OK;
}
