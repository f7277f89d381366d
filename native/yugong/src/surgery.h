// SPDX-License-Identifier: MIT
//
// The parts of frame surgery that the high-level and the low-level interface share.
#ifndef YUGONG_SURGERY_H
#define YUGONG_SURGERY_H

#include "cursor.h"

namespace yg {

// There are `needed` bytes of stack below `address`.
inline bool hasRoom(const yg_stack *stack, uintptr_t address, uintptr_t needed) {
  return stack->size == 0 || (address >= stack->start && address - stack->start >= needed);
}

// Of the SS top above a cursor's frame, by Cursor::has_save_area.
uintptr_t saveAreaSize(uint8_t has_save_area);
void writeSaveArea(const Cursor *cursor, uintptr_t slot);

// Make the cursor's frame the top of its stack.
void setTop(Cursor *cursor);

// Where a frame of `frame_size` bytes goes that is pushed at the cursor: *slot.
yg_status findPlace(const Cursor *cursor, uintptr_t frame_size, uintptr_t *slot);

// Write the frame's service routine and make it the top. The frame's other words have been written.
void pushWords(Cursor *cursor, FrameKind kind, uintptr_t slot, uintptr_t frame_size, uintptr_t service_routine, uintptr_t pc);

}  // namespace yg

#endif
