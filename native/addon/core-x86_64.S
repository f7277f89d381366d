/* SPDX-License-Identifier: MIT
 *
 * x86-64 System V: the two places where compiled code comes back to the addon without having asked a C function.
 *
 *   yugong_core_tombstone      what is resumed when code swaps to a stack that has been freed
 *   yugong_core_host_shim      what a host function's thunk (core-thunks.cc) runs on the host stack
 */
	.text

/* A freed stack's sp points to the last word of a thread's tombstone area. Here RSP has just popped that word, which must survive.
 *
 *     area …                       <- C++ runs here
 *     (16 bytes left alone)
 *     yugong_core_tombstone        <- sp of every freed stack of the thread
 *                                  <- RSP on entry, 16-byte aligned
 */
	.p2align 4
	.globl	yugong_core_tombstone
	.hidden	yugong_core_tombstone
	.type	yugong_core_tombstone, @function
yugong_core_tombstone:
	.cfi_startproc
	.cfi_undefined %rip
	subq	$16, %rsp
	call	yugong_core_tombstone_reached
	hlt
	.cfi_endproc
	.size	yugong_core_tombstone, . - yugong_core_tombstone

/* In: RDI the paused stack, RSI RDX RCX R8 arguments, R10 the thunk's number (kept by _yg_host_call). */
	.p2align 4
	.globl	yugong_core_host_shim
	.hidden	yugong_core_host_shim
	.type	yugong_core_host_shim, @function
yugong_core_host_shim:
	.cfi_startproc
	movq	%r10, %r9
	jmp	yugong_core_call_javascript
	.cfi_endproc
	.size	yugong_core_host_shim, . - yugong_core_host_shim

	.section .note.GNU-stack, "", @progbits
