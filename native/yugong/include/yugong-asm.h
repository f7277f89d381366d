/* SPDX-License-Identifier: MIT
 *
 * Thunks through which compiled code calls functions on the host stack (see yg_host_call in yugong.h).
 *
 * In an assembly file (.S):                In C++, at file scope:
 *
 *     #include "yugong-asm.h"                  #include "yugong-asm.h"
 *     YG_HOST_THUNK name, target               YG_HOST_THUNK(name, target)
 *
 * Both define the function `name`, of hidden visibility: it has the arguments and results of `target` (at most six words, the first of
 * which is the current yg_stack; at most two words of result), and runs it on the host stack while the caller's stack is paused.
 */
#ifndef YUGONG_ASM_H
#define YUGONG_ASM_H

#if defined(__x86_64__)
#include "yugong-asm-x86_64.h"
#else
#error "yugong supports x86-64 System V only"
#endif

#endif
