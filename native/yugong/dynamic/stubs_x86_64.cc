// SPDX-License-Identifier: MIT
//
// The core's assembly described by regions. Offsets are those of src/arch/x86_64/*.S as assembled; stubs_test.cc compares every instruction
// with the CFI there and names the one that has moved.
#include <initializer_list>
#include <mutex>
#include <vector>

#include "arch/arch.h"
#include "yugong-dynamic.h"

namespace {

using Ops = std::vector<yg_dyn_op>;

enum Label : uint64_t { kEntry, kSaved };

yg_dyn_op make(int tag, int32_t when, int reg, int64_t value) { return yg_dyn_op_make(tag, YG_DYN_QP_TRUE, when, reg, static_cast<yg_dyn_word>(value)); }

// A list of regions that lives as long as the process.
class Stub {
 public:
  Stub(const char *name, uintptr_t start) : name_(name), start_(start) {}

  Stub &region(int32_t size) {
    regions_.push_back({size, {}});
    size_ += size;
    return *this;
  }
  Stub &label(int32_t when, Label label) { return op(YG_DYN_LABEL_STATE, when, 0, label); }
  Stub &copy(int32_t when, Label label) { return op(YG_DYN_COPY_STATE, when, 0, label); }
  Stub &add(int32_t when, int64_t bytes) { return op(YG_DYN_ADD, when, YG_DYN_RSP, bytes); }
  Stub &cfa(int32_t when, const uint8_t *expression) { return op(YG_DYN_CFA_EXPRESSION, when, 0, reinterpret_cast<intptr_t>(expression)); }
  Stub &at(int32_t when, int reg, const uint8_t *expression) {
    return op(YG_DYN_SPILL_EXPRESSION, when, reg, reinterpret_cast<intptr_t>(expression));
  }
  Stub &spill(int32_t when, int reg, int64_t offset) { return op(YG_DYN_SPILL_SP_REL, when, reg, offset); }
  Stub &lost(int32_t when, int reg) { return op(YG_DYN_UNDEFINED, when, reg, 0); }
  // YG_PUSH_CALLEE_SAVED and YG_POP_CALLEE_SAVED: pushes of one byte for rbp and rbx, of two for the others.
  Stub &pushCalleeSaved(int32_t when) {
    for (int reg : {YG_DYN_RBP, YG_DYN_RBX, YG_DYN_R12, YG_DYN_R13, YG_DYN_R14, YG_DYN_R15}) {
      add(when, -8).op(YG_DYN_SPILL_SP_REL, when, reg, 0);
      when += reg < YG_DYN_R8 ? 1 : 2;
    }
    return *this;
  }
  Stub &popCalleeSaved(int32_t when) {
    for (int reg : {YG_DYN_R15, YG_DYN_R14, YG_DYN_R13, YG_DYN_R12, YG_DYN_RBX, YG_DYN_RBP}) {
      add(when, 8).op(YG_DYN_RESTORE, when, reg, 0);
      when += reg < YG_DYN_R8 ? 1 : 2;
    }
    return *this;
  }
  // YG_POP_PC: pop %rcx.
  Stub &popPc(int32_t when) { return add(when, 8).op(YG_DYN_SAVE_REG, when, YG_DYN_RIP, YG_DYN_RCX); }

  yg_dyn_status enter() {
    yg_dyn_info *info = new yg_dyn_info{};
    info->start_ip = start_;
    info->end_ip = start_ + static_cast<uint64_t>(size_);
    info->u.pi.name_ptr = reinterpret_cast<yg_dyn_word>(name_);
    yg_dyn_region_info **link = &info->u.pi.regions;
    for (const auto &[size, ops] : regions_) {
      auto *region = static_cast<yg_dyn_region_info *>(::operator new(sizeof(yg_dyn_region_info) + yg_dyn_region_info_size(ops.size())));
      region->next = nullptr;
      region->insn_count = size;
      region->op_count = static_cast<uint32_t>(ops.size());
      std::copy(ops.begin(), ops.end(), region->op);
      *link = region;
      link = &region->next;
    }
    return yg_dyn_register(info, nullptr);
  }

 private:
  struct Part {
    int32_t size;
    Ops ops;
  };

  Stub &op(int tag, int32_t when, int reg, int64_t value) {
    regions_.back().ops.push_back(make(tag, when, reg, value));
    return *this;
  }

  const char *name_;
  uintptr_t start_;
  int32_t size_ = 0;
  std::vector<Part> regions_;
};

template <typename F>
uintptr_t address(F *function) {
  return reinterpret_cast<uintptr_t>(function);
}

// CFA = *rbx + 64: the caller of a host call is on the paused stack. Length, DW_OP_breg3 0, deref, plus_uconst 64.
const uint8_t kHostCallCfa[] = {5, 0x73, 0, 0x06, 0x23, YG_SS_RETURN + 8};
// CFA = rsp + T + 8. DW_OP_breg7 8, deref, breg7 8, plus.
const uint8_t kPayloadCfa[] = {6, 0x77, YG_PAYLOAD_EXTENT, 0x06, 0x77, 8, 0x22};

// Where the return address of a barrier's slot is; barrier.S explains it. They differ in how they find the table.
constexpr uint8_t byteOf(uint64_t value, int i) { return static_cast<uint8_t>(value >> (8 * i)); }
#define F(i) byteOf(YG_BARRIER_FACTOR, i)
#define YG_BARRIER_EXPRESSION(name, size, ...)                                                                                        \
  const uint8_t name[] = {(size) + 45, 0x38, 0x1c, __VA_ARGS__, 0x14, 0x0e, F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7), 0x1e, 0x08, \
                          64 - YG_BARRIER_BITS, 0x25, 0x33, 0x24, 0x22, 0x06, 0x12, 0x28, 4, 0, 0x13, 0x2f, 17, 0, 0x14, 0x14, 0x23,   \
                          YG_BARRIER_SLOT, 0x06, 0x29, 0x28, 4, 0, 0x06, 0x2f, 0xeb, 0xff, 0x23, YG_BARRIER_RETURN_ADDRESS, 0x16, 0x13}
YG_BARRIER_EXPRESSION(kBarrierByRip, 6, 0x80, 0x6f, 0x12, 0x94, 4, 0x22);
YG_BARRIER_EXPRESSION(kBarrierByRcx, 2, 0x72, 0);
YG_BARRIER_EXPRESSION(kBarrierByRsp, 3, 0x77, 32, 0x06);
#undef F
static_assert(sizeof kBarrierByRip == 6 + 45 + 1 && sizeof kBarrierByRcx == 2 + 45 + 1 && sizeof kBarrierByRsp == 3 + 45 + 1);

yg_dyn_status enterAll() {
  // Entry points that are entered without a call begin with the byte before them (YG_BEFORE).
  Stub stubs[] = {
      Stub("yg_stack_swap2", address(yg::kSwap2)).region(8),
      Stub("yg_stack_swap", address(yg::kSwap))
          .region(0x2c).label(-1, kEntry).pushCalleeSaved(6).label(0xe, kSaved).add(0x17, -8).copy(0x26, kEntry).popPc(0x29)
          .region(0x0e).copy(-1, kSaved).popCalleeSaved(1).popPc(0xb),
      Stub("yg_stack_swap_fp", address(_yg_stack_swap_fp_cont) - 0x3a)
          .region(0x39).label(-1, kEntry).pushCalleeSaved(9).add(0x13, -8).label(0x13, kSaved).add(0x24, -8).copy(0x33, kEntry).popPc(0x36)
          .region(0x1a).copy(-1, kSaved).add(9, 8).popCalleeSaved(0xd).popPc(0x17),
      Stub("yg_host_call", address(yg::kHostCallByPointer)).region(8),
      Stub("_yg_host_call", address(yg::kHostCall))
          .region(0x47).label(-1, kEntry).pushCalleeSaved(0).label(8, kSaved).add(0x11, -8).cfa(0x19, kHostCallCfa).copy(0x3a, kEntry).popPc(0x44)
          .region(0x0c).copy(-1, kSaved).popCalleeSaved(1),
      Stub("_yg_func_begin_resume", address(_yg_func_begin_resume) - 1).region(0x0a).add(-1, -8).add(7, 8),
      Stub("_yg_payload_begin", address(_yg_payload_begin) - 1)
          .region(0x14).label(-1, kEntry).cfa(-1, kPayloadCfa).copy(0x0c, kEntry).popPc(0x11),
      Stub("_yg_align_cont", address(_yg_align_cont) - 1).region(4).popPc(1),
      // 0x35 is the last byte of its call: when that has returned, the slot holds the return address again.
      Stub("_yg_barrier_cont", address(_yg_barrier_cont) - 1)
          .region(0x5c).add(-1, 8).at(-1, YG_DYN_RIP, kBarrierByRip).at(1, YG_DYN_RIP, kBarrierByRcx).add(8, -56)
          .add(0x27, -8).add(0x28, -8).add(0x29, -8).add(0x2a, -32).at(0x2a, YG_DYN_RIP, kBarrierByRsp)
          .spill(0x35, YG_DYN_RIP, 104).add(0x49, 40).add(0x4d, 8).add(0x4e, 8),
      Stub("_yg_barrier_values_cont", address(_yg_barrier_values_cont) - 1).region(0x11).add(-1, -40).add(0x0a, 40).popPc(0x0e),
      Stub("_yg_stack_bottom", address(_yg_stack_bottom) - 1).region(0x0b).lost(-1, YG_DYN_RIP),
  };
  for (Stub &stub : stubs)
    if (yg_dyn_status status = stub.enter()) return status;
  return YG_DYN_OK;
}

}  // namespace

yg_dyn_status yg_dyn_register_stubs(void) {
  static std::once_flag once;
  static yg_dyn_status status;
  std::call_once(once, [] { status = enterAll(); });
  return status;
}
