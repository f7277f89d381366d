// SPDX-License-Identifier: MIT
#include "loaded_objects.h"

#include <link.h>

namespace yg {
namespace {

// .eh_frame_hdr: u8 version 1, u8 encoding of the pointer to .eh_frame, u8 encoding of the count, u8 encoding of the table, pointer,
// count, then { i32 first pc, i32 FDE }, both relative to the header, sorted. All linkers write exactly these encodings.
constexpr uint8_t kTableEncoding = 0x3b;  // datarel | sdata4
constexpr size_t kRowSize = 8;

const uint8_t *pointer(uintptr_t address) { return reinterpret_cast<const uint8_t *>(address); }

}  // namespace

bool LoadedObjects::findObject(uintptr_t pc) {
  struct Query {
    uintptr_t pc;
    Object *object;
  } query{pc, &object_};
  object_ = Object{};

  auto visit = [](dl_phdr_info *info, size_t, void *data) -> int {
    Query *query = static_cast<Query *>(data);
    Object object;
    uintptr_t header = 0;
    for (int i = 0; i < info->dlpi_phnum; i++) {
      const ElfW(Phdr) &segment = info->dlpi_phdr[i];
      uintptr_t start = info->dlpi_addr + segment.p_vaddr;
      if (segment.p_type == PT_GNU_EH_FRAME) header = start;
      if (segment.p_type == PT_LOAD && query->pc >= start && query->pc < start + segment.p_memsz) {
        object.start = start;
        object.end = start + segment.p_memsz;
      }
    }
    if (object.end == 0) return 0;
    for (int i = 0; i < info->dlpi_phnum && header != 0; i++) {
      const ElfW(Phdr) &segment = info->dlpi_phdr[i];
      uintptr_t start = info->dlpi_addr + segment.p_vaddr;
      if (segment.p_type != PT_LOAD || header < start || header >= start + segment.p_filesz) continue;
      object.readable = pointer(start);
      object.header = pointer(header);
      object.header_end = pointer(start + segment.p_filesz);
    }
    *query->object = object;
    return 1;
  };
  return dl_iterate_phdr(visit, &query) != 0 && object_.header != nullptr;
}

bool LoadedObjects::searchTable(uintptr_t pc, Fde *out) const {
  Bytes bytes(object_.header, object_.header_end);
  uintptr_t base = reinterpret_cast<uintptr_t>(object_.header);
  if (bytes.read<uint8_t>() != 1) return false;
  uint8_t pointer_encoding = bytes.read<uint8_t>(), count_encoding = bytes.read<uint8_t>(), table_encoding = bytes.read<uint8_t>();
  bool ok = table_encoding == kTableEncoding;
  readEncodedPointer(bytes, pointer_encoding, base, &ok);
  uint64_t count = readEncodedPointer(bytes, count_encoding, base, &ok);
  if (!ok || !bytes.ok() || count > bytes.remaining() / kRowSize) return false;

  const uint8_t *table = bytes.at();
  auto startOf = [&](uint64_t row) {
    int32_t offset;
    std::memcpy(&offset, table + row * kRowSize, sizeof offset);
    return base + static_cast<uintptr_t>(intptr_t{offset});
  };
  uint64_t low = 0, high = count;  // the first row that starts above pc lies in [low, high]
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (startOf(middle) <= pc)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return false;
  int32_t offset;
  std::memcpy(&offset, table + (low - 1) * kRowSize + 4, sizeof offset);
  const uint8_t *fde_at = pointer(base + static_cast<uintptr_t>(intptr_t{offset}));
  return parseFdeAt(object_.readable, object_.header_end, fde_at, out) == nullptr && pc >= out->start && pc < out->end;
}

bool LoadedObjects::find(uintptr_t pc, Fde *out) {
  if (object_.header == nullptr || pc < object_.start || pc >= object_.end)
    if (!findObject(pc)) return false;
  return searchTable(pc, out);
}

}  // namespace yg
