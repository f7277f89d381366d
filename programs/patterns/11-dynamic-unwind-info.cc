// SPDX-License-Identifier: MIT
//
// Pattern 11: dynamic unwind info.
//
// Machine code by hand, with a prologue, a body, an early exit and an epilogue, described by regions. Stock libunwind implements regions on
// IA-64 only; here they are compiled to .eh_frame and published, and its unw_step finds the way to the caller from every instruction.
//
//     expect: early exit: 10 instructions, 10 right
//     expect: to the end: 13 instructions, 13 right
//     expect: +0  cfa=rsp+8 rip=[cfa-8]
//     expect: +1  cfa=rsp+16 rbx=[cfa-16] rip=[cfa-8]
//     expect: +14 cfa=rsp+48 rbx=[cfa-16] rip=[cfa-8]
//     expect: +22 cfa=rsp+16 rbx=[cfa-16] rip=[cfa-8]
//     expect: +23 cfa=rsp+8 rip=[cfa-8]
//     expect: +24 cfa=rsp+48 rbx=[cfa-16] rip=[cfa-8]
#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include <cstdio>
#include <cstring>
#include <initializer_list>

#include "yugong-dynamic.h"
#include "yugong-publish.h"

namespace {

// f(argument): leaves early when the argument is 0.
const uint8_t kCode[] = {
    0x53,                                       // +0  push %rbx
    0x48, 0x83, 0xec, 0x20,                     // +1  sub  $32,%rsp
    0x48, 0xc7, 0xc3, 0x2a, 0x00, 0x00, 0x00,   // +5  mov  $42,%rbx          body
    0x85, 0xff,                                 // +12 test %edi,%edi
    0x75, 0x08,                                 // +14 jne  +24
    0x90, 0x90,                                 // +16 nop; nop
    0x48, 0x83, 0xc4, 0x20,                     // +18 add  $32,%rsp          early exit
    0x5b,                                       // +22 pop  %rbx
    0xc3,                                       // +23 ret
    0x48, 0x01, 0xfb,                           // +24 add  %rdi,%rbx         the body goes on
    0x90, 0x90, 0x90, 0x90,                     // +27 nop (4)
    0x48, 0x83, 0xc4, 0x20,                     // +31 add  $32,%rsp          epilogue
    0x5b,                                       // +35 pop  %rbx
    0xc3,                                       // +36 ret
};

template <int Count>
struct Region {
  yg_dyn_region_info *next;
  int32_t bytes;
  uint32_t op_count = Count;
  yg_dyn_op ops[Count];
};

//     region 0    push, sub                         ADD, SPILL_SP_REL, ADD
//     region 1    body, early exit                  LABEL_STATE 1; ADD and RESTORE piece by piece
//     region 2    the body goes on, epilogue        COPY_STATE 1: the frame is there again; at the end, POP_FRAMES undoes all three regions
constexpr int kLabel = 1;
Region<3> region2{nullptr, 13, 3,
                  {yg_dyn_op{YG_DYN_COPY_STATE, 0, 0, -1, kLabel}, yg_dyn_op{YG_DYN_ADD, 0, YG_DYN_RSP, 7, 32},
                   yg_dyn_op{YG_DYN_POP_FRAMES, 0, 0, 11, 3}}};
Region<4> region1{reinterpret_cast<yg_dyn_region_info *>(&region2), 19, 4,
                  {yg_dyn_op{YG_DYN_LABEL_STATE, 0, 0, -1, kLabel}, yg_dyn_op{YG_DYN_ADD, 0, YG_DYN_RSP, 13, 32},
                   yg_dyn_op{YG_DYN_ADD, 0, YG_DYN_RSP, 17, 8}, yg_dyn_op{YG_DYN_RESTORE, 0, YG_DYN_RBX, 17, 0}}};
Region<3> region0{reinterpret_cast<yg_dyn_region_info *>(&region1), 5, 3,
                  {yg_dyn_op{YG_DYN_ADD, 0, YG_DYN_RSP, 0, static_cast<yg_dyn_word>(-8)}, yg_dyn_op{YG_DYN_SPILL_SP_REL, 0, YG_DYN_RBX, 0, 0},
                   yg_dyn_op{YG_DYN_ADD, 0, YG_DYN_RSP, 1, static_cast<yg_dyn_word>(-32)}}};

yg_dyn_info procedure;
unw_word_t caller_sp, caller_pc, caller_rbx;
int stops, right;

// Before every instruction: the way to the caller by libunwind must lead to the registers with which the procedure was entered.
void onTrap(int, siginfo_t *, void *context) {
  const greg_t *registers = static_cast<ucontext_t *>(context)->uc_mcontext.gregs;
  unw_word_t pc = static_cast<unw_word_t>(registers[REG_RIP]);
  if (pc < procedure.start_ip || pc >= procedure.end_ip) return;
  if (pc == procedure.start_ip) {
    caller_sp = static_cast<unw_word_t>(registers[REG_RSP]) + 8;
    caller_rbx = static_cast<unw_word_t>(registers[REG_RBX]);
    std::memcpy(&caller_pc, reinterpret_cast<void *>(caller_sp - 8), sizeof caller_pc);
  }
  unw_cursor_t cursor;
  unw_word_t sp = 0, ip = 0, rbx = 0;
  unw_init_local2(&cursor, static_cast<unw_context_t *>(context), UNW_INIT_SIGNAL_FRAME);
  if (unw_step(&cursor) > 0) {
    unw_get_reg(&cursor, UNW_REG_SP, &sp);
    unw_get_reg(&cursor, UNW_REG_IP, &ip);
    unw_get_reg(&cursor, UNW_X86_64_RBX, &rbx);
  }
  stops++;
  right += sp == caller_sp && ip == caller_pc && rbx == caller_rbx;
}

void run(const char *title, long argument) {
  stops = right = 0;
  auto function = reinterpret_cast<long (*)(long)>(procedure.start_ip);
  __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq" ::: "memory", "cc");
  function(argument);
  __asm__ volatile("pushfq; andq $~0x100, (%%rsp); popfq" ::: "memory", "cc");
  std::printf("%s: %d instructions, %d right\n", title, stops, right);
}

}  // namespace

int main() {
  void *memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  std::memcpy(memory, kCode, sizeof kCode);
  procedure.start_ip = reinterpret_cast<yg_dyn_word>(memory);
  procedure.end_ip = procedure.start_ip + sizeof kCode;
  procedure.format = YG_DYN_FORMAT_DYNAMIC;
  procedure.u.pi.name_ptr = reinterpret_cast<yg_dyn_word>("by hand");
  procedure.u.pi.regions = reinterpret_cast<yg_dyn_region_info *>(&region0);

  yg_dyn_place place;
  yg_dyn_publication *publication;
  yg_dyn_status status = yg_dyn_register(&procedure, &place);
  if (status == YG_DYN_OK) status = yg_dyn_publish(&procedure, YG_PUBLISH_LIBUNWIND, &publication);
  if (status != YG_DYN_OK) {
    std::printf("region %d, operation %d: %s\n", place.region, place.op, yg_dyn_status_message(status));
    return 1;
  }
  struct sigaction action {};
  action.sa_sigaction = onTrap;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, nullptr);

  //   entry            after push       in the body      after add        after pop
  //
  //   │ return │ <-sp  │ return │       │ return │       │ return │       │ return │ <-sp
  //                    │ rbx    │ <-sp  │ rbx    │       │ rbx    │ <-sp
  //                                     │ 32     │
  //                                     │ bytes  │ <-sp
  run("early exit", 0);
  run("to the end", 1);

  for (unsigned offset : {0u, 1u, 14u, 22u, 23u, 24u}) {
    yg_dyn_state state;
    char text[100];
    if (yg_dyn_state_at(procedure.start_ip + offset, &state) != YG_DYN_OK) return 1;
    yg_dyn_state_text(&state, text, sizeof text);
    std::printf("+%-2u %s\n", offset, text);
  }
  yg_dyn_withdraw(publication);
  return yg_dyn_cancel(&procedure) == YG_DYN_OK ? 0 : 1;
}
