// SPDX-License-Identifier: MIT
//
// Unwind rules of one call site, worked out once from .eh_frame:
//
//   CFA                    = registers[cfa_register] + cfa_offset
//   caller's RSP           = CFA
//   caller's slot          = CFA - 8
//   caller's registers[i]  = saved[i] == 0 ? registers[i] : *(CFA + saved[i])
//
// A plan that needs more than this (DWARF expressions) is no plan: cfa_register is kNoRegister.
#ifndef YUGONG_UNWIND_PLAN_H
#define YUGONG_UNWIND_PLAN_H

#include <cstdint>

#include "arch/arch.h"

namespace yg {

struct UnwindPlan {
  int32_t cfa_offset = 0;
  uint8_t cfa_register = kNoRegister;
  int16_t saved[kSavedRegisterCount] = {};

  bool exists() const { return cfa_register != kNoRegister; }
};

}  // namespace yg

#endif
