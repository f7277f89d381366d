// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_REGISTER_H
#define YUGONG_DYNAMIC_REGISTER_H

#include "eh_frame.h"
#include "index.h"

namespace yg::dynamic {

// Check a description; for regions, work out their states.
yg_dyn_status compile(const yg_dyn_info *info, Program *out, yg_dyn_place *place);

// The state at `ip`, which the entry or FDE covers.
yg_dyn_status stateAt(const Entry &entry, uintptr_t ip, yg_dyn_state *out);
yg_dyn_status stateOfFde(const Fde &fde, uintptr_t ip, yg_dyn_state *out);

}  // namespace yg::dynamic

#endif
