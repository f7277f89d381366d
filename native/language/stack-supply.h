// SPDX-License-Identifier: MIT
// Where the stacks of coroutines come from: those of one size, in slabs of the core.
#pragma once
#include <cstddef>
#include <vector>

#include "yugong.h"

namespace yl {

class StackSupply {
 public:
  /** `warm`: of the spare stacks, so many keep all the pages that they have touched. */
  StackSupply(size_t stack_bytes, size_t warm) : stack_bytes_(stack_bytes), warm_(warm) {}

  /** One without frames. Throws OutOfMemory. */
  yg_stack take();
  /** Back: it has no frames any more. */
  void give(const yg_stack &stack);
  /** All that have been taken have been freed. */
  void free_all();

  const std::vector<yg_stack> &spare() const { return spare_; }
  size_t slab_count() const { return slabs_.size(); }

 private:
  size_t stack_bytes_, warm_;
  std::vector<yg_slab *> slabs_;
  std::vector<yg_stack> spare_;
};

} // namespace yl
