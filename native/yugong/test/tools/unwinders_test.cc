// SPDX-License-Identifier: MIT
//
// C++ exceptions and libgcc's unwinder go through registered code, and no longer when it has been unregistered.
#include <gtest/gtest.h>
#include <unwind.h>

#include <algorithm>
#include <stdexcept>

#include "jit_code.h"

namespace {

std::vector<uintptr_t> seen;

bool saw(uintptr_t pc) { return std::find(seen.begin(), seen.end(), pc) != seen.end(); }

uintptr_t thrower(uintptr_t value) {
  if (value != 0) throw std::runtime_error("thrown above registered code");
  return 0;
}

std::string catchThrough(const JitCode &code) {
  try {
    code.call(thrower, 1);
  } catch (const std::exception &exception) {
    return exception.what();
  }
  return "";
}

uintptr_t backtraceByLibgcc(uintptr_t value) {
  seen.clear();
  auto note = [](_Unwind_Context *context, void *) {
    seen.push_back(_Unwind_GetIP(context));
    return seen.size() < 200 ? _URC_NO_REASON : _URC_END_OF_STACK;
  };
  _Unwind_Backtrace(note, nullptr);
  return value;
}

yg_stack host, language;
const JitCode *language_code;

uintptr_t onLanguageStack(uintptr_t value) {
  uintptr_t result = 1;
  try {
    language_code->call(thrower, value);
  } catch (const std::exception &) {
    result = 2;
  }
  language_code->call(backtraceByLibgcc, 0);
  yg_stack_swap(&language, &host, result);
  return 0;
}

}  // namespace

TEST(ToolsFrames, AnExceptionIsThrownThroughRegisteredCode) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_FRAMES)) << code.message;
  EXPECT_EQ(uint32_t{YG_PUBLISH_FRAMES}, yg_code_published(code.code));
  EXPECT_EQ("thrown above registered code", catchThrough(code));
  EXPECT_EQ(1u, code.call(thrower, 0));
}

TEST(ToolsFrames, AnExceptionOnALanguageStack) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_FRAMES));
  language_code = &code;
  ASSERT_EQ(YG_OK, yg_stack_new(&language, 256 << 10));
  yg_cursor cursor;
  ASSERT_EQ(YG_OK, yg_cursor_new(&cursor, &language));
  ASSERT_EQ(YG_OK, yg_push_frame(&cursor, reinterpret_cast<uintptr_t>(&onLanguageStack)));
  EXPECT_EQ(2u, yg_stack_swap(&host, &language, 1));
  EXPECT_TRUE(saw(code.returnAddress()));
  EXPECT_EQ(YG_OK, yg_stack_free(&language));
}

TEST(ToolsFrames, UnwindBacktraceGoesThroughRegisteredCode) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_FRAMES));
  EXPECT_EQ(8u, code.call(backtraceByLibgcc, 7));
  ASSERT_TRUE(saw(code.returnAddress()));
  EXPECT_GT(seen.size(), 6u) << "it goes on below";
  ASSERT_EQ(YG_OK, code.unregister());
  code.call(backtraceByLibgcc, 7);
  EXPECT_FALSE(saw(code.returnAddress()) && seen.size() > 6u) << "it has been taken back";
}

TEST(ToolsFramesDeathTest, NothingCatchesOnceTheCodeIsUnregistered) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_FRAMES));
  ASSERT_EQ(YG_OK, code.unregister());
  EXPECT_DEATH(catchThrough(code), "terminate");
}

TEST(ToolsFrames, OnlyWhatIsAskedFor) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(0));
  EXPECT_EQ(0u, yg_code_published(code.code));
}

// Nobody has told this program's unwinders about stock libunwind.
TEST(ToolsFrames, LibunwindIsNotReachedWhereItIsNotLoaded) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_LIBUNWIND | YG_PUBLISH_FRAMES));
  EXPECT_EQ(uint32_t{YG_PUBLISH_FRAMES}, yg_code_published(code.code));
}

TEST(ToolsFrames, ByTheOptions) {
  yg_publish_options options{YG_PUBLISH_FRAMES, 0, nullptr};
  ASSERT_EQ(YG_OK, yg_publish_options_set(&options));
  JitCode code;
  yg_code_description description = code.description();
  ASSERT_EQ(YG_OK, yg_code_register(&description, &code.code, nullptr));
  options.targets = 0;
  ASSERT_EQ(YG_OK, yg_publish_options_set(&options));
  EXPECT_EQ(uint32_t{YG_PUBLISH_FRAMES}, yg_code_published(code.code));
  EXPECT_EQ("thrown above registered code", catchThrough(code));
}
