// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_EXPRESSION_H
#define YUGONG_DYNAMIC_EXPRESSION_H

#include "yugong-dynamic.h"

namespace yg::dynamic {

// Memory and registers that rules are applied to.
struct Machine {
  const yg_dyn_cursor *cursor;
  yg_dyn_reader reader;
  void *context;

  bool load(uint64_t address, uint64_t *word) const { return reader(context, address, word) == 0; }
  bool get(uint64_t reg, uint64_t *value) const;
};

// Evaluate a DWARF expression: ULEB128 length, then its bytes. `initial` (may be null) is on the stack at the beginning.
yg_dyn_status evaluate(const uint8_t *expression, const Machine &machine, const uint64_t *initial, uint64_t *result);
// Only its form: known operations, nothing past the end, something left on the stack. `has_cfa`: it starts with the CFA there.
yg_dyn_status checkExpression(const uint8_t *expression, bool has_cfa);

}  // namespace yg::dynamic

#endif
