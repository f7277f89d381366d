/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: running a function on the host stack while the calling stack is paused.
 *
 *   yg_host_call(current, function, argument) -> first:second
 *   _yg_host_call              the same for code generators: function in R11, up to six arguments in their registers, RDI = current
 *   _yg_host_call_cont         resumes what they have paused
 *
 * While the function runs:
 *
 *     current (paused, open to surgery)                  current->host (running; its sp reads 0)
 *
 *     sp -> _yg_host_call_cont                           RSP -> return address into _yg_host_call
 *           r15 r14 r13 r12 rbx rbp                             (0 or 8 bytes of alignment)
 *           return address of the call                   r13 -> the SS top that the host had when `current` was resumed
 *           the caller's frame
 *
 *     RBX = current, R12 = current->host, R13 = what current->host->sp was.
 *
 * The function may run other stacks that have the same host: they overwrite host->sp, which is put back from R13 afterwards.
 * It may pop and push frames on `current`: whatever is its SS top then is resumed with the function's RAX and RDX.
 *
 * `call` and `ret` stay paired: the caller's `call` with the `ret` of _yg_host_call_cont, our `call` with the function's `ret`.
 *
 * On the host side the canonical frame address is current->sp + 64, so a backtrace taken in the function goes on into the frames
 * of `current`. gdb stops where a caller's frame lies at a lower address than its callee's, except below a function that is called
 * __morestack, the name that gcc's split stacks use for the same situation; so the part that runs on the host has that (local) name.
 */
#include "macros.h"
#include "plain.h"

	.text

/* In: RDI current, RSI function, RDX argument. Out: RAX:RDX. */
	.p2align 4
YG_FUNCTION yg_host_call
	.cfi_startproc
	movq	%rsi, %r11
	movq	%rdx, %rsi
	jmp	.Lhost_call
	.cfi_endproc
YG_END yg_host_call

/* In: R11 function, RDI current, RSI RDX RCX R8 R9 arguments. Out: RAX:RDX. AL is not kept: no variadic functions. */
	.p2align 4
YG_FUNCTION _yg_host_call
	.cfi_startproc
.Lhost_call:
	YG_PUSH_CALLEE_SAVED
	leaq	_yg_host_call_cont(%rip), %rax
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	incq	YG_STACK_GENERATION(%rdi)
	movq	%rsp, YG_STACK_SP(%rdi)
	movq	%rdi, %rbx
	/* CFA = *rbx + 64: DW_CFA_def_cfa_expression { DW_OP_breg3 0; DW_OP_deref; DW_OP_plus_uconst 64 } */
	.cfi_escape 0x0f, 0x05, 0x73, 0x00, 0x06, 0x23, YG_SS_RETURN + 8
	movq	YG_STACK_HOST(%rdi), %r12
	movq	YG_STACK_SP(%r12), %r13
	movq	%r13, %rsp
	andq	$-16, %rsp
	movq	$0, YG_STACK_SP(%r12)
	.type	__morestack, @function
__morestack:
	call	*%r11
	movq	%r13, YG_STACK_SP(%r12)
	.size	__morestack, . - __morestack
	.cfi_remember_state
	movq	YG_STACK_SP(%rbx), %rsp
	YG_CFI_AT_SS_TOP
	movq	$0, YG_STACK_SP(%rbx)
	YG_POP_PC
	jmp	*%rcx
	.cfi_restore_state
	.cfi_def_cfa %rsp, YG_SS_RETURN
	YG_BEFORE yg_host_call_cont
/* In: RSP at the saved R15; RAX and RDX pass through. */
YG_INTERNAL _yg_host_call_cont
	YG_POP_CALLEE_SAVED
	ret
	.cfi_endproc
YG_END _yg_host_call_cont
YG_END _yg_host_call

	.section .note.GNU-stack, "", @progbits
