// SPDX-License-Identifier: MIT
//
// What a procedure's regions come to: its states, worked out once, by offset.
//
//     rows     { start 0, cfa rsp+8, no rules }  { start 1, cfa rsp+16, rules 0..1 }  { start 4, cfa rbp+16, rules 1..2 } ...
//     rules    { rbp, at cfa-16 }                { rbp, at cfa-16 } ...
//
// A row holds from its start to the next row's. Only rules that differ from an entry state's are kept.
#ifndef YUGONG_DYNAMIC_PROGRAM_H
#define YUGONG_DYNAMIC_PROGRAM_H

#include <cstdint>
#include <vector>

#include "yugong-dynamic.h"

namespace yg::dynamic {

yg_dyn_state entryState();
bool sameRule(const yg_dyn_rule &a, const yg_dyn_rule &b);
bool sameState(const yg_dyn_state &a, const yg_dyn_state &b);

// The same rule unless it is the entry state's own.
bool isEntryRule(int column, const yg_dyn_rule &rule);

struct Row {
  uint32_t start;       // bytes from start_ip
  uint32_t first_rule;
  int32_t depth;
  uint32_t rule_count;
  yg_dyn_rule cfa;
};

class Program {
 public:
  // From `start` on; starts never decrease. A second state at the same start replaces the first.
  void append(uint32_t start, const yg_dyn_state &state);
  // Null before the first row.
  const Row *find(uint32_t offset) const;
  yg_dyn_state state(const Row &row) const;
  const yg_dyn_rule *rules(const Row &row) const { return rules_.data() + row.first_rule; }
  const std::vector<Row> &rows() const { return rows_; }
  void shrink();
  // Append to `out`, from offset `at` on, the states of [from, from + size); the state at its end goes to `*end`. One alias deeper.
  // False when this program does not cover the range.
  bool copyRange(uint32_t from, uint32_t size, uint32_t at, Program *out, yg_dyn_state *end) const;

  int alias_depth = 0;

 private:
  std::vector<Row> rows_;
  std::vector<yg_dyn_rule> rules_;
};

}  // namespace yg::dynamic

#endif
