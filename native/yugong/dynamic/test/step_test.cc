// SPDX-License-Identifier: MIT
//
// Every instruction of the hand-assembled procedures, both ways through them, against the registers that their callers had.
#include <gtest/gtest.h>

#include <set>

#include "procedures.h"
#include "stepper.h"

namespace {

std::vector<const Loaded *> startingWith(const Procedures &procedures, size_t first) {
  std::vector<const Loaded *> list{procedures.all[first].get()};
  for (auto &procedure : procedures.all)
    if (procedure.get() != list[0]) list.push_back(procedure.get());
  return list;
}

}  // namespace

TEST(DynamicStep, EveryInstructionOfEveryProcedure) {
  Procedures procedures;
  ASSERT_NO_FATAL_FAILURE(procedures.enterAll());
  ASSERT_GE(procedures.all.size(), 19u);
  for (size_t i = 0; i < procedures.all.size(); i++) {
    SCOPED_TRACE(procedures.all[i]->name);
    std::set<uintptr_t> seen;
    for (uintptr_t argument : {0, 0x33}) {
      StepResult result = stepThrough(startingWith(procedures, i), argument, unwindByRegions);
      EXPECT_STEPS_WELL(result);
      seen.insert(result.stopped_at.begin(), result.stopped_at.end());
    }
    for (uintptr_t instruction : procedures.all[i]->instructions) EXPECT_TRUE(seen.count(instruction) == 1);
  }
}

TEST(DynamicStep, GoesOnThroughCompiledFrames) {
  Procedures procedures;
  ASSERT_NO_FATAL_FAILURE(procedures.enterAll());
  static size_t longest;
  auto toTheEnd = [](void *ucontext, Registers *frames, int count) {
    yg_dyn_cursor cursor;
    yg_dyn_cursor_from_ucontext(&cursor, ucontext);
    size_t length = 0;
    yg_dyn_status status = YG_DYN_OK;
    while ((status = yg_dyn_step(&cursor, nullptr, nullptr)) == YG_DYN_OK && length < 100) length++;
    EXPECT_EQ(YG_DYN_ERROR_BOTTOM, status) << yg_dyn_status_message(status);
    longest = std::max(longest, length);
    return unwindByRegions(ucontext, frames, count);
  };
  StepResult result = stepThrough({procedures.all[1].get()}, 0, toTheEnd);
  EXPECT_STEPS_WELL(result);
  EXPECT_GT(longest, 5u);
}
