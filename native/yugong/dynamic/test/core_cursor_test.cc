// SPDX-License-Identifier: MIT
//
// The core's cursor walks through frames that only regions describe.
#include <gtest/gtest.h>

#include "procedures.h"
#include "yugong.h"

namespace {

yg_stack host, paused;
uintptr_t entry_point;

extern "C" __attribute__((noinline)) void dyn_test_pause() { yg_stack_swap(&paused, &host, 5); }

extern "C" uintptr_t dyn_test_body() {
  reinterpret_cast<void (*)()>(entry_point)();
  yg_stack_swap(&paused, &host, 6);
  return 0;
}

// Calls `target` from a frame with pushes, a spill and a register save that no call keeps.
Procedure calling(const char *name, uintptr_t target, bool has_frame) {
  Procedure p(name);
  p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  if (has_frame) p.move(RBP, RSP).save(RSP, RBP);
  p.moveStackPointer(-40).add(RSP, -40);
  p.store(RSP, 16, R12).spillSp(R12, 16);
  p.immediate(RBX, 1).immediate(R12, 2);
  p.callAbsolute(target);
  p.load(R12, RSP, 16).restore(R12);
  p.moveStackPointer(40).add(RSP, 40);
  p.pop(RBP).add(RSP, 8).restore(RBP);
  p.pop(RBX).popFrames(1);
  p.ret();
  return p;
}

std::vector<uintptr_t> pcs() {
  std::vector<uintptr_t> found;
  yg_cursor cursor;
  EXPECT_EQ(YG_OK, yg_cursor_new(&cursor, &paused));
  yg_status status;
  do found.push_back(yg_cursor_pc(&cursor));
  while ((status = yg_cursor_step(&cursor)) == YG_OK && found.size() < 50);
  EXPECT_EQ(YG_ERROR_BOTTOM, status);
  return found;
}

}  // namespace

TEST(DynamicCoreCursor, WalksThroughRegisteredProcedures) {
  CodeArea area;
  Loaded inner(area, calling("inner", reinterpret_cast<uintptr_t>(dyn_test_pause), false));
  Loaded outer(area, calling("outer", inner.info.start_ip, true));
  ASSERT_EQ(YG_DYN_OK, inner.enter());
  ASSERT_EQ(YG_DYN_OK, outer.enter());
  entry_point = outer.info.start_ip;
  ASSERT_EQ(YG_OK, yg_stack_new(&paused, 64 << 10));
  yg_cursor cursor;
  ASSERT_EQ(YG_OK, yg_cursor_new(&cursor, &paused));
  ASSERT_EQ(YG_OK, yg_push_frame(&cursor, reinterpret_cast<uintptr_t>(dyn_test_body)));
  EXPECT_EQ(5u, yg_stack_swap(&host, &paused, 0));
  std::vector<uintptr_t> found = pcs();
  int inners = 0, outers = 0;
  for (uintptr_t pc : found) inners += inner.contains(pc), outers += outer.contains(pc);
  EXPECT_EQ(1, inners);
  EXPECT_EQ(1, outers);

  // Without its regions, nobody finds the way.
  ASSERT_EQ(YG_DYN_OK, yg_dyn_cancel(&outer.info));
  ASSERT_EQ(YG_OK, yg_cursor_new(&cursor, &paused));
  yg_status status;
  while ((status = yg_cursor_step(&cursor)) == YG_OK) {
  }
  EXPECT_NE(YG_ERROR_BOTTOM, status);
  ASSERT_EQ(YG_DYN_OK, outer.enter());
  EXPECT_EQ(6u, yg_stack_swap(&host, &paused, 0));
  yg_stack_free(&paused);
}
