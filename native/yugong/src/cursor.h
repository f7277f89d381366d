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
  SaveArea,     // low-level cursors only: an SS top as layout.h draws it
  Adapter,      // low-level cursors only: a frame of this library between two others; or a service routine of the user's
};

// The registers of a frame cost a load and a store each, and most walks only look for a frame. So a step brings RSP and RBP up to date,
// which is what callers' frames are found with, and puts the others off: `lazy_slot` and `lazy_site` say for which frame they hold, and
// `lazy_fp` is its frame pointer. needRegisters() makes up for the steps, and has later steps put off nothing. Neither do the first few, after which
// surgery often follows.
//
// A quick step goes from one such frame to the next: it finds kind and flags as it leaves them, Compiled and 0. `quick_limit` sees to it
// that no other step is taken that way.
struct __attribute__((may_alias)) Cursor {
  yg_stack *stack;
  uintptr_t stamp_sp, stamp_generation;  // of the stack, when this cursor was made
  uintptr_t slot;
  uintptr_t pc;
  uintptr_t registers[kRegisterCount];  // RegisterIndex; RSP is that after resumption
  const CallSite *site;                 // Compiled only, which registered service routines are, too; else CallSite::no_site
  uintptr_t quick_limit;  // 0 while registers are brought along, then the last word of the stack
  FrameKind kind;
  uint8_t is_top;
  uint8_t has_save_area;  // top only: the SS top is a save area as layout.h draws it; 2: with floating-point control
  uint8_t has_new_pc;     // `pc` is to be written to the slot by the next surgery here (yg_ll_cursor_set); no site then
  uintptr_t eager_steps;  // so many steps bring all registers along
  uintptr_t lazy_slot;    // 0: nothing is put off
  uintptr_t lazy_fp;
  const CallSite *lazy_site;
  uintptr_t fp_control;   // of the SS top, if has_save_area is 2
  uintptr_t is_low_level; // shows the library's own frames too

  bool hasSite() const { return site != &CallSite::no_site; }
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

// What the frame's slot holds, barrier apart.
inline uintptr_t rawPcOf(const Cursor *cursor) {
  if (cursor->kind == FrameKind::Call) return addressOf(_yg_func_begin_resume);
  if (cursor->kind == FrameKind::PayloadCall) return addressOf(_yg_payload_begin);
  return cursor->pc;
}

// Bring all registers up to date. Reading keep-alives does this too, through a pointer to const: what a cursor means does not change.
void catchUp(Cursor *cursor);
inline void needRegisters(const Cursor *cursor) {
  if (YG_UNLIKELY(cursor->lazy_slot != 0)) catchUp(const_cast<Cursor *>(cursor));
}

// Find out what lies at `slot`; sets kind, slot, pc, RSP and site, and the registers when that is a save area. In cursor.cc.
yg_status enterFrame(Cursor *cursor, uintptr_t slot);
yg_status newCursor(yg_cursor *opaque, yg_stack *stack, bool is_low_level);

}  // namespace yg

#endif
