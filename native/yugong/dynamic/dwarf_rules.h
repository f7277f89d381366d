// SPDX-License-Identifier: MIT
//
// An FDE's rules as states, for all registers (the core's plans speak of the callee-saved ones only).
#ifndef YUGONG_DYNAMIC_DWARF_RULES_H
#define YUGONG_DYNAMIC_DWARF_RULES_H

#include "eh_frame.h"
#include "program.h"

namespace yg::dynamic {

// All states of the FDE, by offset from its start. DWARF does not say how far RSP is from the CFA unless the CFA is relative to it, nor
// what an uncomputed return address column means: a rule "undefined" there ends a backtrace.
yg_dyn_status programOfFde(const Fde &fde, Program *out);

}  // namespace yg::dynamic

#endif
