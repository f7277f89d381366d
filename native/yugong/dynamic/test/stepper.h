// SPDX-License-Identifier: MIT
//
// Ground truth: runs procedures with the processor's trap flag. When one is entered, the registers are what an unwinder must recover
// from every instruction of it until it returns.
#ifndef YUGONG_DYNAMIC_TEST_STEPPER_H
#define YUGONG_DYNAMIC_TEST_STEPPER_H

#include "assembler.h"

// Registers of one frame, by DWARF number.
struct Registers {
  uint64_t values[YG_DYN_REGISTER_COUNT];
};

// The caller's frames of an interrupted one, innermost first; at most `count`.
using Unwinder = int (*)(void *ucontext, Registers *frames, int count);
int unwindByRegions(void *ucontext, Registers *frames, int count);

struct StepResult {
  bool kept_registers;
  int stops;                          // instructions of the procedures at which the unwinder was asked
  std::vector<uintptr_t> stopped_at;  // distinct addresses, sorted
  std::vector<std::string> failures;
};

StepResult stepThrough(const std::vector<const Loaded *> &procedures, uintptr_t argument, Unwinder unwinder);

// All instruction starts of straight-line code that was emitted were stopped at, and nothing failed.
#define EXPECT_STEPS_WELL(result)                                                      \
  do {                                                                                 \
    EXPECT_TRUE((result).kept_registers);                                              \
    EXPECT_EQ("", (result).failures.empty() ? std::string() : (result).failures[0]);   \
    EXPECT_GT((result).stops, 0);                                                      \
  } while (false)

#endif
