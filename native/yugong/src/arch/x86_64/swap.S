/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: moving from one stack to another.
 *
 *   yg_stack_swap(current, next, value) -> value
 *   yg_stack_swap2(current, next, first, second) -> first:second
 *   _yg_stack_swap_cont        resumes what they, or frame surgery, have paused
 *   yg_stack_swap_fp(current, next, first, second) -> first:second, keeps MXCSR and the x87 control word of `current`
 *   _yg_stack_swap_fp_cont     resumes what that has paused
 *   _yg_stack_switch(current, next, first, second) -> first:second, for code generators: keeps no register
 *
 * `current` when it is paused (see layout.h):        `next` when it is resumed: any SS top
 *
 *     sp -> _yg_stack_swap_cont                          sp -> a PC, entered with RSP just above it,
 *           r15 r14 r13 r12 rbx rbp                                  RAX = first word, RDX = second word
 *           return address of yg_stack_swap                    anything
 *           the caller's frame
 *
 * `next->sp` becomes 0: that is how a running stack is told from a paused one.
 *
 * What has been measured. SS tops are entered with `pop; jmp`, not with `ret`: one to an address that no `call` has pushed costs a
 * misprediction, 10 ns where a jump costs 1.4. next->sp is loaded before the pushes, into R8: loaded straight into RSP after them, it
 * doubles the time of a swap. The second jump, from _yg_stack_swap_cont, costs less than comparing the PC to save the first one.
 */
#include "macros.h"
#include "plain.h"

	.text

/* In: RDI current, RSI next, RDX value. Out: RAX value, the callee-saved registers as before. */
	.p2align 6	/* all of it in one cache line */
YG_FUNCTION yg_stack_swap
	.cfi_startproc
	movq	%rdx, %rax
.Lswap:
	movq	YG_STACK_SP(%rsi), %r8
	YG_PUSH_CALLEE_SAVED
	leaq	.Lswap_cont(%rip), %rcx
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	incq	YG_STACK_GENERATION(%rdi)
	movq	%rsp, YG_STACK_SP(%rdi)
	movq	$0, YG_STACK_SP(%rsi)
	.cfi_remember_state
	movq	%r8, %rsp
	YG_CFI_AT_SS_TOP
	YG_POP_PC
	jmp	*%rcx
	.cfi_restore_state
	.cfi_restore %rip
	.cfi_def_cfa %rsp, YG_SS_RETURN
	YG_BEFORE yg_stack_swap_cont
/* In: RSP at the saved R15; RAX and RDX pass through. */
YG_FUNCTION _yg_stack_swap_cont
.Lswap_cont:
	YG_POP_CALLEE_SAVED
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_stack_swap_cont
YG_END yg_stack_swap

/* In: RDI current, RSI next, RDX first, RCX second. Out: RAX first, RDX second, the callee-saved registers as before. */
	.p2align 4
YG_FUNCTION yg_stack_swap2
	.cfi_startproc
	movq	%rdx, %rax
	movq	%rcx, %rdx
	jmp	.Lswap
	.cfi_endproc
YG_END yg_stack_swap2

/* In: RDI current, RSI next, RDX first, RCX second. Out: RAX first, RDX second, the callee-saved registers and control words as before.
   `next` begins with the control words of `current`, unless its SS top brings its own. */
	.p2align 4
YG_FUNCTION yg_stack_swap_fp
	.cfi_startproc
	movq	%rdx, %rax
	movq	%rcx, %rdx
	movq	YG_STACK_SP(%rsi), %r8
	YG_PUSH_CALLEE_SAVED
	pushq	$0
	.cfi_adjust_cfa_offset 8
	stmxcsr	(%rsp)
	fnstcw	4(%rsp)
	leaq	.Lswap_fp_cont(%rip), %rcx
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	incq	YG_STACK_GENERATION(%rdi)
	movq	%rsp, YG_STACK_SP(%rdi)
	movq	$0, YG_STACK_SP(%rsi)
	.cfi_remember_state
	movq	%r8, %rsp
	YG_CFI_AT_SS_TOP
	YG_POP_PC
	jmp	*%rcx
	.cfi_restore_state
	.cfi_restore %rip
	.cfi_def_cfa %rsp, YG_FP_RETURN
	YG_BEFORE yg_stack_swap_fp_cont
/* In: RSP at the control words; RAX and RDX pass through. */
YG_FUNCTION _yg_stack_swap_fp_cont
.Lswap_fp_cont:
	ldmxcsr	(%rsp)
	fldcw	4(%rsp)
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	YG_POP_CALLEE_SAVED
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_stack_swap_fp_cont
YG_END yg_stack_swap_fp

/* For code generators: what yg_stack_swap2 does, in a third of the instructions, because it keeps no register but RSP.
   In: R13 current, R12 next, RBX first, R14 second. Out: RAX first, RDX second. To LLVM that is a call with `ghccc`, whose second argument, in
   RBP, is undefined, from a function that has no frame pointer. The SS top of `current` is the return address of the call itself: it has to be
   that of a call site with a stackmap, in a function that has saved all callee-saved registers. */
	.p2align 5
YG_FUNCTION _yg_stack_switch
	.cfi_startproc
	movq	YG_STACK_SP(%r12), %r8
	movq	%rbx, %rax
	movq	%r14, %rdx
	incq	YG_STACK_GENERATION(%r13)
	movq	%rsp, YG_STACK_SP(%r13)
	movq	$0, YG_STACK_SP(%r12)
	movq	%r8, %rsp
	YG_CFI_AT_SS_TOP
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_stack_switch

	.section .note.GNU-stack, "", @progbits
