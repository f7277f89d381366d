// SPDX-License-Identifier: MIT
// Instructions by which a program makes tables `{}` that it fills later, and how many elements those get: optimized code makes them with room for
// that in their own object (jit/optimizer/table-room.ts), which saves a buffer for each, and a call to get it.
//
// The interpreter counts the tables that such an instruction makes, and gives them its number; when one of them grows, that is counted, too. So
// both counts are of the same tables, and those that optimized code makes, which have no number, cost nothing.
//
//   Feedback.bits       tables made
//   Feedback.index      of these, with elements
//   Feedback.reference  the number; 0: tables are not counted
//   Feedback.lookup     with more than 4 elements; in the upper half, with more than 8
#pragma once
#include <cstdint>
#include <vector>

#include "object.h"

namespace yl {

class TableSites {
 public:
  /** An instruction's feedback, which has to stay where it is. */
  void add(Feedback &feedback) {
    sites_.push_back(&feedback);
    feedback.reference = sites_.size();
  }

  /** A table had room for `before` elements, and gets room for `after`: none or 4, 8, 16 … */
  void grows(uint32_t number, uint32_t before, uint32_t after) {
    Feedback &feedback = *sites_[number - 1];
    feedback.index += before == 0;
    if (before <= 4 && after > 4) feedback.lookup += 1;
    if (before <= 8 && after > 8) feedback.lookup += uint64_t{1} << 32;
  }

 private:
  std::vector<Feedback *> sites_; // by number, from 1 on
};

} // namespace yl
