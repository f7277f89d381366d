// SPDX-License-Identifier: MIT
//
// The one switch between architectures.
#ifndef YUGONG_ARCH_ARCH_H
#define YUGONG_ARCH_ARCH_H

#if defined(__x86_64__) && !defined(_WIN32)
#include "x86_64/arch.h"
#else
#error "yugong supports x86-64 System V only"
#endif

#endif
