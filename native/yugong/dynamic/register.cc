// SPDX-License-Identifier: MIT
//
// yg_dyn_register and its relatives: check, compile, publish.
#include "register.h"

#include "dwarf_rules.h"
#include "expression.h"
#include "index.h"
#include "regions.h"
#include "table.h"

namespace yg::dynamic {
namespace {

class Registered final : public AliasTargets {
 public:
  yg_dyn_status copy(uintptr_t address, uint32_t size, uint32_t at, Program *out, yg_dyn_state *end) const override {
    ReadGuard guard;
    const Entry *entry = guard.find(address);
    if (entry == nullptr || size > entry->end - address) return YG_DYN_ERROR_ALIAS;
    const Program *program = &entry->program;
    uintptr_t start = entry->start;
    Program of_table;
    if (entry->isTable()) {
      Fde fde;
      if (yg_dyn_status status = Table::find(entry->info, address, &fde)) return status;
      if (size > fde.end - address) return YG_DYN_ERROR_ALIAS;
      if (yg_dyn_status status = programOfFde(fde, &of_table)) return status;
      program = &of_table;
      start = fde.start;
    }
    return program->copyRange(static_cast<uint32_t>(address - start), size, at, out, end) ? YG_DYN_OK : YG_DYN_ERROR_ALIAS;
  }
};

yg_dyn_status checkExpressions(const Program &program) {
  for (const Row &row : program.rows()) {
    if (row.cfa.where == YG_DYN_EXPRESSION)
      if (yg_dyn_status status = checkExpression(row.cfa.expression, false)) return status;
    for (uint32_t i = 0; i < row.rule_count; i++) {
      const yg_dyn_rule &rule = program.rules(row)[i];
      if (rule.where == YG_DYN_AT_EXPRESSION)
        if (yg_dyn_status status = checkExpression(rule.expression, true)) return status;
    }
  }
  return YG_DYN_OK;
}

}  // namespace

yg_dyn_status compile(const yg_dyn_info *info, Program *out, yg_dyn_place *place) {
  yg_dyn_place ignored;
  if (place == nullptr) place = &ignored;
  *place = {-1, -1};
  if (info == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if (info->start_ip >= info->end_ip) return YG_DYN_ERROR_RANGE;
  switch (info->format) {
    case YG_DYN_FORMAT_DYNAMIC:
      if (yg_dyn_status status = compileRegions(*info, Registered(), out, place)) return status;
      return checkExpressions(*out);
    case YG_DYN_FORMAT_TABLE:
    case YG_DYN_FORMAT_REMOTE_TABLE:
    case YG_DYN_FORMAT_IP_OFFSET: return Table::check(*info);
    default: return YG_DYN_ERROR_FORMAT;
  }
}

yg_dyn_status stateAt(const Entry &entry, uintptr_t ip, yg_dyn_state *out) {
  if (!entry.isTable()) {
    *out = entry.program.state(*entry.program.find(static_cast<uint32_t>(ip - entry.start)));
    return YG_DYN_OK;
  }
  Fde fde;
  if (yg_dyn_status status = Table::find(entry.info, ip, &fde)) return status;
  return stateOfFde(fde, ip, out);
}

yg_dyn_status stateOfFde(const Fde &fde, uintptr_t ip, yg_dyn_state *out) {
  Program program;
  if (yg_dyn_status status = programOfFde(fde, &program)) return status;
  const Row *row = program.find(static_cast<uint32_t>(ip - fde.start));
  if (row == nullptr) return YG_DYN_ERROR_CFI;
  *out = program.state(*row);
  return YG_DYN_OK;
}

}  // namespace yg::dynamic

using namespace yg::dynamic;

yg_dyn_status yg_dyn_check(const yg_dyn_info *info, yg_dyn_place *place) {
  Program program;
  return compile(info, &program, place);
}

yg_dyn_status yg_dyn_register(const yg_dyn_info *info, yg_dyn_place *place) {
  auto entry = std::make_unique<Entry>();
  if (yg_dyn_status status = compile(info, &entry->program, place)) return status;
  entry->start = info->start_ip;
  entry->end = info->end_ip;
  entry->key = info;
  entry->info = *info;
  // name_ptr is the first member of all three.
  if (info->u.pi.name_ptr != 0) entry->name = reinterpret_cast<const char *>(info->u.pi.name_ptr);
  return insert(std::move(entry));
}

yg_dyn_status yg_dyn_cancel(const yg_dyn_info *info) { return info == nullptr ? YG_DYN_ERROR_ARGUMENT : yg::dynamic::remove(info); }

uint64_t yg_dyn_generation(void) { return generation(); }

yg_dyn_status yg_dyn_append(yg_dyn_region_info *region, yg_dyn_op op, uint32_t *used) {
  if (region == nullptr || used == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if (*used >= region->op_count) return YG_DYN_ERROR_OP_COUNT;
  region->op[(*used)++] = op;
  return YG_DYN_OK;
}

yg_dyn_status yg_dyn_state_at(uintptr_t ip, yg_dyn_state *out) {
  if (out == nullptr) return YG_DYN_ERROR_ARGUMENT;
  ReadGuard guard;
  const Entry *entry = guard.find(ip);
  return entry == nullptr ? YG_DYN_ERROR_NOT_REGISTERED : stateAt(*entry, ip, out);
}

yg_dyn_status yg_dyn_state_of(const yg_dyn_info *info, uintptr_t ip, yg_dyn_state *out) {
  if (out == nullptr) return YG_DYN_ERROR_ARGUMENT;
  Entry entry{};
  if (yg_dyn_status status = compile(info, &entry.program, nullptr)) return status;
  if (ip < info->start_ip || ip >= info->end_ip) return YG_DYN_ERROR_NOT_REGISTERED;
  entry.start = info->start_ip;
  entry.end = info->end_ip;
  entry.info = *info;
  return stateAt(entry, ip, out);
}
