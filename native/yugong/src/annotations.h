// SPDX-License-Identifier: MIT
//
// What memory checkers have to be told about stacks. Empty unless built with YUGONG_VALGRIND or AddressSanitizer.
//
// Valgrind takes a small move of RSP for a change within one stack and kills what lies below it; so it must know where stacks lie, and
// that surgery may write below a paused SP. AddressSanitizer marks the surroundings of local variables in a frame when the frame is
// entered and unmarks them when it is left; a frame that is removed by surgery or with its stack is never left.
#ifndef YUGONG_ANNOTATIONS_H
#define YUGONG_ANNOTATIONS_H

#include <cstdint>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

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

}  // namespace yg

#endif
