/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: swaps and host calls that a sanitizer is told of first. Empty but in builds with YUGONG_SANITIZER_FIBERS.
 *
 * Each entry calls yg_announce_swap(current, next) with all the registers kept that its plain counterpart takes (plain.h), then jumps there:
 *
 *     on entry                    while it is told                      at the plain entry
 *
 *     RSP -> return address       RSP -> 0 or 8 bytes of alignment      RSP -> return address
 *                                        the registers
 *                                        return address
 *
 * A host call is two swaps to a sanitizer. The way back is told by `announced_function`, which runs on the host in place of the function and
 * calls it; the plain host call keeps RBX = current and R12 = host meanwhile.
 */
#ifdef YUGONG_SANITIZER_FIBERS
#include "macros.h"

	.text

.macro YG_PUSH_ALL registers:vararg
	.irp	register, \registers
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.endr
.endm
.macro YG_POP_ALL registers:vararg
	.irp	register, \registers
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.endr
.endm

/* In: RDI current, RSI next, RDX and RCX values. */
.macro YG_ANNOUNCED_SWAP name, plain
	.p2align 4
YG_FUNCTION \name
	.cfi_startproc
	YG_PUSH_ALL rdi, rsi, rdx, rcx, rcx
	call	yg_announce_swap
	YG_POP_ALL rcx, rcx, rdx, rsi, rdi
	jmp	\plain
	.cfi_endproc
YG_END \name
.endm

YG_ANNOUNCED_SWAP yg_stack_swap, _yg_plain_stack_swap
YG_ANNOUNCED_SWAP yg_stack_swap2, _yg_plain_stack_swap2
YG_ANNOUNCED_SWAP yg_stack_swap_fp, _yg_plain_stack_swap_fp

/* In: RDI current, RSI function, RDX argument. Out: RAX:RDX. */
	.p2align 4
YG_FUNCTION yg_host_call
	.cfi_startproc
	movq	%rsi, %r11
	movq	%rdx, %rsi
	jmp	_yg_host_call
	.cfi_endproc
YG_END yg_host_call

/* In: R11 function, RDI current, RSI RDX RCX R8 R9 arguments. Out: RAX:RDX. */
	.p2align 4
YG_FUNCTION _yg_host_call
	.cfi_startproc
	YG_PUSH_ALL rdi, rsi, rdx, rcx, r8, r9, r11
	movq	YG_STACK_HOST(%rdi), %rsi
	call	yg_announce_swap
	YG_POP_ALL r10, r9, r8, rcx, rdx, rsi, rdi
	leaq	announced_function(%rip), %r11
	jmp	_yg_plain_host_call
	.cfi_endproc
YG_END _yg_host_call

/* In: R10 function, its arguments in their registers, RBX current, R12 host. Out: RAX:RDX. */
	.p2align 4
	.type	announced_function, @function
announced_function:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	call	*%r10
	YG_PUSH_ALL rax, rdx
	movq	%r12, %rdi
	movq	%rbx, %rsi
	call	yg_announce_swap
	YG_POP_ALL rdx, rax
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	ret
	.cfi_endproc
	.size	announced_function, . - announced_function

#endif
	.section .note.GNU-stack, "", @progbits
