// SPDX-License-Identifier: MIT
//
// Rewriting a registered .eh_frame for those who keep a copy of it.
//
// The section that a JIT hands to yg_code_register may be gone after registration, may lack the zero word that ends it, and is mostly
// pc-relative, so its bytes mean something only where they lie. Here it is taken apart and put together again in one of two forms:
//
//   for this process (libgcc, libunwind, gdb): absolute pointers; it may lie anywhere
//   for a file (jitdump): pc-relative, laid out as perf places it, directly behind a copy of the code
//
//   CIE  length, 0, 1, "z[P][L]R[S]", code and data alignment, return column, { [personality], [LSDA encoding], encoding }, rules
//   FDE  length, distance back to its CIE, first pc, pc count, { [LSDA] }, rules
//   0
//
// Rules are copied as they are. (DW_CFA_set_loc, whose operand is encoded like a pc, is used by no compiler for x86-64.)
#ifndef YUGONG_PUBLISH_EH_FRAME_H
#define YUGONG_PUBLISH_EH_FRAME_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "yugong.h"

namespace yg {

// A run of bytes that somebody else owns.
struct Span {
  const uint8_t *begin = nullptr, *end = nullptr;
  size_t size() const { return static_cast<size_t>(end - begin); }
};

class UnwindSection {
 public:
  struct Cie {
    const uint8_t *at = nullptr;
    uint64_t code_alignment = 1, return_column = 0;
    int64_t data_alignment = 1;
    uint8_t pointer_encoding = 0, lsda_encoding = 0xff;
    uintptr_t personality = 0;
    bool is_signal_frame = false, has_data = false;
    Span rules;
  };
  struct Fde {
    size_t cie = 0;  // index
    uintptr_t start = 0, size = 0, lsda = 0;
    Span rules;
  };

  // Refers to `bytes`. False when they cannot be understood.
  bool parse(const uint8_t *bytes, size_t size);
  // Sorted by address.
  const std::vector<Fde> &fdes() const { return fdes_; }

  // With absolute pointers. `fde_offsets[i]` gets where the FDE of fdes()[i] lies in the result.
  std::vector<uint8_t> absolute(std::vector<uint32_t> *fde_offsets) const;
  // For the FDEs that lie in [start, start + size), as if the code lay `distance` bytes before the section; then .eh_frame_hdr of
  // `*header_size` bytes. Empty when there are none.
  std::vector<uint8_t> behindCode(uintptr_t start, uintptr_t size, uintptr_t distance, size_t *header_size) const;

 private:
  bool parseCie(Span body, const uint8_t *at);
  bool parseFde(Span body, size_t cie);

  std::vector<Cie> cies_;
  std::vector<Fde> fdes_;
};

}  // namespace yg

#endif
