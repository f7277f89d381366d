// SPDX-License-Identifier: MIT
//
// Unwind tables of the executable and shared objects that the dynamic loader has mapped.
#ifndef YUGONG_LOADED_OBJECTS_H
#define YUGONG_LOADED_OBJECTS_H

#include "eh_frame.h"

namespace yg {

// Finds FDEs through PT_GNU_EH_FRAME (.eh_frame_hdr). Remembers the last object, so ask for nearby addresses in a row.
class LoadedObjects {
 public:
  // False when no loaded object has an FDE for `pc`.
  bool find(uintptr_t pc, Fde *out);

 private:
  struct Object {
    uintptr_t start = 0, end = 0;              // the segment with the code
    const uint8_t *header = nullptr;           // .eh_frame_hdr
    const uint8_t *header_end = nullptr;       // the end of the segment it lies in
    const uint8_t *readable = nullptr;         // that segment, which holds .eh_frame too
  };

  bool findObject(uintptr_t pc);
  bool searchTable(uintptr_t pc, Fde *out) const;

  Object object_;
};

}  // namespace yg

#endif
