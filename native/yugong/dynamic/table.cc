// SPDX-License-Identifier: MIT
#include "table.h"

#include <cstring>

#include "dwarf_rules.h"

namespace yg::dynamic {
namespace {

struct View {
  const uint8_t *rows;
  uint64_t count;
  uintptr_t ip_base, fde_base;

  explicit View(const yg_dyn_info &info) {
    // TABLE and REMOTE_TABLE differ in one member's type only.
    const yg_dyn_remote_table_info &table = info.u.rti;
    rows = reinterpret_cast<const uint8_t *>(table.table_data);
    count = table.table_len;
    ip_base = info.format == YG_DYN_FORMAT_IP_OFFSET ? info.start_ip : table.segbase;
    fde_base = table.segbase;
  }

  uintptr_t ip(uint64_t row) const { return ip_base + field(row, 0); }
  uintptr_t fde(uint64_t row) const { return fde_base + field(row, 4); }

 private:
  uintptr_t field(uint64_t row, size_t offset) const {
    int32_t value;
    std::memcpy(&value, rows + row * 8 + offset, sizeof value);
    return static_cast<uintptr_t>(intptr_t{value});
  }
};

// Where the section begins and ends nobody says; the entries' own lengths bound what is read.
bool parseAt(uintptr_t address, Fde *out) {
  const uint8_t *none = nullptr, *all = reinterpret_cast<const uint8_t *>(UINTPTR_MAX);
  return parseFdeAt(none, all, reinterpret_cast<const uint8_t *>(address), out) == nullptr;
}

}  // namespace

yg_dyn_status Table::check(const yg_dyn_info &info) {
  View view(info);
  if (view.rows == nullptr || view.count == 0) return YG_DYN_ERROR_TABLE;
  for (uint64_t i = 0; i < view.count; i++) {
    uintptr_t ip = view.ip(i);
    if (ip < info.start_ip || ip >= info.end_ip || (i > 0 && ip <= view.ip(i - 1))) return YG_DYN_ERROR_TABLE;
    Fde fde;
    Program program;
    if (!parseAt(view.fde(i), &fde)) return YG_DYN_ERROR_CFI;
    if (fde.start != ip) return YG_DYN_ERROR_TABLE;
    if (yg_dyn_status status = programOfFde(fde, &program)) return status;
  }
  return YG_DYN_OK;
}

yg_dyn_status Table::find(const yg_dyn_info &info, uintptr_t ip, Fde *out) {
  View view(info);
  uint64_t low = 0, high = view.count;  // the first row that starts above ip lies in [low, high]
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (view.ip(middle) <= ip)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return YG_DYN_ERROR_NOT_REGISTERED;
  if (!parseAt(view.fde(low - 1), out)) return YG_DYN_ERROR_CFI;
  return ip - out->start < out->end - out->start ? YG_DYN_OK : YG_DYN_ERROR_NOT_REGISTERED;
}

}  // namespace yg::dynamic
