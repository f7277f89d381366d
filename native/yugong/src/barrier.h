// SPDX-License-Identifier: MIT
//
// Return barriers: slots whose return address has been replaced by _yg_barrier_cont.
//
// What a slot held is kept in a hash table by the slot's address, which names one word of one stack in the process. The table is plain
// linked lists, so that the CFI of _yg_barrier_cont can search it, too: a DWARF expression finds the record and gives the unwinder the
// address of the word `return_address` in it. Records are never given back to the system, so that an unwinder may look at any time.
#ifndef YUGONG_BARRIER_H
#define YUGONG_BARRIER_H

#include "arch/arch.h"

namespace yg {

struct BarrierRecord {
  BarrierRecord *next;       // in its list
  uintptr_t slot;
  uintptr_t return_address;  // what belongs into the slot
  yg_stack *stack;
  yg_barrier_function function;
  void *cookie;
  BarrierRecord *below;      // on its stack, towards the bottom; yg_stack.barriers is the topmost
};
static_assert(offsetof(BarrierRecord, next) == YG_BARRIER_NEXT && offsetof(BarrierRecord, slot) == YG_BARRIER_SLOT &&
                  offsetof(BarrierRecord, return_address) == YG_BARRIER_RETURN_ADDRESS,
              "the CFI of _yg_barrier_cont reads these");

// What the slot would hold without its barrier; 0 when none is known.
uintptr_t barrierReturnAddress(uintptr_t slot);

// Some barrier on the stack stands for a return address in [start, start + size].
bool hasBarrierFor(const yg_stack *stack, uintptr_t start, uintptr_t size);

// The frames with these barriers are those of `stack` from now on.
void giveBarriersTo(yg_stack *stack);

// The frames above (at lower addresses than) `slot` are gone: forget their barriers.
void removeBarriersAbove(yg_stack *stack, uintptr_t slot);

}  // namespace yg

#endif
