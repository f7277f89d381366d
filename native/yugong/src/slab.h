// SPDX-License-Identifier: MIT
#ifndef YUGONG_SLAB_H
#define YUGONG_SLAB_H

#include "yugong.h"

namespace yg {

// The usable memory of a stack; 0 when the slab is full or the system allows no more guard pages.
uintptr_t takeFromSlab(yg_slab *slab, uintptr_t *size);
void giveToSlab(yg_slab *slab, uintptr_t start);

}  // namespace yg

#endif
