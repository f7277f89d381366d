// SPDX-License-Identifier: MIT
#include <cinttypes>
#include <cstdio>

#include "cursor.h"

namespace yg {
namespace {

template <typename T>
inline uint64_t load(uintptr_t address) {
  T value;
  std::memcpy(&value, reinterpret_cast<const void *>(address), sizeof value);
  return value;
}

inline uint64_t truncated(uint64_t value, unsigned size) { return size >= 8 ? value : value & ((uint64_t{1} << (8 * size)) - 1); }

// Not for LoadWide and Unavailable.
inline uint64_t wordOf(const KeepAlive &keep_alive, const uintptr_t *registers) {
  if (keep_alive.kind == KeepAlive::Constant) return keep_alive.constant;
  uintptr_t base = registers[keep_alive.register_index];
  uintptr_t address = base + static_cast<uintptr_t>(intptr_t{keep_alive.offset});
  switch (keep_alive.kind) {
    case KeepAlive::Load8: return load<uint64_t>(address);
    case KeepAlive::Load4: return load<uint32_t>(address);
    case KeepAlive::Load2: return load<uint16_t>(address);
    case KeepAlive::Load1: return load<uint8_t>(address);
    case KeepAlive::Address: return address;
    default: return truncated(base, keep_alive.size);
  }
}

}  // namespace
}  // namespace yg

using namespace yg;

int yg_keepalive_count(const yg_cursor *cursor) {
  return cursorOf(cursor)->site->keep_alive_count;
}

yg_status yg_keepalive_get(const yg_cursor *opaque, int index, void *out, size_t capacity, size_t *size) {
  const Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (!cursor->hasSite()) return YG_ERROR_NO_STACKMAP;
  if (index < 0 || index >= cursor->site->keep_alive_count || out == nullptr) return YG_ERROR_ARGUMENT;
  if ((cursor->site->flags & CallSite::KeepsInRegisters) != 0) needRegisters(cursor);
  const KeepAlive &keep_alive = cursor->site->keep_alives[index];
  if (keep_alive.kind == KeepAlive::Unavailable || (keep_alive.kind == KeepAlive::Register && keep_alive.size > 8))
    return YG_ERROR_UNAVAILABLE;
  if (size != nullptr) *size = keep_alive.size;
  if (keep_alive.size > capacity) return YG_ERROR_SIZE;
  if (keep_alive.kind == KeepAlive::LoadWide) {
    uintptr_t address = cursor->registers[keep_alive.register_index] + static_cast<uintptr_t>(intptr_t{keep_alive.offset});
    std::memcpy(out, reinterpret_cast<const void *>(address), keep_alive.size);
    return YG_OK;
  }
  uint64_t word = wordOf(keep_alive, cursor->registers);
  std::memcpy(out, &word, keep_alive.size < 8 ? keep_alive.size : 8);
  return YG_OK;
}

yg_status yg_keepalive_words(const yg_cursor *opaque, uint64_t *out, int count) {
  const Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  const CallSite *site = cursor->site;
  if (!cursor->hasSite()) return YG_ERROR_NO_STACKMAP;
  if (count < 0 || count > site->keep_alive_count || out == nullptr) return YG_ERROR_ARGUMENT;
  if (YG_UNLIKELY((site->flags & CallSite::HasWideKeepAlives) != 0))
    for (int i = 0; i < count; i++) {
      if (site->keep_alives[i].kind == KeepAlive::Unavailable) return YG_ERROR_UNAVAILABLE;
      if (site->keep_alives[i].size > 8) return YG_ERROR_SIZE;
    }
  if ((site->flags & CallSite::KeepsInRegisters) != 0) needRegisters(cursor);
  const KeepAlive *keep_alives = site->keep_alives;
  for (int i = 0; i < count; i++) out[i] = wordOf(keep_alives[i], cursor->registers);
  return YG_OK;
}

void yg_dump_keepalives(const yg_cursor *opaque) {
  const Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) {
    std::fprintf(stderr, "%s\n", yg_status_message(status));
    return;
  }
  for (int i = 0, count = yg_keepalive_count(opaque); i < count; i++) {
    const KeepAlive &keep_alive = cursor->site->keep_alives[i];
    unsigned char bytes[UINT16_MAX];
    size_t size = 0;
    std::fprintf(stderr, "keep-alive %d: ", i);
    switch (keep_alive.kind) {
      case KeepAlive::Constant: std::fputs("constant", stderr); break;
      case KeepAlive::Register: std::fputs(kRegisterNames[keep_alive.register_index], stderr); break;
      case KeepAlive::Address: std::fprintf(stderr, "%s%+d", kRegisterNames[keep_alive.register_index], keep_alive.offset); break;
      case KeepAlive::Unavailable: std::fputs("lost register\n", stderr); continue;
      default: std::fprintf(stderr, "[%s%+d]", kRegisterNames[keep_alive.register_index], keep_alive.offset);
    }
    if (yg_keepalive_get(opaque, i, bytes, sizeof bytes, &size) != YG_OK) {
      std::fputs(" unavailable\n", stderr);
      continue;
    }
    std::fprintf(stderr, ", %zu bytes: 0x", size);
    while (size != 0) std::fprintf(stderr, "%02x", bytes[--size]);
    std::fputc('\n', stderr);
  }
}
