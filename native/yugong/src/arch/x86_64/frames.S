/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: the frames that surgery makes, and the bottom of a stack. Every routine here is entered with RAX and RDX holding the
 * values passed to its frame, by an SS resumption or by a return (the two look the same from here), with RSP just above its slot.
 * layout.h draws the frames.
 *
 *   _yg_func_begin_resume      begins function(first, second)
 *   _yg_payload_begin          begins function(payload, first, second)
 *   _yg_payload_cont           drops the payload when that function has returned
 *   _yg_align_cont             goes on at the PC above, which a return address slot could not hold because it lies at 0 mod 16
 *   _yg_stack_bottom           must not be returned into
 */
#include "macros.h"

	.text

/* RSP -> function, slot below. After: RSP -> slot below, as the function expects its return address. */
	.p2align 4
	.cfi_startproc
	.cfi_def_cfa %rsp, 16
	YG_BEFORE yg_func_begin_resume
YG_FUNCTION _yg_func_begin_resume
	movq	%rax, %rdi
	movq	%rdx, %rsi
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_func_begin_resume

/* RSP -> function, T, payload, slot below. The function is called with a real call, so that its `ret` is predicted. */
	.p2align 4
	.cfi_startproc
	/* CFA = rsp + T + 8: DW_CFA_def_cfa_expression { DW_OP_breg7 8; DW_OP_deref; DW_OP_breg7 8; DW_OP_plus } */
	.cfi_escape 0x0f, 0x06, 0x77, YG_PAYLOAD_EXTENT, 0x06, 0x77, 8, 0x22
	YG_BEFORE yg_payload_begin
YG_INTERNAL _yg_payload_begin
	leaq	YG_PAYLOAD_BYTES(%rsp), %rdi
	movq	%rax, %rsi
	call	*YG_PAYLOAD_FUNCTION(%rsp)
YG_INTERNAL _yg_payload_cont
	addq	YG_PAYLOAD_EXTENT(%rsp), %rsp
	.cfi_def_cfa %rsp, 8
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_payload_cont
YG_END _yg_payload_begin

/* RSP -> hand-written PC. */
	.p2align 4
	.cfi_startproc
	YG_BEFORE yg_align_cont
YG_INTERNAL _yg_align_cont
	YG_POP_PC
	jmp	*%rcx
	.cfi_endproc
YG_END _yg_align_cont

/* RSP -> two zero words. A backtrace ends here. */
	.p2align 4
	.cfi_startproc
	.cfi_undefined %rip
	YG_BEFORE yg_stack_bottom
YG_INTERNAL _yg_stack_bottom
	andq	$-16, %rsp
	call	yg_bottom_reached
	hlt
	.cfi_endproc
YG_END _yg_stack_bottom

	.section .note.GNU-stack, "", @progbits
