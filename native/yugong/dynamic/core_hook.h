// SPDX-License-Identifier: MIT
//
// How the core's cursor steps through a frame that has no call site but lies in a registered procedure.
#ifndef YUGONG_DYNAMIC_CORE_HOOK_H
#define YUGONG_DYNAMIC_CORE_HOOK_H

#include "yugong.h"

namespace yg {

// `pc` is a return address, or a place that a hand-written SS top resumes. `registers` (RegisterIndex) become the caller's, whose return
// address lies below the new RSP. YG_ERROR_NO_PLAN when nothing is registered there, YG_ERROR_UNAVAILABLE when the rules need a register
// that calls do not keep; YG_ERROR_BOTTOM when the regions say that there is no caller.
yg_status stepDynamicFrame(uintptr_t pc, uintptr_t *registers);

}  // namespace yg

#endif
