/* SPDX-License-Identifier: MIT
 *
 * What the tests' compiled functions call, and hand-written frames with hand-written stackmaps.
 */
	.text

/* test_pause(x): swap to test_host with x, or, when test_host_function is set, call test_host_function(test_current, x) on the host
   stack. A tail jump, so that no frame of its own lies between the caller and the stub. */
	.globl	test_pause, test_pause2, test_pause_many
	.type	test_pause, @function
	.p2align 4
test_pause:
test_pause2:
test_pause_many:
	.cfi_startproc
	movq	%rdi, %rsi
	movq	test_current(%rip), %rdi
	movq	test_host_function(%rip), %r11
	testq	%r11, %r11
	je	1f
	jmp	*_yg_host_call@GOTPCREL(%rip)
1:	movq	%rsi, %rdx
	leaq	test_host(%rip), %rsi
	jmp	*yg_stack_swap@GOTPCREL(%rip)
	.cfi_endproc
	.size	test_pause, . - test_pause

/* test_entry(payload, first, second): payload = { function, six arguments }. Calls it, then swaps to test_host with the result. */
	.globl	test_entry
	.type	test_entry, @function
	.p2align 4
test_entry:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	movq	%rdi, %rax
	movq	8(%rax), %rdi
	movq	16(%rax), %rsi
	movq	24(%rax), %rdx
	movq	32(%rax), %rcx
	movq	40(%rax), %r8
	movq	48(%rax), %r9
	call	*(%rax)
.Lentry_return:
	movq	%rax, %rdx
	movq	test_current(%rip), %rdi
	leaq	test_host(%rip), %rsi
	call	*yg_stack_swap@GOTPCREL(%rip)
.Lentry_end:
	ud2
	.cfi_endproc
	.size	test_entry, . - test_entry

/* test_needs_alignment(x) = x + 1, on a stack that is aligned as the System V ABI says. */
	.globl	test_needs_alignment
	.type	test_needs_alignment, @function
test_needs_alignment:
	.cfi_startproc
	movaps	%xmm0, -24(%rsp)
	leaq	1(%rdi), %rax
	ret
	.cfi_endproc
	.size	test_needs_alignment, . - test_needs_alignment

	.macro check register, value
	movabsq	$\value, %rsi
	cmpq	%rsi, \register
	jne	2f
	.endm

/* test_keeper(function, x): calls function(x) with known values in all callee-saved registers; returns its result if
   they still have them, else ~0. Its stackmap record says where they are, in registers. */
	.globl	test_keeper
	.type	test_keeper, @function
	.p2align 4
test_keeper:
	.cfi_startproc
	.irp	register, rbp, rbx, r12, r13, r14, r15
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\register, 0
	.endr
	subq	$24, %rsp
	.cfi_adjust_cfa_offset 24
	movabsq	$0x1111111111111111, %rbx
	movabsq	$0x2222222222222222, %rbp
	movabsq	$0x3333333333333333, %r12
	movabsq	$0x4444444444444444, %r13
	movabsq	$0x5555555555555555, %r14
	movabsq	$0x6666666666666666, %r15
	movq	$77, 8(%rsp)
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
.Lkeeper_return:
	movq	$-1, %rcx
	check	%rbx, 0x1111111111111111
	check	%rbp, 0x2222222222222222
	check	%r12, 0x3333333333333333
	check	%r13, 0x4444444444444444
	check	%r14, 0x5555555555555555
	check	%r15, 0x6666666666666666
	leaq	24(%rsp), %rsp
	jmp	3f
2:	movq	%rcx, %rax
	addq	$24, %rsp
3:	.cfi_adjust_cfa_offset -24
	.irp	register, r15, r14, r13, r12, rbx, rbp
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\register
	.endr
	ret
	.cfi_endproc
	.size	test_keeper, . - test_keeper

/* test_far(function, x) = function(x). Its frame is so large that the caller's RBP is farther from RSP than 16 bits can say. */
	.set	far_size, 40000
	.globl	test_far
	.type	test_far, @function
	.p2align 4
test_far:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	subq	$far_size, %rsp
	.cfi_adjust_cfa_offset far_size
	movq	$1, %rbp
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
.Lfar_return:
	addq	$far_size, %rsp
	.cfi_adjust_cfa_offset -far_size
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
	ret
	.cfi_endproc
	.size	test_far, . - test_far

/* test_switch(x): switches to the host with {x, x + 1}, as a code generator does; the word that it is resumed with. */
	.globl	test_switch
	.type	test_switch, @function
	.p2align 4
test_switch:
	.cfi_startproc
	.irp	register, rbp, rbx, r12, r13, r14, r15
	pushq	%\register
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %\register, 0
	.endr
	subq	$8, %rsp
	.cfi_adjust_cfa_offset 8
	movq	%rdi, (%rsp)
	movq	test_current(%rip), %r13
	leaq	test_host(%rip), %r12
	movq	%rdi, %rbx
	leaq	1(%rdi), %r14
	call	_yg_stack_switch@PLT
.Lswitch_return:
	addq	$8, %rsp
	.cfi_adjust_cfa_offset -8
	.irp	register, r15, r14, r13, r12, rbx, rbp
	popq	%\register
	.cfi_adjust_cfa_offset -8
	.cfi_restore %\register
	.endr
	ret
	.cfi_endproc
	.size	test_switch, . - test_switch

/* Format version 3, by hand. */
	.macro location kind, size, register, offset
	.byte	\kind, 0
	.short	\size, \register, 0
	.long	\offset
	.endm

	.section yg_stackmaps, "aw", @progbits
	.p2align 3
	.byte	3, 0, 0, 0
	.long	4, 1, 5
	.quad	test_entry, 8, 2
	.quad	test_keeper, 80, 1
	.quad	test_far, far_size + 8, 1
	.quad	test_switch, 56, 1
	.quad	0x123456789abcdef0
	/* test_entry's call of the function: no values. */
	.quad	200
	.long	.Lentry_return - test_entry
	.short	0, 0
	.short	0, 0
	.long	0
	/* test_entry's last swap: no values. */
	.quad	202
	.long	.Lentry_end - test_entry
	.short	0, 0
	.short	0, 0
	.long	0
	/* test_keeper: plain record; nine values. */
	.quad	201
	.long	.Lkeeper_return - test_keeper
	.short	0, 10
	location 1, 8, 3, 0		/* rbx */
	location 1, 8, 6, 0		/* rbp */
	location 1, 4, 12, 0		/* low half of r12 */
	location 1, 2, 13, 0
	location 1, 1, 14, 0
	location 1, 8, 15, 0
	location 3, 8, 7, 8		/* [rsp + 8] */
	location 2, 8, 7, 8		/* rsp + 8 */
	location 4, 8, 0, -5
	location 5, 8, 0, 0
	.p2align 3
	.short	0, 0
	.p2align 3
	/* test_far: no values. */
	.quad	203
	.long	.Lfar_return - test_far
	.short	0, 0
	.short	0, 0
	.long	0

	/* test_switch: its argument. */
	.quad	204
	.long	.Lswitch_return - test_switch
	.short	0, 1
	location 3, 8, 7, 0		/* [rsp] */
	.p2align 3
	.short	0, 0
	.p2align 3

	.section .note.GNU-stack, "", @progbits
