/* SPDX-License-Identifier: MIT
 *
 * yugong-asm.h for x86-64 System V:
 *
 *     name: r11 = target; goto _yg_host_call
 *
 * The jump goes through the GOT, never through the PLT: lazy binding would destroy R11. The linker makes it direct where it can.
 */
#ifndef YUGONG_ASM_X86_64_H
#define YUGONG_ASM_X86_64_H

#ifdef __ASSEMBLER__

.macro YG_HOST_THUNK name, target
	.pushsection .text
	.p2align 4
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	.cfi_startproc
	movq	\target@GOTPCREL(%rip), %r11
	jmp	*_yg_host_call@GOTPCREL(%rip)
	.cfi_endproc
	.size	\name, . - \name
	.popsection
.endm

#else

#define YG_HOST_THUNK(name, target)                                                                                                  \
  __asm__(".pushsection .text\n"                                                                                                     \
          "	.p2align 4\n"                                                                                                              \
          "	.globl	" #name "\n"                                                                                                        \
          "	.hidden	" #name "\n"                                                                                                       \
          "	.type	" #name ", @function\n" #name ":\n"                                                                                  \
          "	.cfi_startproc\n"                                                                                                          \
          "	movq	" #target "@GOTPCREL(%rip), %r11\n"                                                                                   \
          "	jmp	*_yg_host_call@GOTPCREL(%rip)\n"                                                                                       \
          "	.cfi_endproc\n"                                                                                                            \
          "	.size	" #name ", . - " #name "\n"                                                                                          \
          ".popsection\n")

#endif
#endif
