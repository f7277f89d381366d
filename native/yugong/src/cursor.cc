// SPDX-License-Identifier: MIT
#include "cursor.h"

#include "barrier.h"
#include "core_hook.h"
#include "foreign.h"

namespace yg {
namespace {

constexpr uintptr_t kFirstEagerSteps = 2;

void setFrame(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t pc, uintptr_t sp, const CallSite *site) {
  cursor->kind = kind;
  cursor->slot = slot;
  cursor->pc = pc;
  cursor->registers[kSp] = sp;
  cursor->site = site;
}

uintptr_t pcAt(uintptr_t slot) {
  uintptr_t pc = loadWord(slot);
  if (YG_LIKELY(pc != addressOf(_yg_barrier_cont))) return pc;
  return barrierReturnAddress(slot);
}

// A save area at `slot`: 0 when it is none, else where the frame's own slot lies.
uintptr_t enterSaveArea(Cursor *cursor, uintptr_t slot, uintptr_t pc) {
  bool is_fp = pc == addressOf(_yg_stack_swap_fp_cont);
  uintptr_t saved = slot + (is_fp ? YG_FP_R15 : YG_SS_R15), next = slot + (is_fp ? YG_FP_RETURN : YG_SS_RETURN);
  if (!isOnStack(cursor->stack, next)) return 0;
  std::memcpy(cursor->registers, reinterpret_cast<void *>(saved), kSavedRegisterCount * sizeof(uintptr_t));
  cursor->lazy_slot = cursor->quick_limit = 0;
  cursor->eager_steps = kFirstEagerSteps;
  if (slot == cursor->stack->sp) {
    cursor->has_save_area = is_fp ? 2 : 1;
    if (is_fp) cursor->fp_control = loadWord(slot + YG_FP_CONTROL);
  }
  return next;
}

inline bool isSaveArea(uintptr_t pc) {
  return pc == addressOf(_yg_stack_swap_cont) || pc == addressOf(_yg_host_call_cont) || pc == addressOf(_yg_stack_swap_fp_cont);
}

// The slot after a frame of this library that lies at `slot`; 0 when the words make no sense. Not for save areas.
uintptr_t slotBelow(const yg_stack *stack, uintptr_t slot, uintptr_t pc) {
  uintptr_t next = slot + 8;  // _yg_align_cont
  if (pc == addressOf(_yg_func_begin_resume)) {
    next = slot + 16;
  } else if (pc == addressOf(_yg_barrier_values_cont)) {
    next = slot + YG_VALUES_SIZE;
  } else if (pc == addressOf(_yg_payload_begin) || pc == addressOf(_yg_payload_cont)) {
    if (!isOnStack(stack, slot + 24)) return 0;
    next = slot + 8 + loadWord(slot + 8 + YG_PAYLOAD_EXTENT);
  }
  return next > slot && isOnStack(stack, next) ? next : 0;
}

inline uintptr_t callerSlot(const UnwindPlan &plan, const uintptr_t *registers) {
  return registers[plan.cfa_register] + static_cast<uintptr_t>(intptr_t{plan.cfa_offset}) - 8;
}

// Give the callee-saved registers the values that the caller has when it is resumed.
inline void restoreRegisters(const UnwindPlan &plan, uintptr_t cfa, uintptr_t *registers) {
  for (int i = 0; i < plan.saved_count; i++)
    registers[plan.saved[i].index()] = loadWord(cfa + static_cast<uintptr_t>(plan.saved[i].offset()));
}

// RSP- and RBP-based frames, nearly all, are those whose callers can be found without the other registers.
inline bool isSimple(const UnwindPlan &plan) { return unsigned{plan.cfa_register} - kFp <= 1; }
static_assert(kFp + 1 == kSp, "isSimple");

// Bring the registers to the caller, whose slot is known: all of them, or the frame pointer only. Either eager_steps or lazy_slot is not 0.
inline void passRegisters(Cursor *cursor, const UnwindPlan &plan, uintptr_t caller_slot) {
  if (cursor->eager_steps != 0) return restoreRegisters(plan, caller_slot + 8, cursor->registers);
  for (int i = 0; i < plan.saved_count; i++)
    if (plan.saved[i].index() == kFp) cursor->registers[kFp] = loadWord(caller_slot + 8 + static_cast<uintptr_t>(plan.saved[i].offset()));
}

inline void arrive(Cursor *cursor, const CallSite *caller, uintptr_t slot, uintptr_t pc) {
  cursor->slot = slot;
  cursor->pc = pc;
  cursor->registers[kSp] = slot + 8;
  cursor->site = caller;
}

inline bool isBottom(uintptr_t pc) { return pc == addressOf(_yg_stack_bottom) || pc == 0; }

yg_status stepSlowly(Cursor *cursor);

// From a compiled frame with a simple plan, when the quick way does not do: registers are brought along, or `slot` is no place for a
// frame, or what has been found below last time is not there.
__attribute__((noinline)) yg_status stepWithCare(Cursor *cursor, uintptr_t slot) {
  const CallSite *site = cursor->site;
  if (slot <= cursor->slot || !isOnStack(cursor->stack, slot)) return YG_ERROR_FOREIGN;
  uintptr_t pc = loadWord(slot);
  const CallSite *caller = site->caller.load(std::memory_order_relaxed);
  bool is_bottom = isBottom(pc);
  if (!is_bottom && caller->return_address.load(std::memory_order_acquire) != pc) {
    caller = findCallSite(pc);
    // Foreign code is entered the slow way, which sees to it that what is known of it is about the library that is there now.
    if (caller == nullptr || (caller->isForeign() && !site->isForeign())) return stepSlowly(cursor);
    site->caller.store(caller, std::memory_order_relaxed);
  }
  passRegisters(cursor, site->plan, slot);
  arrive(cursor, is_bottom ? &CallSite::no_site : caller, slot, pc);
  cursor->kind = is_bottom ? FrameKind::Bottom : FrameKind::Compiled;
  cursor->is_top = cursor->has_save_area = cursor->has_new_pc = 0;
  if (!is_bottom && cursor->eager_steps != 0 && --cursor->eager_steps == 0) {
    cursor->lazy_slot = slot;
    cursor->lazy_site = caller;
    cursor->lazy_fp = cursor->registers[kFp];
    cursor->quick_limit = cursor->stack->start + cursor->stack->size - 8;
  }
  return YG_OK;
}

// From a frame by its plan, or by libunwind; *slot gets the caller's.
yg_status leaveFrame(Cursor *cursor, const CallSite *site, uintptr_t *slot) {
  bool is_simple = isSimple(site->plan);
  if (!is_simple) needRegisters(cursor);
  if (site->plan.exists()) {
    *slot = callerSlot(site->plan, cursor->registers);
  } else {
    yg_status status = stepDynamicFrame(cursor->pc, cursor->registers);
    if (status == YG_ERROR_NO_PLAN) status = stepByLibunwind(cursor->pc, cursor->registers);
    if (status != YG_OK) return status;
    *slot = cursor->registers[kSp] - 8;
  }
  if (*slot <= cursor->slot || !isOnStack(cursor->stack, *slot)) return YG_ERROR_FOREIGN;
  if (site->plan.exists()) passRegisters(cursor, site->plan, *slot);
  return YG_OK;
}

__attribute__((noinline)) yg_status stepSlowly(Cursor *cursor) {
  if (cursor->kind == FrameKind::Bottom) return YG_ERROR_BOTTOM;
  Cursor next = *cursor;
  next.is_top = next.has_save_area = next.has_new_pc = false;
  uintptr_t slot = cursor->slot;
  if (cursor->kind == FrameKind::SaveArea) {
    slot = enterSaveArea(&next, slot, cursor->pc);
    if (slot == 0) return YG_ERROR_FOREIGN;
    // Its registers are those of the frame below, which is the one that surgery can be done on.
    next.is_top = cursor->is_top;
  } else if (cursor->kind != FrameKind::Compiled && cursor->kind != FrameKind::Unknown) {
    needRegisters(&next);
    slot = slotBelow(cursor->stack, slot, rawPcOf(cursor));
    if (slot == 0) return YG_ERROR_FOREIGN;
  } else {
    const CallSite *site = cursor->hasSite() ? cursor->site : nullptr;
    // Nobody knows the registers of a hand-written SS top, nor whether its PC is a return address.
    bool is_return_address = !(cursor->is_top && !cursor->has_save_area);
    if (cursor->has_new_pc) site = findCallSite(cursor->pc);
    if (site != nullptr && cursor->has_new_pc && site->isForeign()) site = nullptr;
    if (site == nullptr && is_return_address) site = foreignSite(cursor->pc);
    if (site == nullptr) return YG_ERROR_NO_PLAN;
    if (site->plan.cfa_register == kOutermost) return YG_ERROR_BOTTOM;
    if (yg_status status = leaveFrame(&next, site, &slot)) return status;
  }
  yg_status status = enterFrame(&next, slot);
  if (status == YG_OK) *cursor = next;
  return status;
}

// The common case, compiled frame to compiled frame, in a few loads; `base_register` is what the plan counts from.
template <RegisterIndex base_register>
inline yg_status stepFrom(Cursor *cursor, const CallSite *site) {
  const UnwindPlan &plan = site->plan;
  uintptr_t base = cursor->registers[base_register];
  uintptr_t slot = base + static_cast<uintptr_t>(intptr_t{plan.cfa_offset}) - 8;
  if (YG_UNLIKELY(slot <= cursor->slot || slot > cursor->quick_limit || !isAligned(slot, 8))) return stepWithCare(cursor, slot);
  uintptr_t pc = loadWord(slot);
  const CallSite *caller = site->caller.load(std::memory_order_relaxed);
  if (YG_UNLIKELY(caller->return_address.load(std::memory_order_acquire) != pc)) return stepWithCare(cursor, slot);
  intptr_t fp_at = plan.fp_at;
  if (YG_LIKELY((fp_at & 1) == 0)) cursor->registers[kFp] = loadWord(base + static_cast<uintptr_t>(fp_at));
  else if (YG_UNLIKELY(fp_at == UnwindPlan::kFpIsFar)) return stepWithCare(cursor, slot);
  arrive(cursor, caller, slot, pc);
  return YG_OK;
}

__attribute__((noinline)) yg_status stepFromSp(Cursor *cursor) {
  const CallSite *site = cursor->site;
  return YG_LIKELY(site->plan.cfa_register == kSp) ? stepFrom<kSp>(cursor, site) : stepSlowly(cursor);
}

}  // namespace

// Find out what lies at `slot`, going silently over what is no frame of its own.
yg_status enterFrame(Cursor *cursor, uintptr_t slot) {
  const yg_stack *stack = cursor->stack;
  for (;;) {
    if (!isOnStack(stack, slot)) return YG_ERROR_FOREIGN;
    uintptr_t pc = pcAt(slot);
    if (isSaveArea(pc)) {
      uintptr_t next = enterSaveArea(cursor, slot, pc);
      if (next == 0) return YG_ERROR_FOREIGN;
      if (cursor->is_low_level) {
        cursor->has_save_area = false;  // nothing lies above it
        setFrame(cursor, FrameKind::SaveArea, slot, pc, slot + 8, &CallSite::no_site);
        return YG_OK;
      }
      slot = next;
      continue;
    }
    const CallSite *site = findCallSite(pc);
    // The top frame is entered in signal handlers too; leaving it asks again.
    bool is_foreign = site != nullptr && site->isForeign();
    if (is_foreign && !cursor->is_top) {
      forgetUnloadedCode();
      site = findCallSite(pc);
    }
    if (site != nullptr && !(is_foreign && cursor->is_top)) {
      setFrame(cursor, FrameKind::Compiled, slot, pc, slot + 8, site);
      return YG_OK;
    }
    uintptr_t next;
    if (pc == addressOf(_yg_func_begin_resume) || pc == addressOf(_yg_payload_begin)) {
      next = slotBelow(stack, slot, pc);
      if (next == 0) return YG_ERROR_FOREIGN;
      bool has_payload = pc == addressOf(_yg_payload_begin);
      setFrame(cursor, has_payload ? FrameKind::PayloadCall : FrameKind::Call, slot, loadWord(slot + 8), next, &CallSite::no_site);
      return YG_OK;
    } else if (pc == addressOf(_yg_payload_cont) || pc == addressOf(_yg_align_cont) || pc == addressOf(_yg_barrier_values_cont)) {
      next = slotBelow(stack, slot, pc);
      if (next == 0) return YG_ERROR_FOREIGN;
      if (cursor->is_low_level) {
        setFrame(cursor, FrameKind::Adapter, slot, pc, next, &CallSite::no_site);
        return YG_OK;
      }
    } else {
      setFrame(cursor, isBottom(pc) ? FrameKind::Bottom : FrameKind::Unknown, slot, pc, slot + 8, &CallSite::no_site);
      return YG_OK;
    }
    slot = next;
  }
}

// Walk from the frame that the registers are those of to the cursor's frame. Every step has been checked when it was first taken, and every
// plan on the way is a simple one. Of each register, only the last place where it was saved is read; the frame pointer is needed on the way.
void catchUp(Cursor *cursor) {
  uintptr_t slot = cursor->lazy_slot, fp = cursor->lazy_fp;
  const uintptr_t end = cursor->slot;
  const CallSite *site = cursor->lazy_site;
  // Where each register is to be read in the end: in the cursor itself, until a frame has saved it.
  uintptr_t saved_at[kSavedRegisterCount];
  for (int i = 0; i < kSavedRegisterCount; i++) saved_at[i] = reinterpret_cast<uintptr_t>(&cursor->registers[i]);
  while (slot != end) {
    const UnwindPlan &plan = site->plan;
    uintptr_t base = plan.cfa_register == kFp ? fp : slot + 8;
    uintptr_t cfa = base + static_cast<uintptr_t>(intptr_t{plan.cfa_offset});
    // With the register's number in the low bits, which costs an instruction less.
    for (int i = 0; i < plan.saved_count; i++) saved_at[plan.saved[i].index()] = cfa + static_cast<uintptr_t>(intptr_t{plan.saved[i].packed});
    if (YG_LIKELY((plan.fp_at & 1) == 0)) fp = loadWord(base + static_cast<uintptr_t>(intptr_t{plan.fp_at}));
    else if (plan.fp_at == UnwindPlan::kFpIsFar) fp = loadWord(saved_at[kFp] & ~uintptr_t{7});
    slot = cfa - 8;
    if (slot == end) break;
    const CallSite *caller = site->caller.load(std::memory_order_relaxed);
    if (YG_LIKELY(caller->return_address.load(std::memory_order_acquire) == loadWord(slot))) {
      site = caller;
      continue;
    }
    while (slot != end) {
      // Frames of this library may lie between; they change no register.
      uintptr_t pc = pcAt(slot);
      site = findCallSite(pc);
      if (YG_LIKELY(site != nullptr)) break;
      slot = slotBelow(cursor->stack, slot, pc);
    }
  }
  for (int i = 0; i < kSavedRegisterCount; i++) cursor->registers[i] = loadWord(saved_at[i] & ~uintptr_t{7});
  cursor->registers[kFp] = fp;
  cursor->lazy_slot = cursor->quick_limit = 0;
  cursor->eager_steps = UINTPTR_MAX;
}

yg_status newCursor(yg_cursor *opaque, yg_stack *stack, bool is_low_level) {
  if (opaque == nullptr || stack == nullptr) return YG_ERROR_ARGUMENT;
  if (stack->sp == 0) return YG_ERROR_NOT_PAUSED;
  if (!isAligned(stack->sp, 8)) return YG_ERROR_ALIGNMENT;
  Cursor *cursor = cursorOf(opaque);
  cursor->stack = stack;
  cursor->stamp_sp = stack->sp;
  cursor->stamp_generation = stack->generation;
  std::memset(cursor->registers, 0, sizeof cursor->registers);
  cursor->is_top = true;
  cursor->has_save_area = cursor->has_new_pc = false;
  cursor->is_low_level = is_low_level;
  cursor->eager_steps = kFirstEagerSteps;
  cursor->lazy_slot = cursor->quick_limit = 0;
  return enterFrame(cursor, stack->sp);
}

}  // namespace yg

using namespace yg;

yg_status yg_cursor_new(yg_cursor *opaque, yg_stack *stack) { return newCursor(opaque, stack, false); }

__attribute__((aligned(64))) yg_status yg_cursor_step(yg_cursor *opaque) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  const CallSite *site = cursor->site;
  return YG_LIKELY(site->plan.cfa_register == kFp) ? stepFrom<kFp>(cursor, site) : stepFromSp(cursor);
}

uintptr_t yg_cursor_pc(const yg_cursor *cursor) { return cursorOf(cursor)->pc; }

uintptr_t yg_cursor_sp(const yg_cursor *cursor) { return cursorOf(cursor)->registers[kSp]; }

yg_code *yg_cursor_code(const yg_cursor *cursor) {
  const CallSite *site = cursorOf(cursor)->site;
  return site->code.load(std::memory_order_relaxed);
}

yg_csid yg_get_csid(const yg_cursor *cursor) {
  const CallSite *site = cursorOf(cursor)->site;
  return site->id.load(std::memory_order_relaxed);
}
