/* SPDX-License-Identifier: MIT
 *
 * dyn_run_stepped(function, argument) = 1 when function(argument), run with the trap flag, keeps all callee-saved registers.
 */
	.text
	.globl	dyn_run_stepped
	.type	dyn_run_stepped, @function
dyn_run_stepped:
	.cfi_startproc
	.irp	register, rbp, rbx, r12, r13, r14, r15
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\register, 0
	.endr
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movabsq	$0x1111111111111111, %rbx
	movabsq	$0x2222222222222222, %rbp
	movabsq	$0x3333333333333333, %r12
	movabsq	$0x4444444444444444, %r13
	movabsq	$0x5555555555555555, %r14
	movabsq	$0x6666666666666666, %r15
	pushfq
	.cfi_adjust_cfa_offset 8
	orq	$0x100, (%rsp)
	popfq
	.cfi_adjust_cfa_offset -8
	call	*%rax
	pushfq
	.cfi_adjust_cfa_offset 8
	andq	$~0x100, (%rsp)
	popfq
	.cfi_adjust_cfa_offset -8
	xorl	%eax, %eax
	.macro	check register, value
	movabsq	$\value, %rcx
	cmpq	%rcx, %\register
	jne	1f
	.endm
	check	rbx, 0x1111111111111111
	check	rbp, 0x2222222222222222
	check	r12, 0x3333333333333333
	check	r13, 0x4444444444444444
	check	r14, 0x5555555555555555
	check	r15, 0x6666666666666666
	incl	%eax
1:	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	.irp	register, r15, r14, r13, r12, rbx, rbp
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\register
	.endr
	ret
	.cfi_endproc
	.size	dyn_run_stepped, . - dyn_run_stepped

	.section .note.GNU-stack, "", @progbits
