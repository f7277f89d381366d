// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_REGIONS_H
#define YUGONG_DYNAMIC_REGIONS_H

#include "program.h"

namespace yg::dynamic {

// Code that an ALIAS may refer to: registered procedures.
class AliasTargets {
 public:
  // Append to `out`, from offset `at` on, the states of [address, address + size), and give the state that holds at its end.
  virtual yg_dyn_status copy(uintptr_t address, uint32_t size, uint32_t at, Program *out, yg_dyn_state *end) const = 0;

 protected:
  ~AliasTargets() = default;
};

// Run a checked-as-we-go region list. `place` gets the region and operation of an error.
yg_dyn_status compileRegions(const yg_dyn_info &info, const AliasTargets &targets, Program *out, yg_dyn_place *place);

}  // namespace yg::dynamic

#endif
