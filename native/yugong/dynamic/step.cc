// SPDX-License-Identifier: MIT
//
// Walking from any instruction. A frame's rules come from the first of these that knows its program counter:
//
//     what is registered here      return address - 1, or the exact address of an interrupted instruction
//     the core's call sites        return addresses only
//     the loaded objects           .eh_frame_hdr of the executable and its libraries, signal frames included
#include "step.h"

#include <ucontext.h>

#include <algorithm>

#include "index.h"
#include "loaded_objects.h"
#include "register.h"
#include "registry.h"
#include "table.h"

namespace yg::dynamic {
namespace {

constexpr uint32_t kAllKnown = (1u << YG_DYN_REGISTER_COUNT) - 1;

// mov $SYS_rt_sigreturn, %rax; syscall: a signal handler returns there, and the frame above was interrupted, it made no call.
bool isSignalReturn(uint64_t pc, yg_dyn_reader reader, void *context) {
  uint64_t first, second;
  return reader(context, pc, &first) == 0 && first == 0x0f0000000fc0c748 && reader(context, pc + 8, &second) == 0 && (second & 0xff) == 0x05;
}

yg_dyn_status stepByState(const yg_dyn_state &state, yg_dyn_cursor *cursor, yg_dyn_reader reader, void *context) {
  yg_dyn_rule rules[YG_DYN_REGISTER_COUNT];
  size_t count = 0;
  for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++)
    if (state.registers[i].where != YG_DYN_SAME) rules[count++] = state.registers[i];
  // An .eh_frame that says nothing of the return address leaves it where it is: that is no caller.
  if (state.registers[YG_DYN_RIP].where == YG_DYN_SAME) return YG_DYN_ERROR_BOTTOM;
  return applyRules(state.cfa, rules, count, cursor, reader, context);
}

yg_dyn_status stepByEntry(const Entry &entry, uintptr_t ip, yg_dyn_cursor *cursor, yg_dyn_reader reader, void *context) {
  if (!entry.isTable()) {
    const Row &row = *entry.program.find(static_cast<uint32_t>(ip - entry.start));
    // Rows leave out the entry state's rules; that of the return address is the only one that does something.
    const yg_dyn_rule *rules = entry.program.rules(row);
    bool has_return_rule = row.rule_count > 0 && rules[row.rule_count - 1].column == YG_DYN_RIP;
    if (has_return_rule) return applyRules(row.cfa, rules, row.rule_count, cursor, reader, context);
    yg_dyn_rule all[YG_DYN_REGISTER_COUNT];
    std::copy_n(rules, row.rule_count, all);
    all[row.rule_count] = {YG_DYN_AT_CFA, 0, YG_DYN_RIP, 0, -8, nullptr};
    return applyRules(row.cfa, all, row.rule_count + 1, cursor, reader, context);
  }
  yg_dyn_state state;
  if (yg_dyn_status status = stateAt(entry, ip, &state)) return status;
  return stepByState(state, cursor, reader, context);
}

yg_dyn_status stepByPlan(const UnwindPlan &plan, yg_dyn_cursor *cursor, yg_dyn_reader reader, void *context) {
  yg_dyn_rule rules[kSavedRegisterCount + 1];
  size_t count = 0;
  for (int i = 0; i < plan.saved_count; i++)
    rules[count++] = {YG_DYN_AT_CFA, 0, kDwarfRegisters[plan.saved[i].index()], 0, static_cast<int32_t>(plan.saved[i].offset()), nullptr};
  rules[count++] = {YG_DYN_AT_CFA, 0, YG_DYN_RIP, 0, -8, nullptr};
  yg_dyn_rule cfa{YG_DYN_IN_REGISTER, kDwarfRegisters[plan.cfa_register], 0, 0, plan.cfa_offset, nullptr};
  return applyRules(cfa, rules, count, cursor, reader, context);
}

yg_dyn_status valueOf(const yg_dyn_rule &rule, uint64_t cfa, const Machine &machine, uint64_t *value) {
  uint64_t address;
  switch (rule.where) {
    case YG_DYN_AT_CFA: return machine.load(cfa + static_cast<uint64_t>(int64_t{rule.offset}), value) ? YG_DYN_OK : YG_DYN_ERROR_MEMORY;
    case YG_DYN_IN_REGISTER:
      if (!machine.get(rule.reg, value)) return YG_DYN_ERROR_UNKNOWN;
      *value += static_cast<uint64_t>(int64_t{rule.offset});
      return YG_DYN_OK;
    case YG_DYN_AT_EXPRESSION:
      if (yg_dyn_status status = evaluate(rule.expression, machine, &cfa, &address)) return status;
      return machine.load(address, value) ? YG_DYN_OK : YG_DYN_ERROR_MEMORY;
    case YG_DYN_EXPRESSION: return evaluate(rule.expression, machine, &cfa, value);
    case YG_DYN_CFA_PLUS: *value = cfa + static_cast<uint64_t>(int64_t{rule.offset}); return YG_DYN_OK;
    default: return YG_DYN_ERROR_UNKNOWN;
  }
}

}  // namespace

int readOwnMemory(void *, uint64_t address, uint64_t *word) {
  *word = loadWord(address);
  return 0;
}

yg_dyn_status applyRules(const yg_dyn_rule &cfa_rule, const yg_dyn_rule *rules, size_t rule_count, yg_dyn_cursor *cursor,
                         yg_dyn_reader reader, void *context) {
  Machine machine{cursor, reader, context};
  uint64_t cfa;
  if (cfa_rule.where == YG_DYN_IN_REGISTER) {
    if (!machine.get(cfa_rule.reg, &cfa)) return YG_DYN_ERROR_UNKNOWN;
    cfa += static_cast<uint64_t>(int64_t{cfa_rule.offset});
  } else if (cfa_rule.where == YG_DYN_EXPRESSION) {
    if (yg_dyn_status status = evaluate(cfa_rule.expression, machine, nullptr, &cfa)) return status;
  } else {
    return YG_DYN_ERROR_CFI;
  }
  // All rules speak of the registers as they are before the step.
  yg_dyn_cursor caller = *cursor;
  caller.registers[YG_DYN_RSP] = cfa;
  caller.known |= 1u << YG_DYN_RSP;
  caller.exact = 0;
  for (size_t i = 0; i < rule_count; i++) {
    const yg_dyn_rule &rule = rules[i];
    uint32_t bit = 1u << rule.column;
    if (rule.where == YG_DYN_LOST) {
      if (rule.column == YG_DYN_RIP) return YG_DYN_ERROR_BOTTOM;
      caller.known &= ~bit;
      continue;
    }
    yg_dyn_status status = valueOf(rule, cfa, machine, &caller.registers[rule.column]);
    // A value that cannot be told is the caller's problem only if somebody asks for it.
    if (status == YG_DYN_ERROR_UNKNOWN && rule.column != YG_DYN_RIP) {
      caller.known &= ~bit;
      continue;
    }
    if (status != YG_DYN_OK) return status;
    caller.known |= bit;
  }
  *cursor = caller;
  return YG_DYN_OK;
}

}  // namespace yg::dynamic

using namespace yg::dynamic;

yg_dyn_status yg_dyn_cursor_from_registers(yg_dyn_cursor *cursor, const uint64_t registers[YG_DYN_REGISTER_COUNT], int exact) {
  if (cursor == nullptr || registers == nullptr) return YG_DYN_ERROR_ARGUMENT;
  std::memcpy(cursor->registers, registers, sizeof cursor->registers);
  cursor->known = kAllKnown;
  cursor->exact = exact != 0;
  return YG_DYN_OK;
}

yg_dyn_status yg_dyn_step(yg_dyn_cursor *cursor, yg_dyn_reader reader, void *context) {
  if (cursor == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if (reader == nullptr) reader = readOwnMemory;
  uint64_t pc = cursor->registers[YG_DYN_RIP];
  if (pc == 0) return YG_DYN_ERROR_BOTTOM;
  uintptr_t ip = cursor->exact ? pc : pc - 1;
  {
    ReadGuard guard;
    if (const Entry *entry = guard.find(ip)) return stepByEntry(*entry, ip, cursor, reader, context);
  }
  if (!cursor->exact)
    if (const yg::CallSite *site = yg::findCallSite(pc))
      if (site->plan.exists()) return stepByPlan(site->plan, cursor, reader, context);
  yg::LoadedObjects objects;
  yg::Fde fde;
  if (!objects.find(ip, &fde)) return YG_DYN_ERROR_NOT_REGISTERED;
  yg_dyn_state state;
  if (yg_dyn_status status = stateOfFde(fde, ip, &state)) return status;
  if (yg_dyn_status status = stepByState(state, cursor, reader, context)) return status;
  cursor->exact = isSignalReturn(pc, reader, context);
  return YG_DYN_OK;
}
