// SPDX-License-Identifier: MIT
//
// What a yg_cursor holds: one frame of a paused stack, and the values that the callee-saved registers have when it is resumed.
//
// Where a frame lies is said by its slot: the address of the word that is popped into RIP to resume it. For a compiled frame that word is
// a return address; layout.h draws the others. Nothing of the frame lies below its slot, so frame surgery is: write an SS top just
// below a slot, and point yg_stack.sp to it.
#ifndef YUGONG_CURSOR_H
#define YUGONG_CURSOR_H

#include "registry.h"

namespace yg {

enum class FrameKind : uint32_t {
  Compiled,     // slot holds a known return address; (C-Ret, <i64, i64>)
  Call,         // a pushed function that has not begun; (C-Call, <i64, i64>)
  PayloadCall,  // the same with a payload
  Bottom,       // the slot that must not be returned into; also a zero word
  Unknown,      // any other PC: foreign code or a hand-written SS top
};

struct __attribute__((may_alias)) Cursor {
  yg_stack *stack;
  uintptr_t stamp_sp, stamp_generation;  // of the stack, when this cursor was made
  uintptr_t slot;
  uintptr_t pc;
  uintptr_t registers[kRegisterCount];  // RegisterIndex; RSP is that after resumption
  const CallSite *site;                 // Compiled only
  FrameKind kind;
  uint16_t is_top;
  uint16_t has_save_area;  // top only: the SS top is a save area as layout.h draws it
};
static_assert(sizeof(Cursor) <= sizeof(yg_cursor), "yg_cursor is too small");

inline Cursor *cursorOf(yg_cursor *cursor) { return reinterpret_cast<Cursor *>(cursor); }
inline const Cursor *cursorOf(const yg_cursor *cursor) { return reinterpret_cast<const Cursor *>(cursor); }

// A word at `address` lies on the stack. A stack of size 0 is the thread's own, whose extent nobody knows.
inline bool isOnStack(const yg_stack *stack, uintptr_t address) {
  return address - stack->start <= stack->size - 8 && isAligned(address, 8);
}

inline yg_status checkFresh(const Cursor *cursor) {
  const yg_stack *stack = cursor->stack;
  if (YG_LIKELY(stack->sp == cursor->stamp_sp && stack->generation == cursor->stamp_generation)) return YG_OK;
  return stack->sp == 0 ? YG_ERROR_NOT_PAUSED : YG_ERROR_STALE;
}

}  // namespace yg

#endif
