/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: what runs when control returns through a return barrier.
 *
 *   _yg_barrier_cont           is in a slot in place of a return address; runs the barrier's function, then returns there
 *   _yg_barrier_values_cont    goes on at the slot below with XMM0 and XMM1 as they were
 *
 * On entry, RSP is just above the slot, and RAX, RDX, XMM0 and XMM1 hold what is being returned. It does as if the returning function
 * had called, as its last act, one that has the same return address:
 *
 *     on entry               the function runs                            and is on the host
 *
 *     slot: _yg_barrier_     RSP -> _yg_barrier_values_cont               sp -> _yg_host_call_cont
 *           cont                    xmm0, xmm1, 0                               r15 r14 r13 r12 rbx rbp
 *     RSP-> the frame        slot:  return address                              _yg_barrier_values_cont
 *                                   the frame                                   xmm0, xmm1, 0
 *                                                                        slot:  return address
 *                                                                               the frame
 *
 * So while the function runs, the frame is the top of a paused stack that is open to surgery, as in any host call. When the stack has no
 * paused host, the function runs on the stack itself, which then is not paused.
 */
#include "macros.h"

/* .cfi_escape: RIP of the caller is in the record of the slot CFA - 8, if there is one, else in the slot. `ops`: where the table is.

   DW_CFA_expression RIP { lit8; minus; <table>; over; const8u FACTOR; mul; const1u 64 - BITS; shr; lit3; shl; plus; deref;
                           next: dup; bra found; drop; skip end;
                           found: over; over; plus_uconst SLOT; deref; eq; bra match; deref; skip next;
                           match: plus_uconst RETURN_ADDRESS; swap; drop; end: } */
.macro YG_CFI_RETURN_ADDRESS_OF_BARRIER size, ops:vararg
	.cfi_escape 0x10, 16, \size + 45, 0x38, 0x1c, \ops, 0x14, 0x0e, 0x15, 0x7c, 0x4a, 0x7f, 0xb9, 0x79, 0x37, 0x9e, 0x1e, \
		0x08, 64 - YG_BARRIER_BITS, 0x25, 0x33, 0x24, 0x22, 0x06, \
		0x12, 0x28, 4, 0, 0x13, 0x2f, 17, 0, \
		0x14, 0x14, 0x23, YG_BARRIER_SLOT, 0x06, 0x29, 0x28, 4, 0, 0x06, 0x2f, 0xeb, 0xff, \
		0x23, YG_BARRIER_RETURN_ADDRESS, 0x16, 0x13
.endm
.macro YG_CFI_CALLEE_SAVED_SAME
	.irp	register, %rbp, %rbx, %r12, %r13, %r14, %r15
	.cfi_same_value \register
	.endr
.endm

	.text

/* Where the table is, from here: the expression of _yg_barrier_cont knows no other address than its own. */
	.p2align 4
.Ltable:
	.long	_yg_barrier_table - .Ltable

	.org	.Ltable + 16
	.cfi_startproc
	.cfi_def_cfa %rsp, 0
	YG_CFI_CALLEE_SAVED_SAME
	/* table = breg16 -17, dup, deref_size 4, plus; -17 is .Ltable - _yg_barrier_cont */
	YG_CFI_RETURN_ADDRESS_OF_BARRIER 6, 0x80, 0x6f, 0x12, 0x94, 4, 0x22
	YG_BEFORE yg_barrier_cont
YG_INTERNAL _yg_barrier_cont
	leaq	_yg_barrier_table(%rip), %rcx
	/* table = breg2 0 */
	YG_CFI_RETURN_ADDRESS_OF_BARRIER 2, 0x72, 0
	leaq	-YG_VALUES_SIZE - 8(%rsp), %rsp
	.cfi_adjust_cfa_offset YG_VALUES_SIZE + 8
	movups	%xmm0, YG_VALUES_XMM0(%rsp)
	movups	%xmm1, YG_VALUES_XMM1(%rsp)
	leaq	_yg_barrier_values_cont(%rip), %rsi
	movq	%rsi, (%rsp)
	leaq	YG_VALUES_SIZE(%rsp), %rdi
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	/* table = breg7 0, deref; kept at the bottom of the 40 bytes: { table, BarrierCall } */
	subq	$32, %rsp
	.cfi_adjust_cfa_offset 32
	YG_CFI_RETURN_ADDRESS_OF_BARRIER 3, 0x77, 32, 0x06
	movq	%rsp, %rsi
	call	yg_barrier_take
	/* The slot holds the return address again. */
	.cfi_offset %rip, -8
	movq	YG_CALL_STACK(%rsp), %rdi
	movq	YG_CALL_COOKIE(%rsp), %rsi
	movq	YG_CALL_FUNCTION(%rsp), %r11
	movq	YG_CALL_ON_HOST(%rsp), %r8
	addq	$40, %rsp
	.cfi_adjust_cfa_offset -40
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	testq	%r8, %r8
	je	1f
	jmp	_yg_host_call
1:	jmp	*%r11
	.cfi_endproc
YG_END _yg_barrier_cont

/* RSP -> xmm0, xmm1, 0, slot below. */
	.p2align 4
	.cfi_startproc
	.cfi_def_cfa %rsp, YG_VALUES_SIZE
	YG_BEFORE yg_barrier_values_cont
YG_INTERNAL _yg_barrier_values_cont
	movups	YG_VALUES_XMM0 - 8(%rsp), %xmm0
	movups	YG_VALUES_XMM1 - 8(%rsp), %xmm1
	addq	$YG_VALUES_SIZE - 8, %rsp
	.cfi_adjust_cfa_offset -(YG_VALUES_SIZE - 8)
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_barrier_values_cont

	.section .note.GNU-stack, "", @progbits
