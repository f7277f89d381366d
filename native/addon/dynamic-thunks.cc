// SPDX-License-Identifier: MIT
#include "dynamic-thunks.h"

#include "yugong-dynamic.h"

void describe_thunks(const void *code, size_t size_bytes) {
  auto *info = new yg_dyn_info{};  // no regions: the state of a procedure's entry throughout
  info->start_ip = reinterpret_cast<yg_dyn_word>(code);
  info->end_ip = info->start_ip + size_bytes;
  info->format = YG_DYN_FORMAT_DYNAMIC;
  info->u.pi.name_ptr = reinterpret_cast<yg_dyn_word>("host function thunk");
  if (yg_dyn_register(info, nullptr) != YG_DYN_OK) delete info;
  yg_dyn_register_stubs();
}
