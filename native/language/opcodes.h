// SPDX-License-Identifier: MIT
// The few instructions that the runtime knows by number; opcodes-test.cc compares them with OPCODES in lang/bytecode.ts.
#pragma once
#include <cstdint>

namespace yl {

enum Opcode : int64_t { kOpNewTable = 9, kOpAdd = 15, kOpSub = 16, kOpMul = 17, kOpDiv = 18, kOpMod = 19, kOpPow = 20, kOpUnm = 21, kOpTForCall = 37, kOpCall = 39, kOpTailCall = 41 };

} // namespace yl
