/* SPDX-License-Identifier: MIT
 *
 * unloaded_call(function, argument): calls it from a frame of FRAME + 8 bytes; both sizes make instructions of the same length.
 */
	.text
	.globl	unloaded_call
	.type	unloaded_call, @function
unloaded_call:
	.cfi_startproc
	subq	$FRAME, %rsp
	.cfi_adjust_cfa_offset FRAME
	movq	%rdi, %rax
	movq	%rsi, %rdi
	call	*%rax
	addq	$FRAME, %rsp
	.cfi_adjust_cfa_offset -FRAME
	ret
	.cfi_endproc
	.size	unloaded_call, . - unloaded_call

	.section .note.GNU-stack, "", @progbits
