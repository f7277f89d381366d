// SPDX-License-Identifier: MIT
#include "core_hook.h"

#include "arch/arch.h"
#include "index.h"
#include "register.h"
#include "step.h"

namespace yg {

yg_status stepDynamicFrame(uintptr_t pc, uintptr_t *registers) {
  using namespace dynamic;
  static constexpr uint8_t kDwarf[] = {YG_DYN_R15, YG_DYN_R14, YG_DYN_R13, YG_DYN_R12, YG_DYN_RBX, YG_DYN_RBP, YG_DYN_RSP};
  static_assert(kR15 == 0 && kRsp == 6, "the order of kDwarf");
  yg_dyn_state state;
  // What is resumed at its very first byte was not called: there is no call before it.
  if (yg_dyn_state_at(pc - 1, &state) != YG_DYN_OK && yg_dyn_state_at(pc, &state) != YG_DYN_OK) return YG_ERROR_NO_PLAN;
  const yg_dyn_rule &return_rule = state.registers[YG_DYN_RIP];
  // The core finds a caller by its slot, so its return address must lie just below the CFA.
  if (return_rule.where == YG_DYN_LOST) return YG_ERROR_BOTTOM;
  if (return_rule.where != YG_DYN_AT_CFA || return_rule.offset != -8) return YG_ERROR_NO_PLAN;

  yg_dyn_cursor cursor{};
  for (int i = 0; i < kRegisterCount; i++) {
    cursor.registers[kDwarf[i]] = registers[i];
    cursor.known |= 1u << kDwarf[i];
  }
  yg_dyn_rule rules[YG_DYN_REGISTER_COUNT];
  size_t count = 0;
  for (int i = 0; i < YG_DYN_RIP; i++)
    if (state.registers[i].where != YG_DYN_SAME) rules[count++] = state.registers[i];
  if (applyRules(state.cfa, rules, count, &cursor, readOwnMemory, nullptr) != YG_DYN_OK) return YG_ERROR_UNAVAILABLE;
  for (uint8_t reg : kDwarf)
    if ((cursor.known >> reg & 1) == 0) return YG_ERROR_UNAVAILABLE;
  for (int i = 0; i < kRegisterCount; i++) registers[i] = cursor.registers[kDwarf[i]];
  return YG_OK;
}

}  // namespace yg
