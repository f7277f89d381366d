// SPDX-License-Identifier: MIT
//
// Frames of code that nobody has registered: C and C++ of the executable and its shared objects.
//
// Their plans come from the .eh_frame that the dynamic loader has mapped, and are kept in the table of call sites, so the second walk
// over a frame is as fast as over registered code. What a plan cannot say (DWARF expressions: realigned frames, the PLT) and what the
// loader does not know (code registered with libunwind only) is left to libunwind, when the machine has it.
#ifndef YUGONG_FOREIGN_H
#define YUGONG_FOREIGN_H

#include "registry.h"

namespace yg {

// The site of a return address that is in no registered code. Its plan may not exist: then it is libunwind's turn. Null: no memory.
const CallSite *foreignSite(uintptr_t return_address);

// Forget the plans of libraries that have been unloaded, whose place others may have taken. To be called where a walk comes to foreign
// code: all the frames beneath are of libraries that stay loaded while their stack is paused. Takes the dynamic loader's lock.
void forgetUnloadedCode();

// From registers[] of the frame at `pc` to those of its caller. YG_ERROR_BOTTOM at the end, YG_ERROR_NO_PLAN when it knows no way.
yg_status stepByLibunwind(uintptr_t pc, uintptr_t *registers);

}  // namespace yg

#endif
