/* SPDX-License-Identifier: MIT
 *
 * Offsets that the assembly and the C++ of the x86-64 System V port share. arch.h ties them to the C structures.
 *
 * Everything that sits on a paused stack is made of these pieces (low address first):
 *
 *   SS top, made by yg_stack_swap, _yg_host_call and frame surgery (56 bytes, then the frame's own return address)
 *
 *       YG_SS_PC      +0   _yg_stack_swap_cont or _yg_host_call_cont      <- yg_stack.sp, 16-byte aligned
 *       YG_SS_R15     +8   r15
 *       YG_SS_R14    +16   r14
 *       YG_SS_R13    +24   r13
 *       YG_SS_R12    +32   r12
 *       YG_SS_RBX    +40   rbx
 *       YG_SS_RBP    +48   rbp
 *       YG_SS_RETURN +56   where the frame below goes on (its "slot")
 *
 *   SS top with floating-point control, made by yg_stack_swap_fp (64 bytes, then the frame's own return address)
 *
 *       YG_FP_PC       +0  _yg_stack_swap_fp_cont                         <- yg_stack.sp
 *       YG_FP_CONTROL  +8  MXCSR (4 bytes), x87 control word (2 bytes), 0
 *                     +16  r15 r14 r13 r12 rbx rbp
 *       YG_FP_RETURN  +64  slot
 *
 *   C-Call frame (16 bytes)
 *
 *       slot          +0   _yg_func_begin_resume                          <- 8 mod 16
 *                     +8   function
 *                    +16   slot of the frame below                        <- 8 mod 16
 *
 *   C-Call frame with a payload (8 + T bytes, T is 8 mod 16)
 *
 *       slot          +0   _yg_payload_begin; _yg_payload_cont once the function runs
 *       YG_PAYLOAD_FUNCTION: +8   function                                <- RSP while the function runs; 16-byte aligned
 *       YG_PAYLOAD_EXTENT:  +16   T, the distance from the word "function" to the slot of the frame below
 *       YG_PAYLOAD_BYTES:   +24   the bytes, 16-byte aligned, padded
 *                  +8 + T   slot of the frame below                       <- 8 mod 16
 *
 *   Values of a return, put under a barrier's function while it runs (48 bytes)
 *
 *       slot          +0   _yg_barrier_values_cont                        <- 8 mod 16
 *       YG_VALUES_XMM0: +8   xmm0
 *       YG_VALUES_XMM1: +24  xmm1
 *                    +40   0
 *                    +48   slot of the frame below                        <- 8 mod 16
 *
 *   Frame with a return barrier
 *
 *       slot          +0   _yg_barrier_cont; barrier.h says where the return address is
 *
 *   Alignment frame, put under a C-Call frame that is pushed on a hand-written SS top that lies at 0 mod 16 (8 bytes)
 *
 *       slot          +0   _yg_align_cont                                 <- 8 mod 16
 *                     +8   the hand-written PC                            <- 0 mod 16
 *
 *   Bottom
 *
 *       slot          +0   _yg_stack_bottom                               <- 8 mod 16
 *                     +8   0
 *                    +16   0
 */
#ifndef YUGONG_ARCH_X86_64_LAYOUT_H
#define YUGONG_ARCH_X86_64_LAYOUT_H

#define YG_STACK_SP 0
#define YG_STACK_HOST 24
#define YG_STACK_GENERATION 32

#define YG_SS_PC 0
#define YG_SS_R15 8
#define YG_SS_R14 16
#define YG_SS_R13 24
#define YG_SS_R12 32
#define YG_SS_RBX 40
#define YG_SS_RBP 48
#define YG_SS_RETURN 56

#define YG_FP_PC 0
#define YG_FP_CONTROL 8
#define YG_FP_R15 16
#define YG_FP_RETURN 64

/* Relative to RSP after the service routine's address has been popped. */
#define YG_PAYLOAD_FUNCTION 0
#define YG_PAYLOAD_EXTENT 8
#define YG_PAYLOAD_BYTES 16

#define YG_VALUES_XMM0 8
#define YG_VALUES_XMM1 24
#define YG_VALUES_SIZE 48

/* BarrierRecord and the table of lists of them: the list of a slot is number (slot * YG_BARRIER_FACTOR mod 2^64) >> (64 - YG_BARRIER_BITS). */
#define YG_BARRIER_NEXT 0
#define YG_BARRIER_SLOT 8
#define YG_BARRIER_RETURN_ADDRESS 16
#define YG_BARRIER_BITS 12
#define YG_BARRIER_FACTOR 0x9e3779b97f4a7c15

/* BarrierCall: what _yg_barrier_cont has to do. */
#define YG_CALL_STACK 0
#define YG_CALL_COOKIE 8
#define YG_CALL_FUNCTION 16
#define YG_CALL_ON_HOST 24

#endif
