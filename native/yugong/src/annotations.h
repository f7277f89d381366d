// SPDX-License-Identifier: MIT
//
// What checkers have to be told about stacks. Empty unless built with YUGONG_VALGRIND, AddressSanitizer or ThreadSanitizer.
//
// Valgrind takes a small move of RSP for a change within one stack and kills what lies below it; so it must know where stacks lie, and
// that surgery may write below a paused SP. AddressSanitizer marks the surroundings of local variables in a frame when the frame is
// entered and unmarks them when it is left; a frame that is removed by surgery or with its stack is never left. When something is
// thrown, it unmarks what is left of the stack, for which it must know which stack that is.
//
// ThreadSanitizer keeps a list of the functions that have been entered and not left. Without fibers, the frames of all stacks that are
// suspended or were given up are on the one list of the thread, which overflows; and what one stack does after another looks ordered
// though a thread each may have run them. It can tell 8128 fibers and threads apart, and ends the process when there are more.
//
// Both sanitizers are told of a swap, and of both halves of a host call, before it is made: by yg_announce_swap, which is called by entries
// that only such builds have (arch/*/announced.S). The CMake option YUGONG_SANITIZER_FIBERS chooses them.
#ifndef YUGONG_ANNOTATIONS_H
#define YUGONG_ANNOTATIONS_H

#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1
#endif
#endif

struct yg_stack;

namespace yg {

#if defined(YUGONG_VALGRIND)
void annotateStackMade(uintptr_t start, uintptr_t size);
void annotateStackGone(uintptr_t start);
#else
inline void annotateStackMade(uintptr_t, uintptr_t) {}
inline void annotateStackGone(uintptr_t) {}
#endif

#if defined(YUGONG_VALGRIND) || defined(__SANITIZE_ADDRESS__)
// Nothing lies in this memory any more; it may be written.
void annotateUnused(uintptr_t start, uintptr_t size);
#else
inline void annotateUnused(uintptr_t, uintptr_t) {}
#endif

#if defined(YUGONG_SANITIZER_FIBERS)
// The stack, which is paused, never runs again.
void annotateFiberGone(yg_stack *stack);
#else
inline void annotateFiberGone(yg_stack *) {}
#endif

}  // namespace yg

#endif
