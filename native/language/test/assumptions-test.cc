// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "assumptions.h"
#include "engine.h"

namespace yl {

TEST(Assumptions, EndOnceAndForAllThatDepend) {
  Assumptions assumptions;
  int a = 0, b = 0;
  uint32_t about_a = assumptions.assume(&a), about_b = assumptions.assume(&b);
  EXPECT_EQ(assumptions.assume(&a), about_a);
  assumptions.add_dependent(about_a, 7);
  assumptions.add_dependent(about_a, 8);
  assumptions.add_dependent(about_a, 9);
  assumptions.add_dependent(about_b, 7);
  assumptions.remove_dependent(about_a, 8);
  EXPECT_EQ(assumptions.end(&a), (std::vector<uint32_t>{7, 9}));
  EXPECT_FALSE(assumptions.holds(about_a));
  EXPECT_TRUE(assumptions.holds(about_b));
  EXPECT_TRUE(assumptions.end(&a).empty());
  uint32_t anew = assumptions.assume(&a);
  EXPECT_NE(anew, about_a);
  EXPECT_TRUE(assumptions.holds(anew));
  EXPECT_FALSE(assumptions.holds(1000));
}

TEST(Assumptions, GlobalsAreWatchedUntilTheyAreAssignedAgain) {
  Runtime runtime({}, {});
  GlobalCell &cell = runtime.globals.cell(runtime.string("variable"));
  runtime.globals.set(cell, box_int(1));
  EXPECT_TRUE(cell.flags & kGlobalWatched);
  uint32_t id = runtime.assumptions.assume(&cell);
  runtime.globals.set(cell, box_int(2));
  EXPECT_FALSE(cell.flags & kGlobalWatched);
  EXPECT_FALSE(runtime.assumptions.holds(id));
}

TEST(Assumptions, CodeIsRefusedWhenOneHasEnded) {
  Runtime runtime({}, {});
  CodeDescription description;
  description.name = "late";
  description.assumptions = {runtime.assumptions.assume(&runtime)};
  runtime.end_assumption(&runtime, "for the test");
  std::string error;
  EXPECT_EQ(runtime.register_code(description, 0, &error), nullptr);
  EXPECT_NE(error.find("an assumption has ended"), std::string::npos) << error;
}

} // namespace yl
