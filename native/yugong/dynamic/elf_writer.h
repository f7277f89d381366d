// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_ELF_WRITER_H
#define YUGONG_DYNAMIC_ELF_WRITER_H

#include <vector>

#include "yugong-dynamic.h"

namespace yg::dynamic {

// An object file for a debugger: the procedure as .text without contents, its symbol, its .eh_frame. It is read at `image_address`.
std::vector<uint8_t> writeElf(const yg_dyn_info &info, const std::vector<uint8_t> &eh_frame, uintptr_t image_address);

}  // namespace yg::dynamic

#endif
