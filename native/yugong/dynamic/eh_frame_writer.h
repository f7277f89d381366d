// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_EH_FRAME_WRITER_H
#define YUGONG_DYNAMIC_EH_FRAME_WRITER_H

#include "byte_writer.h"
#include "program.h"

namespace yg::dynamic {

// A section for one procedure; the FDE begins at `*fde_offset`.
std::vector<uint8_t> writeEhFrame(const yg_dyn_info &info, const Program &program, size_t *fde_offset);

}  // namespace yg::dynamic

#endif
