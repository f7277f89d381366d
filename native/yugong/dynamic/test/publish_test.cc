// SPDX-License-Identifier: MIT
//
// C++ exceptions cross procedures that only regions describe. Built twice: libunwind, when it is linked, takes libgcc's place as the
// unwinder of exceptions.
#include <gtest/gtest.h>

#include <stdexcept>

#include "procedures.h"
#include "yugong-publish.h"

namespace {

void throwing() { throw std::runtime_error("thrown below"); }

#ifdef YUGONG_TEST_LINKS_LIBUNWIND
constexpr uint32_t kUnwinderOfExceptions = YG_PUBLISH_LIBUNWIND;
#else
constexpr uint32_t kUnwinderOfExceptions = YG_PUBLISH_FRAMES;
#endif

}  // namespace

// The exception crosses the procedure, whose callee-saved registers come back.
TEST(DynamicPublish, ExceptionsCrossAProcedure) {
  CodeArea area;
  Procedure p("throws");
  p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.move(RBP, RSP).save(RSP, RBP);
  p.moveStackPointer(-40).add(RSP, -40);
  p.store(RSP, 8, R12).spillSp(R12, 8);
  for (int reg : {RBX, R12}) p.immediate(reg, 0);
  p.callAbsolute(reinterpret_cast<uintptr_t>(throwing));
  p.load(R12, RSP, 8).restore(R12);
  p.leave().restore(RSP).add(RSP, 8).restore(RBP);
  p.pop(RBX).popFrames(1);
  p.ret();
  Loaded procedure(area, std::move(p));
  yg_dyn_publication *publication;
  ASSERT_EQ(YG_DYN_OK, yg_dyn_publish(&procedure.info, kUnwinderOfExceptions, &publication));
  volatile uint64_t kept = 42;
  std::string message;
  try {
    reinterpret_cast<void (*)()>(procedure.info.start_ip)();
  } catch (const std::runtime_error &error) {
    message = error.what();
  }
  EXPECT_EQ("thrown below", message);
  EXPECT_EQ(42u, kept);
  EXPECT_EQ(YG_DYN_OK, yg_dyn_withdraw(publication));
}

TEST(DynamicPublish, RefusesWhatItCannotDo) {
  CodeArea area;
  Procedure p("twice");
  p.nop().ret();
  Loaded procedure(area, std::move(p));
  yg_dyn_publication *first, *second;
  EXPECT_EQ(YG_DYN_ERROR_ARGUMENT, yg_dyn_publish(nullptr, YG_PUBLISH_GDB, &first));
  ASSERT_EQ(YG_DYN_OK, yg_dyn_publish(&procedure.info, YG_PUBLISH_GDB, &first));
  EXPECT_EQ(YG_DYN_ERROR_OVERLAP, yg_dyn_publish(&procedure.info, YG_PUBLISH_GDB, &second));
  EXPECT_EQ(nullptr, second);
  EXPECT_EQ(YG_DYN_OK, yg_dyn_withdraw(first));
  EXPECT_EQ(YG_DYN_ERROR_ARGUMENT, yg_dyn_withdraw(nullptr));
}
