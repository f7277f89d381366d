// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_STEP_H
#define YUGONG_DYNAMIC_STEP_H

#include "expression.h"
#include "program.h"

namespace yg::dynamic {

// From a frame to its caller's by a row of rules; `registers` and `known` change, `exact` is cleared.
yg_dyn_status applyRules(const yg_dyn_rule &cfa, const yg_dyn_rule *rules, size_t rule_count, yg_dyn_cursor *cursor, yg_dyn_reader reader,
                         void *context);

int readOwnMemory(void *, uint64_t address, uint64_t *word);

}  // namespace yg::dynamic

#endif
