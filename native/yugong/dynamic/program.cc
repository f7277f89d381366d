// SPDX-License-Identifier: MIT
#include "program.h"

#include <algorithm>
#include <tuple>

namespace yg::dynamic {

yg_dyn_state entryState() {
  yg_dyn_state state{};
  state.cfa = {YG_DYN_IN_REGISTER, YG_DYN_RSP, 0, 0, 8, nullptr};
  state.depth = 8;
  for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++) state.registers[i].column = static_cast<uint8_t>(i);
  state.registers[YG_DYN_RIP].where = YG_DYN_AT_CFA;
  state.registers[YG_DYN_RIP].offset = -8;
  return state;
}

bool sameRule(const yg_dyn_rule &a, const yg_dyn_rule &b) {
  return std::tie(a.where, a.reg, a.column, a.offset, a.expression) == std::tie(b.where, b.reg, b.column, b.offset, b.expression);
}

bool sameState(const yg_dyn_state &a, const yg_dyn_state &b) {
  return sameRule(a.cfa, b.cfa) && a.depth == b.depth && std::equal(a.registers, a.registers + YG_DYN_REGISTER_COUNT, b.registers, sameRule);
}

bool isEntryRule(int column, const yg_dyn_rule &rule) {
  if (column != YG_DYN_RIP) return rule.where == YG_DYN_SAME;
  return rule.where == YG_DYN_AT_CFA && rule.offset == -8;
}

void Program::append(uint32_t start, const yg_dyn_state &new_state) {
  if (!rows_.empty() && rows_.back().start == start) {
    rules_.resize(rows_.back().first_rule);
    rows_.pop_back();
  }
  if (!rows_.empty() && sameState(state(rows_.back()), new_state)) return;
  Row row{start, static_cast<uint32_t>(rules_.size()), new_state.depth, 0, new_state.cfa};
  for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++) {
    if (isEntryRule(i, new_state.registers[i])) continue;
    rules_.push_back(new_state.registers[i]);
    row.rule_count++;
  }
  rows_.push_back(row);
}

const Row *Program::find(uint32_t offset) const {
  auto after = std::upper_bound(rows_.begin(), rows_.end(), offset, [](uint32_t value, const Row &row) { return value < row.start; });
  return after == rows_.begin() ? nullptr : &*(after - 1);
}

yg_dyn_state Program::state(const Row &row) const {
  yg_dyn_state result = entryState();
  result.cfa = row.cfa;
  result.depth = row.depth;
  for (uint32_t i = 0; i < row.rule_count; i++) {
    const yg_dyn_rule &rule = rules_[row.first_rule + i];
    result.registers[rule.column] = rule;
  }
  return result;
}

bool Program::copyRange(uint32_t from, uint32_t size, uint32_t at, Program *out, yg_dyn_state *end) const {
  const Row *first = find(from), *last = find(from + size);
  if (first == nullptr) return false;
  out->append(at, state(*first));
  for (const Row *row = first + 1; row <= last && row->start < from + size; row++) out->append(at + (row->start - from), state(*row));
  *end = state(*last);
  out->alias_depth = std::max(out->alias_depth, alias_depth + 1);
  return true;
}

void Program::shrink() {
  rows_.shrink_to_fit();
  rules_.shrink_to_fit();
}

}  // namespace yg::dynamic
