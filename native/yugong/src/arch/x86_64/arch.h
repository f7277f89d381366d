// SPDX-License-Identifier: MIT
//
// What the portable part needs to know about x86-64 System V.
#ifndef YUGONG_ARCH_X86_64_ARCH_H
#define YUGONG_ARCH_X86_64_ARCH_H

#include <cstdint>

#include "layout.h"
#include "yugong.h"

extern "C" {
// Addresses only, as the two in yugong.h; see the .S files.
void _yg_host_call(void);
void _yg_host_call_cont(void);
void _yg_payload_begin(void);
void _yg_payload_cont(void);
void _yg_align_cont(void);
void _yg_stack_bottom(void);
void _yg_barrier_cont(void);
void _yg_barrier_values_cont(void);
}

namespace yg {

// The registers that survive a call, in the order of the SS save area, then the stack pointer. A plan or a keep-alive names a register by
// this index. Portable code knows two of them by name: those that frames are addressed with, which are neighbours.
enum RegisterIndex : uint8_t { kR15, kR14, kR13, kR12, kRbx, kFp, kSp };
constexpr int kSavedRegisterCount = 6;
constexpr int kRegisterCount = 7;
constexpr uint8_t kNoRegister = 0xff;

// Their DWARF numbers, by index.
constexpr uint8_t kDwarfRegisters[kRegisterCount] = {15, 14, 13, 12, 3, 6, 7};
// DWARF register number -> index, kNoRegister for those that a call destroys.
constexpr uint8_t registerOfDwarf(uint64_t number) {
  for (uint8_t i = 0; i < kRegisterCount; i++)
    if (kDwarfRegisters[i] == number) return i;
  return kNoRegister;
}
constexpr uint64_t kDwarfReturnAddress = 16;

constexpr const char *kRegisterNames[kRegisterCount] = {"r15", "r14", "r13", "r12", "rbx", "rbp", "rsp"};

// Where swaps and host calls are made: the public entries, but in builds that tell a sanitizer first (announced.S).
#ifdef YUGONG_SANITIZER_FIBERS
extern "C" {
void _yg_plain_stack_swap(void);
void _yg_plain_stack_swap2(void);
void _yg_plain_host_call_to(void);
void _yg_plain_host_call(void);
}
inline constexpr auto kSwap = _yg_plain_stack_swap, kSwap2 = _yg_plain_stack_swap2;
inline constexpr auto kHostCallByPointer = _yg_plain_host_call_to, kHostCall = _yg_plain_host_call;
#else
inline constexpr auto kSwap = yg_stack_swap;
inline constexpr auto kSwap2 = yg_stack_swap2;
inline constexpr auto kHostCallByPointer = yg_host_call;
inline constexpr auto kHostCall = _yg_host_call;
#endif

inline uintptr_t addressOf(void (*symbol)(void)) { return reinterpret_cast<uintptr_t>(symbol); }

static_assert(offsetof(yg_stack, sp) == YG_STACK_SP && offsetof(yg_stack, host) == YG_STACK_HOST &&
                  offsetof(yg_stack, generation) == YG_STACK_GENERATION,
              "assembly reads these");
static_assert(YG_SS_R15 == 8 + 8 * kR15 && YG_SS_R14 == 8 + 8 * kR14 && YG_SS_R13 == 8 + 8 * kR13 && YG_SS_R12 == 8 + 8 * kR12 &&
                  YG_SS_RBX == 8 + 8 * kRbx && YG_SS_RBP == 8 + 8 * kFp && YG_SS_RETURN == 8 + 8 * kSavedRegisterCount,
              "the save area is copied to and from a cursor as a whole");

}  // namespace yg

#endif
