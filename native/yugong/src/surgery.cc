// SPDX-License-Identifier: MIT
//
// Popping and pushing frames. Every check comes before the first write, so an error leaves stack and cursor as they were.
//
// Callee-saved registers: a popped-to frame expects the ones that it had when it made its call. The cursor knows them; they go to a save
// area that becomes the SS top, directly below the slot of the top frame. Pushing a frame inserts its words between the save area and
// that slot, so the new function begins with those registers and hands them on when it returns.
//
//     pop to a compiled frame             then push a function
//
//     sp -> _yg_stack_swap_cont           sp -> _yg_stack_swap_cont
//           r15 r14 r13 r12 rbx rbp             r15 r14 r13 r12 rbx rbp
//     slot: return address                slot: _yg_func_begin_resume
//           the frame                           function
//                                               return address
//                                               the frame
#include "surgery.h"

#include "annotations.h"
#include "barrier.h"

namespace yg {
namespace {

constexpr uintptr_t kCallFrameSize = 16, kAlignmentFrameSize = 8;

}  // namespace

uintptr_t saveAreaSize(uint8_t has_save_area) { return has_save_area == 0 ? 0 : has_save_area == 1 ? YG_SS_RETURN : YG_FP_RETURN; }

void writeSaveArea(const Cursor *cursor, uintptr_t slot) {
  bool is_fp = cursor->has_save_area == 2;
  uintptr_t area = slot - saveAreaSize(cursor->has_save_area);
  storeWord(area, addressOf(is_fp ? _yg_stack_swap_fp_cont : _yg_stack_swap_cont));
  if (is_fp) storeWord(area + YG_FP_CONTROL, cursor->fp_control);
  std::memcpy(reinterpret_cast<void *>(area + (is_fp ? YG_FP_R15 : YG_SS_R15)), cursor->registers, kSavedRegisterCount * sizeof(uintptr_t));
}

void setTop(Cursor *cursor) {
  if (cursor->has_save_area) writeSaveArea(cursor, cursor->slot);
  yg_stack *stack = cursor->stack;
  stack->sp = cursor->slot - saveAreaSize(cursor->has_save_area);
  stack->generation++;
  cursor->stamp_sp = stack->sp;
  cursor->stamp_generation = stack->generation;
  cursor->is_top = true;
  cursor->has_new_pc = false;
}

yg_status findPlace(const Cursor *cursor, uintptr_t frame_size, uintptr_t *slot) {
  if (yg_status status = checkFresh(cursor)) return status;
  if (!cursor->is_top) return YG_ERROR_NOT_TOP;
  // Only hand-written SS tops may lie at 0 mod 16.
  if (isAligned(cursor->slot, 16) && cursor->has_save_area) return YG_ERROR_ALIGNMENT;
  uintptr_t size = frame_size + (isAligned(cursor->slot, 16) ? kAlignmentFrameSize : 0);
  if (!hasRoom(cursor->stack, cursor->slot, size + saveAreaSize(cursor->has_save_area))) return YG_ERROR_SIZE;
  *slot = cursor->slot - size;
  uintptr_t new_sp = *slot - saveAreaSize(cursor->has_save_area);
  annotateUnused(new_sp, cursor->slot - new_sp);
  return YG_OK;
}

void pushWords(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t frame_size, uintptr_t service_routine, uintptr_t pc) {
  uintptr_t below = slot + frame_size;
  if (cursor->has_new_pc) storeWord(cursor->slot, rawPcOf(cursor));
  if (below != cursor->slot) storeWord(below, addressOf(_yg_align_cont));
  storeWord(slot, service_routine);
  cursor->kind = kind;
  cursor->slot = slot;
  cursor->pc = pc;
  cursor->registers[kSp] = below;
  cursor->site = &CallSite::no_site;
  setTop(cursor);
}

namespace {

yg_status findPlaceForCall(const Cursor *cursor, uintptr_t function, uintptr_t frame_size, uintptr_t *slot) {
  if (yg_status status = checkFresh(cursor)) return status;
  if (!cursor->is_top) return YG_ERROR_NOT_TOP;
  return function == 0 ? YG_ERROR_ARGUMENT : findPlace(cursor, frame_size, slot);
}

void pushCall(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t frame_size, void (*service_routine)(void), uintptr_t function) {
  storeWord(slot + 8, function);
  pushWords(cursor, kind, slot, frame_size, addressOf(service_routine), function);
}

}  // namespace
}  // namespace yg

using namespace yg;

yg_status yg_pop_frames_to(yg_cursor *opaque) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (cursor->is_top && !cursor->has_new_pc) return YG_OK;
  uint8_t has_save_area = cursor->has_save_area;
  uintptr_t top = cursor->stack->sp;
  if (!cursor->is_top) {
    // What is resumed keeps the thread's floating-point control, as it would have when its call had returned.
    bool needs_none = cursor->kind == FrameKind::Bottom || cursor->kind == FrameKind::SaveArea;
    has_save_area = needs_none ? 0 : loadWord(top) == addressOf(_yg_stack_swap_fp_cont) ? 2 : 1;
  }
  if (has_save_area && isAligned(cursor->slot, 16)) return YG_ERROR_ALIGNMENT;
  if (!hasRoom(cursor->stack, cursor->slot, saveAreaSize(has_save_area))) return YG_ERROR_SIZE;
  needRegisters(cursor);
  if (has_save_area == 2) cursor->fp_control = loadWord(top + YG_FP_CONTROL);
  cursor->has_save_area = has_save_area;
  uintptr_t new_sp = cursor->slot - saveAreaSize(has_save_area);
  removeBarriersAbove(cursor->stack, cursor->slot);
  if (top < new_sp) annotateUnused(top, new_sp - top);
  annotateUnused(new_sp, cursor->slot - new_sp);
  if (cursor->has_new_pc) storeWord(cursor->slot, rawPcOf(cursor));
  setTop(cursor);
  return YG_OK;
}

yg_status yg_push_frame(yg_cursor *opaque, uintptr_t function) {
  Cursor *cursor = cursorOf(opaque);
  uintptr_t slot;
  if (yg_status status = findPlaceForCall(cursor, function, kCallFrameSize, &slot)) return status;
  pushCall(cursor, FrameKind::Call, slot, kCallFrameSize, _yg_func_begin_resume, function);
  return YG_OK;
}

yg_status yg_push_frame_payload(yg_cursor *opaque, uintptr_t function, const void *payload, size_t size, void **copy) {
  Cursor *cursor = cursorOf(opaque);
  if (payload == nullptr && size != 0) return YG_ERROR_ARGUMENT;
  if (size > PTRDIFF_MAX) return YG_ERROR_SIZE;
  // The smallest extent that is 8 mod 16 and holds function, extent and payload.
  uintptr_t extent = YG_PAYLOAD_BYTES + 8 + ((size + 7) & ~uintptr_t{15});
  uintptr_t slot;
  if (yg_status status = findPlaceForCall(cursor, function, 8 + extent, &slot)) return status;
  void *bytes = reinterpret_cast<void *>(slot + 8 + YG_PAYLOAD_BYTES);
  // First, and as a move: the payload may come from frames of this stack that have just been popped.
  if (size != 0) std::memmove(bytes, payload, size);
  storeWord(slot + 8 + YG_PAYLOAD_EXTENT, extent);
  pushCall(cursor, FrameKind::PayloadCall, slot, 8 + extent, _yg_payload_begin, function);
  if (copy != nullptr) *copy = bytes;
  return YG_OK;
}

void *yg_cursor_payload(const yg_cursor *opaque, size_t *size) {
  const Cursor *cursor = cursorOf(opaque);
  if (cursor->kind != FrameKind::PayloadCall) return nullptr;
  uintptr_t frame = cursor->slot + 8;
  if (size != nullptr) *size = loadWord(frame + YG_PAYLOAD_EXTENT) - YG_PAYLOAD_BYTES;
  return reinterpret_cast<void *>(frame + YG_PAYLOAD_BYTES);
}
