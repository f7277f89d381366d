// SPDX-License-Identifier: MIT
//
// Unwind rules of one call site, worked out once from .eh_frame:
//
//   CFA                    = registers[cfa_register] + cfa_offset
//   caller's RSP           = CFA
//   caller's slot          = CFA - 8
//   caller's registers[i]  = *(CFA + offset) for each saved { i, offset }; the others are the same
//
// Rules that need more than this (DWARF expressions) make no plan: cfa_register is kNoRegister. A function that nobody has called (its
// return address is undefined) has kOutermost there.
#ifndef YUGONG_UNWIND_PLAN_H
#define YUGONG_UNWIND_PLAN_H

#include <cstdint>

#include "arch/arch.h"

namespace yg {

// Offsets are multiples of 8, so the low bits hold the register.
struct SavedRegister {
  int16_t packed;

  static SavedRegister make(int index, int16_t offset) { return {static_cast<int16_t>(offset | index)}; }
  int index() const { return packed & 7; }
  intptr_t offset() const { return packed & ~intptr_t{7}; }
};

constexpr uint8_t kOutermost = 0xfe;

struct UnwindPlan {
  static constexpr int16_t kFpIsSame = 1, kFpIsFar = 3;  // odd, so that one test tells them from offsets

  int32_t cfa_offset = 0;
  uint8_t cfa_register = kNoRegister;
  uint8_t saved_count = 0;
  // Where the caller's RBP is, which is also among `saved`: so far from cfa_register's value, because a walk whose every step waits for
  // the RBP of the last one should not wait for the CFA too. Far: it does not fit.
  int16_t fp_at = kFpIsSame;
  SavedRegister saved[kSavedRegisterCount] = {};

  bool exists() const { return cfa_register < kRegisterCount; }
};

}  // namespace yg

#endif
