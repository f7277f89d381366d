// SPDX-License-Identifier: MIT
//
// The table formats: a binary-search table of FDEs, as .eh_frame_hdr has it.
//
//     table_data   { int32 first ip - base, int32 FDE - segbase }, sorted; base = segbase, or start_ip for IP_OFFSET
#ifndef YUGONG_DYNAMIC_TABLE_H
#define YUGONG_DYNAMIC_TABLE_H

#include "eh_frame.h"
#include "yugong-dynamic.h"

namespace yg::dynamic {

class Table {
 public:
  // Sorted, all rows inside [start_ip, end_ip), all FDEs well-formed.
  static yg_dyn_status check(const yg_dyn_info &info);
  // The FDE that covers `ip`.
  static yg_dyn_status find(const yg_dyn_info &info, uintptr_t ip, Fde *out);
};

}  // namespace yg::dynamic

#endif
