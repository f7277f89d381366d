// SPDX-License-Identifier: MIT
#include "core_hook.h"

#include "arch/arch.h"
#include "index.h"
#include "register.h"
#include "step.h"

namespace yg {

yg_status stepDynamicFrame(uintptr_t pc, uintptr_t *registers) {
  using namespace dynamic;
  yg_dyn_state state;
  // What is resumed at its very first byte was not called: there is no call before it.
  if (yg_dyn_state_at(pc - 1, &state) != YG_DYN_OK && yg_dyn_state_at(pc, &state) != YG_DYN_OK) return YG_ERROR_NO_PLAN;
  const yg_dyn_rule &return_rule = state.registers[YG_DYN_RIP];
  // The core finds a caller by its slot, so its return address must lie just below the CFA.
  if (return_rule.where == YG_DYN_LOST) return YG_ERROR_BOTTOM;
  if (return_rule.where != YG_DYN_AT_CFA || return_rule.offset != -8) return YG_ERROR_NO_PLAN;

  yg_dyn_cursor cursor{};
  for (int i = 0; i < kRegisterCount; i++) {
    cursor.registers[kDwarfRegisters[i]] = registers[i];
    cursor.known |= 1u << kDwarfRegisters[i];
  }
  yg_dyn_rule rules[YG_DYN_REGISTER_COUNT];
  size_t count = 0;
  for (int i = 0; i < YG_DYN_RIP; i++)
    if (state.registers[i].where != YG_DYN_SAME) rules[count++] = state.registers[i];
  if (applyRules(state.cfa, rules, count, &cursor, readOwnMemory, nullptr) != YG_DYN_OK) return YG_ERROR_UNAVAILABLE;
  for (uint8_t reg : kDwarfRegisters)
    if ((cursor.known >> reg & 1) == 0) return YG_ERROR_UNAVAILABLE;
  for (int i = 0; i < kRegisterCount; i++) registers[i] = cursor.registers[kDwarfRegisters[i]];
  return YG_OK;
}

}  // namespace yg
