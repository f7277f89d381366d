// SPDX-License-Identifier: MIT
#include "yugong-dynamic.h"

const char *yg_dyn_status_message(yg_dyn_status status) {
  switch (status) {
    case YG_DYN_OK: return "No error.";
    case YG_DYN_ERROR_ARGUMENT: return "An argument is null.";
    case YG_DYN_ERROR_RANGE: return "The procedure's start does not lie below its end, or it is 2 GiB or larger.";
    case YG_DYN_ERROR_FORMAT: return "The info's format is unknown, or not one of x86-64.";
    case YG_DYN_ERROR_OVERLAP: return "Something is registered at these addresses already.";
    case YG_DYN_ERROR_TAG: return "The operation's tag is unknown.";
    case YG_DYN_ERROR_REGISTER: return "The operation names a register that does not exist or that it cannot take.";
    case YG_DYN_ERROR_WHEN: return "The operation's `when` lies outside its region.";
    case YG_DYN_ERROR_OP_COUNT: return "The operation lies past op_count or after an ALIAS, or op_count is impossible.";
    case YG_DYN_ERROR_VALUE: return "The operation's value is null or does not fit into 32 bits.";
    case YG_DYN_ERROR_REGION_CYCLE: return "The list of regions comes back to itself.";
    case YG_DYN_ERROR_NEGATIVE: return "Only the last region may have a negative insn_count.";
    case YG_DYN_ERROR_LENGTH: return "The regions are longer than the procedure.";
    case YG_DYN_ERROR_LABEL: return "COPY_STATE names a label that no earlier LABEL_STATE has set.";
    case YG_DYN_ERROR_POP: return "POP_FRAMES names no region, or more than there are up to here.";
    case YG_DYN_ERROR_NO_FRAME: return "The operation needs a frame register, but the stack pointer is saved in none.";
    case YG_DYN_ERROR_NO_DEPTH: return "The operation needs the distance of the stack pointer from the CFA, which is not known here.";
    case YG_DYN_ERROR_ALIAS: return "ALIAS names addresses that are not all registered.";
    case YG_DYN_ERROR_ALIAS_CYCLE: return "ALIAS names its own region or code behind it.";
    case YG_DYN_ERROR_ALIAS_DEPTH: return "The chain of aliases is too long.";
    case YG_DYN_ERROR_TABLE: return "The table is empty, not sorted, or does not fit its FDEs or its range.";
    case YG_DYN_ERROR_CFI: return "The .eh_frame bytes or the DWARF expression are malformed.";
    case YG_DYN_ERROR_NOT_REGISTERED: return "Nothing is registered here, or not this object.";
    case YG_DYN_ERROR_BOTTOM: return "The frame has no caller.";
    case YG_DYN_ERROR_MEMORY: return "Memory cannot be read, or there is none left.";
    case YG_DYN_ERROR_UNKNOWN: return "The rules need a register whose value is not known.";
    case YG_DYN_ERROR_SIZE: return "The buffer is too small.";
    case YG_DYN_ERROR_UNAVAILABLE: return "The process does not have this unwinder, or it cannot reach the code.";
  }
  return "Unknown status.";
}
