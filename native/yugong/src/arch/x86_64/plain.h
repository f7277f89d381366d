/* SPDX-License-Identifier: MIT
 *
 * In builds that tell a sanitizer which stack runs, the public names belong to the entries in announced.S, and what they stand for otherwise
 * has a name of its own.
 */
#ifndef YUGONG_ARCH_X86_64_PLAIN_H
#define YUGONG_ARCH_X86_64_PLAIN_H

#ifdef YUGONG_SANITIZER_FIBERS
#define yg_stack_swap _yg_plain_stack_swap
#define yg_stack_swap2 _yg_plain_stack_swap2
#define yg_stack_swap_fp _yg_plain_stack_swap_fp
#define yg_host_call _yg_plain_host_call_to
#define _yg_host_call _yg_plain_host_call
	.hidden	yg_stack_swap, yg_stack_swap2, yg_stack_swap_fp, yg_host_call, _yg_host_call
#endif

#endif
