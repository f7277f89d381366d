// SPDX-License-Identifier: MIT
//
// .eh_frame as gcc and LLVM emit it (Linux Standard Base, DWARF 4 section 6.4).
//
//   CIE  length, 0, version, augmentation ("zR", "zPLR", "zRS"...), code and data alignment, return column, encodings, rules
//   FDE  length, distance back to its CIE, first pc, pc count, augmentation data, rules
//   0    ends the section
#ifndef YUGONG_EH_FRAME_H
#define YUGONG_EH_FRAME_H

#include <cstdio>
#include <vector>

#include "bytes.h"
#include "unwind_plan.h"

namespace yg {

struct Cie {
  const uint8_t *rules = nullptr, *rules_end = nullptr;
  uint64_t code_alignment = 1;
  int64_t data_alignment = 1;
  uint8_t fde_encoding = 0;
  bool has_augmentation_data = false;
};

struct Fde {
  uintptr_t start = 0, end = 0;
  const uint8_t *rules = nullptr, *rules_end = nullptr;
  Cie cie;
};

// A whole section, its FDEs sorted by address.
class EhFrame {
 public:
  yg_status parse(const uint8_t *bytes, size_t size, const char **message);
  const Fde *find(uintptr_t pc) const;
  void dump(FILE *file) const;

 private:
  std::vector<Fde> fdes_;
};

// One FDE at `at`, inside [begin, end). Null message on success.
const char *parseFdeAt(const uint8_t *begin, const uint8_t *end, const uint8_t *at, Fde *out);

// A DWARF exception-header encoded pointer. `data_base` is what datarel is relative to.
uintptr_t readEncodedPointer(Bytes &bytes, uint8_t encoding, uintptr_t data_base, bool *ok);

// Run the FDE's rules up to `pc`. YG_OK with a plan that does not exist when the rules need more than a plan can say.
yg_status makePlan(const Fde &fde, uintptr_t pc, UnwindPlan *out, const char **message);

}  // namespace yg

#endif
