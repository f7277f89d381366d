/* SPDX-License-Identifier: MIT
 *
 * The frames that the benchmark walks and replaces, with CFI, frame pointers and hand-written stackmaps, so that every unwinder has what
 * it needs; and the smallest possible swap.
 */
	.text

/* bench_recurse(depth): `depth` frames, then a leaf that pauses. Resumed with a function, the leaf calls it and pauses again. */
	.globl	bench_recurse
	.type	bench_recurse, @function
	.p2align 4
bench_recurse:
	.cfi_startproc
	pushq	%rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	movq	%rsp, %rbp
	.cfi_def_cfa_register %rbp
	pushq	%rbx
	.cfi_offset %rbx, -24
	pushq	%r12
	.cfi_offset %r12, -32
	movq	%rdi, %rbx
	testq	%rdi, %rdi
	je	.Lleaf
	decq	%rdi
	call	bench_recurse
.Lrecurse_return:
	popq	%r12
	popq	%rbx
	popq	%rbp
	.cfi_remember_state
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_restore_state
.Lleaf:
	leaq	bench_language(%rip), %rdi
	leaq	bench_host(%rip), %rsi
	xorl	%edx, %edx
	call	*yg_stack_swap@GOTPCREL(%rip)
.Lleaf_return:
	call	*%rax
.Lwalker_return:
	jmp	.Lleaf
	.cfi_endproc
	.size	bench_recurse, . - bench_recurse

/* bench_pauser(value): pauses with value; returns what it is resumed with. */
	.globl	bench_pauser
	.type	bench_pauser, @function
	.p2align 4
bench_pauser:
	.cfi_startproc
	subq	$8, %rsp
	.cfi_def_cfa_offset 16
	movq	%rdi, %rdx
	leaq	bench_language(%rip), %rdi
	leaq	bench_host(%rip), %rsi
	call	*yg_stack_swap@GOTPCREL(%rip)
.Lpauser_return:
	addq	$8, %rsp
	.cfi_def_cfa_offset 8
	ret
	.cfi_endproc
	.size	bench_pauser, . - bench_pauser

/* minimal_swap(&current_sp, next_sp, value): save, switch, restore, and one indirect jump; no SS top, no checks. */
	.globl	minimal_swap
	.type	minimal_swap, @function
	.p2align 4
minimal_swap:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	movq	%rdx, %rax
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	popq	%rcx
	jmp	*%rcx
	.size	minimal_swap, . - minimal_swap

/* Where minimal_swap first resumes to: R12 is the function, its argument is in RAX. */
	.globl	minimal_begin
	.type	minimal_begin, @function
minimal_begin:
	movq	%rax, %rdi
	call	*%r12
	ud2
	.size	minimal_begin, . - minimal_begin

	.macro location kind, size, register, offset
	.byte	\kind, 0
	.short	\size, \register, 0
	.long	\offset
	.endm
	.macro record id, place, function, count
	.quad	\id
	.long	\place - \function
	.short	0, \count
	.endm
	.macro end_record
	.p2align 3
	.long	0
	.p2align 3
	.endm

	.section bench_stackmaps, "aw", @progbits
	.p2align 3
	.byte	3, 0, 0, 0
	.long	2, 0, 4
	.quad	bench_recurse, 32, 3
	.quad	bench_pauser, 16, 1
	/* 16 values: the saved words of the frame, registers, a constant. */
	record	1, .Lleaf_return, bench_recurse, 16
	.rept	4
	location 3, 8, 6, -8
	location 3, 8, 6, -16
	location 1, 8, 3, 0
	location 4, 8, 0, 7
	.endr
	end_record
	record	2, .Lrecurse_return, bench_recurse, 4
	location 3, 8, 6, -8
	location 3, 8, 6, -16
	location 1, 8, 3, 0
	location 4, 8, 0, 7
	end_record
	record	3, .Lwalker_return, bench_recurse, 0
	end_record
	record	4, .Lpauser_return, bench_pauser, 0
	end_record

	.section .note.GNU-stack, "", @progbits
