// SPDX-License-Identifier: MIT
#include "dynamic-thunks.h"

#include <mutex>

#include "yugong-dynamic.h"

extern "C" {
extern const char yugong_core_tombstone[], yugong_core_host_shim[];           // core-x86_64.S
extern const char yl_leave[], yl_start[], yl_interpreter_resume[];            // language/frames-x86_64.S
}

namespace {

// It is never taken back, and neither is the code.
void describe(const char *name, const void *code, size_t size_bytes, yg_dyn_region_info *regions) {
  auto *info = new yg_dyn_info{};
  info->start_ip = reinterpret_cast<yg_dyn_word>(code);
  info->end_ip = info->start_ip + size_bytes;
  info->format = YG_DYN_FORMAT_DYNAMIC;
  info->u.pi.name_ptr = reinterpret_cast<yg_dyn_word>(name);
  info->u.pi.regions = regions;
  if (yg_dyn_register(info, nullptr) != YG_DYN_OK) delete info;
}

}  // namespace

const std::vector<Stub> &addon_stubs() {
  // Sizes as assembled. All but the first jump on with the frame they were entered with.
  static const std::vector<Stub> stubs = {{"yugong_core_tombstone", yugong_core_tombstone, 10},
                                          {"yugong_core_host_shim", yugong_core_host_shim, 8},
                                          {"yl_leave", yl_leave, 0x12},
                                          {"yl_start", yl_start, 0x1d},
                                          {"yl_interpreter_resume", yl_interpreter_resume, 0x19}};
  return stubs;
}

void describe_stubs() {
  static std::once_flag once;
  std::call_once(once, [] {
    yg_dyn_register_stubs();
    // Whoever comes to the tombstone has no caller.
    static yg_dyn_region_info no_caller{nullptr, 10, 1, {yg_dyn_op_make(YG_DYN_UNDEFINED, YG_DYN_QP_TRUE, -1, YG_DYN_RIP, 0)}};
    for (const Stub &stub : addon_stubs())
      describe(stub.name, stub.code, stub.size_bytes, stub.code == yugong_core_tombstone ? &no_caller : nullptr);
  });
}

void describe_thunks(const void *code, size_t size_bytes) { describe("host function thunk", code, size_bytes, nullptr); }
