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
#include "annotations.h"
#include "cursor.h"

namespace yg {
namespace {

constexpr uintptr_t kSaveAreaSize = YG_SS_RETURN, kCallFrameSize = 16, kAlignmentFrameSize = 8;

// There are `needed` bytes of stack below `address`.
bool hasRoom(const yg_stack *stack, uintptr_t address, uintptr_t needed) {
  return stack->size == 0 || (address >= stack->start && address - stack->start >= needed);
}

void writeSaveArea(uintptr_t slot, const uintptr_t *registers) {
  uintptr_t area = slot - kSaveAreaSize;
  storeWord(area, addressOf(_yg_stack_swap_cont));
  std::memcpy(reinterpret_cast<void *>(area + YG_SS_R15), registers, kSavedRegisterCount * sizeof(uintptr_t));
}

// Make the cursor's frame the top of its stack.
void setTop(Cursor *cursor, bool has_save_area) {
  if (has_save_area) writeSaveArea(cursor->slot, cursor->registers);
  yg_stack *stack = cursor->stack;
  stack->sp = has_save_area ? cursor->slot - kSaveAreaSize : cursor->slot;
  stack->generation++;
  cursor->stamp_sp = stack->sp;
  cursor->stamp_generation = stack->generation;
  cursor->is_top = true;
  cursor->has_save_area = has_save_area;
}

// Where a C-Call frame of `frame_size` bytes (a multiple of 16) goes: *slot.
yg_status findPlace(const Cursor *cursor, uintptr_t function, uintptr_t frame_size, uintptr_t *slot) {
  if (yg_status status = checkFresh(cursor)) return status;
  if (!cursor->is_top) return YG_ERROR_NOT_TOP;
  if (function == 0) return YG_ERROR_ARGUMENT;
  // Only hand-written SS tops may lie at 0 mod 16.
  if (isAligned(cursor->slot, 16) && cursor->has_save_area) return YG_ERROR_ALIGNMENT;
  uintptr_t size = frame_size + (isAligned(cursor->slot, 16) ? kAlignmentFrameSize : 0);
  if (!hasRoom(cursor->stack, cursor->slot, size + (cursor->has_save_area ? kSaveAreaSize : 0))) return YG_ERROR_SIZE;
  *slot = cursor->slot - size;
  uintptr_t new_sp = *slot - (cursor->has_save_area ? kSaveAreaSize : 0);
  annotateUnused(new_sp, cursor->slot - new_sp);
  return YG_OK;
}

// Write the frame's first words and make it the top.
void pushCall(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t frame_size, const char *service_routine, uintptr_t function) {
  uintptr_t below = slot + frame_size;
  if (below != cursor->slot) storeWord(below, addressOf(_yg_align_cont));
  storeWord(slot, addressOf(service_routine));
  storeWord(slot + 8, function);
  cursor->kind = kind;
  cursor->slot = slot;
  cursor->pc = function;
  cursor->registers[kRsp] = below;
  cursor->site = nullptr;
  setTop(cursor, cursor->has_save_area);
}

}  // namespace
}  // namespace yg

using namespace yg;

yg_status yg_pop_frames_to(yg_cursor *opaque) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (cursor->is_top) return YG_OK;
  bool has_save_area = cursor->kind != FrameKind::Bottom;
  if (has_save_area && isAligned(cursor->slot, 16)) return YG_ERROR_ALIGNMENT;
  if (has_save_area && !hasRoom(cursor->stack, cursor->slot, kSaveAreaSize)) return YG_ERROR_SIZE;
  uintptr_t old_sp = cursor->stack->sp, new_sp = cursor->slot - (has_save_area ? kSaveAreaSize : 0);
  if (old_sp < new_sp) annotateUnused(old_sp, new_sp - old_sp);
  annotateUnused(new_sp, cursor->slot - new_sp);
  setTop(cursor, has_save_area);
  return YG_OK;
}

yg_status yg_push_frame(yg_cursor *opaque, uintptr_t function) {
  Cursor *cursor = cursorOf(opaque);
  uintptr_t slot;
  if (yg_status status = findPlace(cursor, function, kCallFrameSize, &slot)) return status;
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
  if (yg_status status = findPlace(cursor, function, 8 + extent, &slot)) return status;
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
