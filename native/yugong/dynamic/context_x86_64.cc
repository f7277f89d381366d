// SPDX-License-Identifier: MIT
//
// Where a signal handler finds the registers.
#include <ucontext.h>

#include "step.h"

using namespace yg::dynamic;

yg_dyn_status yg_dyn_cursor_from_ucontext(yg_dyn_cursor *cursor, const void *ucontext) {
  if (cursor == nullptr || ucontext == nullptr) return YG_DYN_ERROR_ARGUMENT;
  static constexpr int kPlaces[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
                                    REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  static_assert(sizeof kPlaces / sizeof *kPlaces == YG_DYN_REGISTER_COUNT, "one for each register");
  const greg_t *from = static_cast<const ucontext_t *>(ucontext)->uc_mcontext.gregs;
  uint64_t registers[YG_DYN_REGISTER_COUNT];
  for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++) registers[i] = static_cast<uint64_t>(from[kPlaces[i]]);
  return yg_dyn_cursor_from_registers(cursor, registers, 1);
}
