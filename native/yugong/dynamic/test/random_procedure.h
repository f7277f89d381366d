// SPDX-License-Identifier: MIT
#ifndef YUGONG_DYNAMIC_TEST_RANDOM_PROCEDURE_H
#define YUGONG_DYNAMIC_TEST_RANDOM_PROCEDURE_H

#include <random>

#include "assembler.h"

// Code and regions made together: pushes, spills, register saves, a frame register or none, depth that varies, an early exit behind a
// label, region ends anywhere, epilogues piece by piece or with POP_FRAMES.
Procedure randomProcedure(std::mt19937 &random);

#endif
