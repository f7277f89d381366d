// SPDX-License-Identifier: MIT
//
// The interface that speaks of resumption protocols: frames as they lie on the stack, SS tops and adapter frames.
#include "barrier.h"
#include "surgery.h"

namespace yg {
namespace {

yg_ll_state stateOf(const Cursor *cursor) {
  yg_ll_state two_words{YG_LL_SS, 2, {YG_LL_I64, YG_LL_I64}};
  switch (cursor->kind) {
    case FrameKind::Bottom: return {YG_LL_NONE, 0, {}};
    case FrameKind::Call:
    case FrameKind::PayloadCall: two_words.protocol = YG_LL_C_CALL; break;
    case FrameKind::Compiled: {
      bool is_routine = (cursor->site->flags & CallSite::IsServiceRoutine) != 0;
      two_words.protocol = is_routine ? YG_LL_SS : YG_LL_C_RET;
      break;
    }
    case FrameKind::Unknown:
      // At the top with nothing above it, it has been written by hand; elsewhere it has made a call.
      two_words.protocol = cursor->is_top && !cursor->has_save_area ? YG_LL_SS : YG_LL_C_RET;
      break;
    case FrameKind::SaveArea:
    case FrameKind::Adapter: break;
  }
  return two_words;
}

// The service routine's site says how many words it takes; it is made when the routine is first pushed.
yg_status siteOfRoutine(uintptr_t routine, size_t word_count, const CallSite **out) {
  const CallSite *site = findCallSite(routine);
  int32_t cfa_offset = static_cast<int32_t>(8 * word_count + 8);
  if (site == nullptr) {
    UnwindPlan plan;
    plan.cfa_register = kSp;
    plan.cfa_offset = cfa_offset;
    site = addSite(plan, CallSite::IsServiceRoutine, routine);
  }
  if (site == nullptr) return YG_ERROR_MEMORY;
  *out = site;
  bool same = (site->flags & CallSite::IsServiceRoutine) != 0 && site->plan.cfa_offset == cfa_offset;
  return same ? YG_OK : YG_ERROR_ARGUMENT;
}

constexpr size_t kMostWords = 1 << 16;

}  // namespace
}  // namespace yg

using namespace yg;

yg_status yg_ll_cursor_new(yg_cursor *cursor, yg_stack *stack) { return newCursor(cursor, stack, true); }

uintptr_t yg_ll_slot(const yg_cursor *cursor) { return cursorOf(cursor)->slot; }

uintptr_t yg_ll_pc(const yg_cursor *cursor) { return rawPcOf(cursorOf(cursor)); }

yg_status yg_ll_frame_state(const yg_cursor *opaque, yg_ll_state *state) {
  const Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (state == nullptr) return YG_ERROR_ARGUMENT;
  *state = stateOf(cursor);
  return YG_OK;
}

yg_status yg_ll_register(const yg_cursor *opaque, int dwarf_register, uintptr_t *value) {
  const Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  uint8_t index = dwarf_register < 0 ? kNoRegister : registerOfDwarf(static_cast<uint64_t>(dwarf_register));
  if (value == nullptr || index == kNoRegister) return YG_ERROR_ARGUMENT;
  if (cursor->is_top && !cursor->has_save_area && index != kSp && cursor->kind != FrameKind::SaveArea) return YG_ERROR_UNAVAILABLE;
  needRegisters(cursor);
  *value = index == kSp ? cursor->slot + 8 : cursor->registers[index];
  return YG_OK;
}

yg_status yg_ll_cursor_set(yg_cursor *opaque, uintptr_t pc, uintptr_t sp) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (!isAligned(sp, 8)) return YG_ERROR_ALIGNMENT;
  uintptr_t slot = sp - 8;
  if (!isOnStack(cursor->stack, slot) || slot < cursor->stack->sp) return YG_ERROR_FOREIGN;
  needRegisters(cursor);
  cursor->is_top = cursor->is_top && slot == cursor->slot;
  cursor->slot = slot;
  cursor->registers[kSp] = sp;
  cursor->pc = pc;
  cursor->site = &CallSite::no_site;
  cursor->kind = findCallSite(pc) != nullptr                      ? FrameKind::Compiled
                 : pc == 0 || pc == addressOf(_yg_stack_bottom) ? FrameKind::Bottom
                                                              : FrameKind::Unknown;
  if (pc == addressOf(_yg_func_begin_resume) && isOnStack(cursor->stack, slot + 16)) {
    cursor->kind = FrameKind::Call;
    cursor->pc = loadWord(slot + 8);
    cursor->registers[kSp] = slot + 16;
  }
  cursor->has_new_pc = true;
  return YG_OK;
}

yg_status yg_ll_build_ss_top(yg_stack *stack, uintptr_t slot, const uintptr_t *registers) {
  if (stack == nullptr) return YG_ERROR_ARGUMENT;
  if (!isAligned(slot, 8) || (registers != nullptr && isAligned(slot, 16))) return YG_ERROR_ALIGNMENT;
  if (!isOnStack(stack, slot)) return YG_ERROR_FOREIGN;
  Cursor top{};
  top.has_save_area = registers != nullptr;
  if (!hasRoom(stack, slot, saveAreaSize(top.has_save_area))) return YG_ERROR_SIZE;
  removeBarriersAbove(stack, slot);
  if (registers != nullptr) {
    std::memcpy(top.registers, registers, kSavedRegisterCount * sizeof(uintptr_t));
    writeSaveArea(&top, slot);
  }
  stack->sp = slot - saveAreaSize(top.has_save_area);
  stack->generation++;
  return YG_OK;
}

yg_status yg_push_adapter_frame(yg_cursor *opaque, uintptr_t service_routine, const uintptr_t *words, size_t word_count) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (!cursor->is_top) return YG_ERROR_NOT_TOP;
  if (service_routine == 0 || !isAddress(service_routine) || word_count > kMostWords) return YG_ERROR_ARGUMENT;
  if (words == nullptr && word_count != 0) return YG_ERROR_ARGUMENT;
  bool is_call = service_routine == addressOf(_yg_func_begin_resume);
  if (is_call && (word_count != 1 || words[0] == 0)) return YG_ERROR_ARGUMENT;
  if (is_call) return yg_push_frame(opaque, words[0]);
  // Frames are pushed on a slot at 8 mod 16 and leave one there.
  uintptr_t size = 8 * word_count + 8, slot;
  if (size % 16 != 0) return YG_ERROR_ALIGNMENT;
  const CallSite *site;
  if (yg_status status = findPlace(cursor, size, &slot)) return status;
  if (yg_status status = siteOfRoutine(service_routine, word_count, &site)) return status;
  for (size_t i = 0; i < word_count; i++) storeWord(slot + 8 + 8 * i, words[i]);
  pushWords(cursor, FrameKind::Compiled, slot, size, service_routine, service_routine);
  cursor->site = site;
  cursor->registers[kSp] = slot + 8;
  return YG_OK;
}

yg_status yg_cursor_step_into_resumer(yg_cursor *opaque, yg_stack *resumer) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (resumer == nullptr) resumer = cursor->stack->host;
  if (resumer == nullptr || resumer == cursor->stack) return YG_ERROR_ARGUMENT;
  yg_cursor next = *opaque;
  yg_status status = yg_cursor_step(&next);
  if (status == YG_OK) return YG_ERROR_NOT_BOTTOM;
  if (status != YG_ERROR_BOTTOM) return status;
  status = newCursor(&next, resumer, cursor->is_low_level != 0);
  if (status == YG_OK) *opaque = next;
  return status;
}
