// SPDX-License-Identifier: MIT
#include "cursor.h"

namespace yg {
namespace {

void setFrame(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t pc, uintptr_t sp, const CallSite *site) {
  cursor->kind = kind;
  cursor->slot = slot;
  cursor->pc = pc;
  cursor->registers[kRsp] = sp;
  cursor->site = site;
}

// Find out what lies at `slot`, going silently over what is no frame of its own.
yg_status enterFrame(Cursor *cursor, uintptr_t slot) {
  const yg_stack *stack = cursor->stack;
  for (;;) {
    if (!isOnStack(stack, slot)) return YG_ERROR_FOREIGN;
    uintptr_t pc = loadWord(slot);
    if (const CallSite *site = findCallSite(pc)) {
      setFrame(cursor, FrameKind::Compiled, slot, pc, slot + 8, site);
      return YG_OK;
    }
    uintptr_t next;
    if (pc == addressOf(_yg_func_begin_resume)) {
      if (!isOnStack(stack, slot + 16)) return YG_ERROR_FOREIGN;
      setFrame(cursor, FrameKind::Call, slot, loadWord(slot + 8), slot + 16, nullptr);
      return YG_OK;
    } else if (pc == addressOf(_yg_payload_begin) || pc == addressOf(_yg_payload_cont)) {
      if (!isOnStack(stack, slot + 24)) return YG_ERROR_FOREIGN;
      next = slot + 8 + loadWord(slot + 8 + YG_PAYLOAD_EXTENT);
      if (next <= slot || !isOnStack(stack, next)) return YG_ERROR_FOREIGN;
      if (pc == addressOf(_yg_payload_begin)) {
        setFrame(cursor, FrameKind::PayloadCall, slot, loadWord(slot + 8), next, nullptr);
        return YG_OK;
      }
    } else if (pc == addressOf(_yg_align_cont)) {
      next = slot + 8;
    } else if (pc == addressOf(_yg_stack_swap_cont) || pc == addressOf(_yg_host_call_cont)) {
      if (!isOnStack(stack, slot + YG_SS_RETURN)) return YG_ERROR_FOREIGN;
      std::memcpy(cursor->registers, reinterpret_cast<void *>(slot + YG_SS_R15), kSavedRegisterCount * sizeof(uintptr_t));
      next = slot + YG_SS_RETURN;
      if (slot == stack->sp) cursor->has_save_area = true;
    } else {
      bool bottom = pc == addressOf(_yg_stack_bottom) || pc == 0;
      setFrame(cursor, bottom ? FrameKind::Bottom : FrameKind::Unknown, slot, pc, slot + 8, nullptr);
      return YG_OK;
    }
    slot = next;
  }
}

inline uintptr_t callerSlot(const UnwindPlan &plan, const uintptr_t *registers) {
  // Nearly always RSP; the processor can then go on without waiting for cfa_register.
  uintptr_t base = YG_LIKELY(plan.cfa_register == kRsp) ? registers[kRsp] : registers[plan.cfa_register];
  return base + static_cast<uintptr_t>(intptr_t{plan.cfa_offset}) - 8;
}

// Give the callee-saved registers the values that the caller has when it is resumed.
inline void restoreRegisters(const UnwindPlan &plan, uintptr_t cfa, uintptr_t *registers) {
  for (int i = 0; i < plan.saved_count; i++)
    registers[plan.saved[i].index()] = loadWord(cfa + static_cast<uintptr_t>(plan.saved[i].offset()));
}

__attribute__((noinline)) yg_status stepSlowly(Cursor *cursor) {
  Cursor next = *cursor;
  next.is_top = next.has_save_area = false;
  uintptr_t slot;
  switch (cursor->kind) {
    case FrameKind::Bottom: return YG_ERROR_BOTTOM;
    case FrameKind::Unknown: return YG_ERROR_NO_PLAN;
    case FrameKind::Call:
    case FrameKind::PayloadCall: slot = cursor->registers[kRsp]; break;
    default:
      if (!cursor->site->plan.exists()) return YG_ERROR_NO_PLAN;
      slot = callerSlot(cursor->site->plan, next.registers);
      if (slot <= cursor->slot || !isOnStack(cursor->stack, slot)) return YG_ERROR_FOREIGN;
      restoreRegisters(cursor->site->plan, slot + 8, next.registers);
  }
  yg_status status = enterFrame(&next, slot);
  if (status == YG_OK) *cursor = next;
  return status;
}

}  // namespace
}  // namespace yg

using namespace yg;

yg_status yg_cursor_new(yg_cursor *opaque, yg_stack *stack) {
  if (opaque == nullptr || stack == nullptr) return YG_ERROR_ARGUMENT;
  if (stack->sp == 0) return YG_ERROR_NOT_PAUSED;
  if (!isAligned(stack->sp, 8)) return YG_ERROR_ALIGNMENT;
  Cursor *cursor = cursorOf(opaque);
  cursor->stack = stack;
  cursor->stamp_sp = stack->sp;
  cursor->stamp_generation = stack->generation;
  std::memset(cursor->registers, 0, sizeof cursor->registers);
  cursor->is_top = true;
  cursor->has_save_area = false;
  return enterFrame(cursor, stack->sp);
}

yg_status yg_cursor_step(yg_cursor *opaque) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  // The common case, compiled frame to compiled frame, in a few loads.
  const CallSite *site = cursor->site;
  if (YG_UNLIKELY(site == nullptr || !site->plan.exists())) return stepSlowly(cursor);
  uintptr_t slot = callerSlot(site->plan, cursor->registers);
  if (YG_UNLIKELY(slot <= cursor->slot || !isOnStack(cursor->stack, slot))) return YG_ERROR_FOREIGN;
  uintptr_t pc = loadWord(slot);
  const CallSite *caller = findCallSite(pc);
  if (YG_UNLIKELY(caller == nullptr)) return stepSlowly(cursor);
  restoreRegisters(site->plan, slot + 8, cursor->registers);
  setFrame(cursor, FrameKind::Compiled, slot, pc, slot + 8, caller);
  cursor->is_top = cursor->has_save_area = false;
  return YG_OK;
}

uintptr_t yg_cursor_pc(const yg_cursor *cursor) { return cursorOf(cursor)->pc; }

uintptr_t yg_cursor_sp(const yg_cursor *cursor) { return cursorOf(cursor)->registers[kRsp]; }

yg_code *yg_cursor_code(const yg_cursor *cursor) {
  const CallSite *site = cursorOf(cursor)->site;
  return site == nullptr ? nullptr : site->code.load(std::memory_order_relaxed);
}

yg_csid yg_get_csid(const yg_cursor *cursor) {
  const CallSite *site = cursorOf(cursor)->site;
  return site == nullptr ? 0 : site->id.load(std::memory_order_relaxed);
}
