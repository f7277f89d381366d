// SPDX-License-Identifier: MIT
//
// Every installed header is valid C++, and the program of consumer.c runs.
#if __has_include(<yugong.hpp>)
#include <yugong.hpp>
#endif
#include <yugong-asm.h>

#include "consumer.c"
