/* SPDX-License-Identifier: MIT */
#ifndef YUGONG_ARCH_X86_64_MACROS_H
#define YUGONG_ARCH_X86_64_MACROS_H

#include "layout.h"

/* A public entry point. */
.macro YG_FUNCTION name
	.globl	\name
	.type	\name, @function
\name:
.endm

/* An address that only this library compares with. */
.macro YG_INTERNAL name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
.endm

/*
 * RSP has just come to point to an SS top; after YG_POP_PC, RCX holds the PC to jump to. To an unwinder, this is a frame that is about to
 * return there with the callee-saved registers as they are; the code at that PC has rules for the rest.
 */
.macro YG_CFI_AT_SS_TOP
	.cfi_def_cfa %rsp, 8
	.irp	register, %rbp, %rbx, %r12, %r13, %r14, %r15
	.cfi_same_value \register
	.endr
.endm
.macro YG_POP_PC
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register %rip, %rcx
.endm

/*
 * The byte before a place that is returned into without having been called. Unwinders look a return address up with pc - 1, so this byte
 * carries the rules that hold there, and a symbol of its own for debuggers to show.
 */
.macro YG_BEFORE name
	.type	\name, @function
\name:
	nop
	.size	\name, . - \name
.endm

.macro YG_END name
	.size	\name, . - \name
.endm

/* Save the callee-saved registers below a return address, in the order of the YG_SS_ offsets. RSP: 8 mod 16 on entry. */
.macro YG_PUSH_CALLEE_SAVED
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %rbx, 0
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset %r15, 0
.endm

/* The inverse. RSP points to the saved R15 before, to the return address after. */
.macro YG_POP_CALLEE_SAVED
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore %r12
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore %rbp
.endm

#endif
