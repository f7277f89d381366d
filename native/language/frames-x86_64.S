/* SPDX-License-Identifier: MIT
 *
 * Functions that the runtime pushes on language stacks (yg_push_frame_payload): function(payload, first, second). Each moves its
 * arguments to where the real function expects them and jumps, so that no frame of its own is ever on the stack.
 *
 *     yl_leave              swap to another stack         bottom frame of the main program; of a coroutine that died of an error
 *     yl_start              begin a compiled function     above yl_leave
 *     yl_end_extension      go on in the base             bottom frame of an extension (stack-extension.h)
 *     yl_interpreter_resume begin an interpreter frame in the middle of its function
 *
 * On entry of each: RDI payload, RSI first value, RDX second value, RSP as at any function's entry.
 * The offsets are checked by static_asserts in layout.cc.
 */
    .text

/* payload: current, next.   yg_stack_swap2(current, next, first, second) */
    .globl yl_leave
    .hidden yl_leave
    .type yl_leave, @function
yl_leave:
    .cfi_startproc
    mov %rdx, %rcx
    mov %rsi, %rdx
    mov 8(%rdi), %rsi
    mov (%rdi), %rdi
    jmp yg_stack_swap2@PLT
    .cfi_endproc
    .size yl_leave, . - yl_leave

/* payload: co.   yl_leave_extension(co, first, second) */
    .globl yl_end_extension
    .hidden yl_end_extension
    .type yl_end_extension, @function
yl_end_extension:
    .cfi_startproc
    mov (%rdi), %rdi
    jmp yl_leave_extension
    .cfi_endproc
    .size yl_end_extension, . - yl_end_extension

/* payload: co, callee, entry, argc, a0, a1, a2.   entry(co, callee, argc, a0, a1, a2) */
    .globl yl_start
    .hidden yl_start
    .type yl_start, @function
yl_start:
    .cfi_startproc
    mov 16(%rdi), %rax
    mov 8(%rdi), %rsi
    mov 24(%rdi), %rdx
    mov 32(%rdi), %rcx
    mov 40(%rdi), %r8
    mov 48(%rdi), %r9
    mov (%rdi), %rdi
    jmp *%rax
    .cfi_endproc
    .size yl_start, . - yl_start

/* payload: InterpreterPayload.   yl_interpreter(co, closure, mode, payload, first, second) */
    .globl yl_interpreter_resume
    .hidden yl_interpreter_resume
    .type yl_interpreter_resume, @function
yl_interpreter_resume:
    .cfi_startproc
    mov %rdi, %rcx
    mov %rsi, %r8
    mov %rdx, %r9
    mov 24(%rcx), %rdx
    mov 8(%rcx), %rsi
    mov (%rcx), %rdi
    jmp yl_interpreter
    .cfi_endproc
    .size yl_interpreter_resume, . - yl_interpreter_resume

/* yl_probed_resume(payload, &ticks, function): *ticks = now; function(payload, nil, 0). See probes.h. */
    .globl yl_probed_resume
    .hidden yl_probed_resume
    .type yl_probed_resume, @function
yl_probed_resume:
    .cfi_startproc
    mov %rdx, %rcx
    rdtsc
    shl $32, %rdx
    or %rdx, %rax
    mov %rax, (%rsi)
    movabs $0xFFFA000000000000, %rsi
    xor %edx, %edx
    jmp *%rcx
    .cfi_endproc
    .size yl_probed_resume, . - yl_probed_resume

/* yl_timed_deopt(co): yl_probed_deopt(co, now). What code that is measured has in place of yl_deopt. */
    .globl yl_timed_deopt
    .hidden yl_timed_deopt
    .type yl_timed_deopt, @function
yl_timed_deopt:
    .cfi_startproc
    rdtsc
    shl $32, %rdx
    or %rdx, %rax
    mov %rax, %rsi
    jmp yl_probed_deopt
    .cfi_endproc
    .size yl_timed_deopt, . - yl_timed_deopt

    .section .note.GNU-stack,"",@progbits
