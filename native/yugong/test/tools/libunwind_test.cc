// SPDX-License-Identifier: MIT
//
// Stock libunwind steps through registered code. A program of its own: libunwind also has the functions by which C++ throws, and whoever
// links it throws by them.
#define UNW_LOCAL_ONLY
#include <gtest/gtest.h>
#include <libunwind.h>

#include <algorithm>
#include <stdexcept>

#include "jit_code.h"

namespace {

std::vector<uintptr_t> seen;

bool saw(uintptr_t pc) { return std::find(seen.begin(), seen.end(), pc) != seen.end(); }

int name_status;

uintptr_t backtraceByLibunwind(uintptr_t value) {
  seen.clear();
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  do {
    unw_word_t pc, offset;
    unw_get_reg(&cursor, UNW_REG_IP, &pc);
    seen.push_back(pc);
    char name[100];
    int status = unw_get_proc_name(&cursor, name, sizeof name, &offset);
    if (seen.size() == 2) name_status = status;
  } while (seen.size() < 100 && unw_step(&cursor) > 0);
  return value;
}

}  // namespace

TEST(ToolsLibunwind, StepsThroughRegisteredCode) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_LIBUNWIND));
  ASSERT_EQ(uint32_t{YG_PUBLISH_LIBUNWIND}, yg_code_published(code.code));
  for (int i = 0; i < 2; i++) {  // the second time from libunwind's cache
    EXPECT_EQ(8u, code.call(backtraceByLibunwind, 7));
    ASSERT_TRUE(saw(code.returnAddress()));
    EXPECT_GT(seen.size(), 6u) << "it goes on below";
    EXPECT_NE(0, name_status) << "libunwind has learnt to name code in remote tables: say so in yugong-publish.h";
  }
  ASSERT_EQ(YG_OK, code.unregister());
  code.call(backtraceByLibunwind, 7);
  EXPECT_LE(seen.size(), 3u) << "it has been taken back";
}

// src/publish_frames.cc has this structure without the header.
TEST(ToolsLibunwind, TheStructureIsTheOneThatWeHave) {
  EXPECT_EQ(56u, offsetof(unw_dyn_info_t, u));
  EXPECT_EQ(40u, offsetof(unw_dyn_info_t, format));
  EXPECT_EQ(80u, offsetof(unw_dyn_info_t, u.rti.table_data));
  EXPECT_GE(56u + 12 * 8, sizeof(unw_dyn_info_t));
  EXPECT_EQ(2, UNW_INFO_FORMAT_REMOTE_TABLE);
}

TEST(ToolsLibunwind, ExceptionsThatItThrowsGoThroughRegisteredCode) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_LIBUNWIND | YG_PUBLISH_FRAMES));
  auto thrower = +[](uintptr_t) -> uintptr_t { throw std::runtime_error("thrown"); };
  EXPECT_THROW(code.call(thrower, 1), std::runtime_error);
}
