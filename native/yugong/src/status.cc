// SPDX-License-Identifier: MIT
#include "yugong.h"

const char *yg_status_message(yg_status status) {
  switch (status) {
    case YG_OK: return "No error.";
    case YG_ERROR_BOTTOM: return "The cursor is at the bottom of the stack.";
    case YG_ERROR_NOT_TOP: return "The cursor is not at the top frame.";
    case YG_ERROR_STALE: return "The stack has run or was changed since the cursor was made.";
    case YG_ERROR_FOREIGN: return "The frame does not lie on this stack.";
    case YG_ERROR_ALIGNMENT: return "The stack pointer has an alignment that the frame's protocol does not allow.";
    case YG_ERROR_SIZE: return "The stack or the buffer is too small.";
    case YG_ERROR_MEMORY: return "The system gave no memory.";
    case YG_ERROR_NO_PLAN: return "No unwind rule is known for this program counter.";
    case YG_ERROR_NO_STACKMAP: return "There is no stackmap record at this program counter.";
    case YG_ERROR_ARGUMENT: return "An argument is null or out of range.";
    case YG_ERROR_FORMAT: return "The stackmap or .eh_frame bytes are malformed.";
    case YG_ERROR_OVERLAP: return "Code is already registered at these addresses.";
    case YG_ERROR_NOT_PAUSED: return "The stack is running, or was never made.";
    case YG_ERROR_UNAVAILABLE: return "The value lies in a register that the call has destroyed.";
    case YG_ERROR_NO_BARRIER: return "The frame has no return barrier.";
    case YG_ERROR_NOT_BOTTOM: return "The cursor is not at the bottom of the stack.";
    case YG_ERROR_IN_USE: return "The stack or the code is still in use.";
  }
  return "Unknown status.";
}
