// SPDX-License-Identifier: MIT
//
// The interface of yugong-publish.h: wrong use, lists, and the unwind section's two forms.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "eh_frame.h"
#include "jit_code.h"
#include "publish_bytes.h"
#include "publish_eh_frame.h"

extern "C" {
struct DebugStack {
  DebugStack *next, *previous;
  yg_stack *stack;
  const char *name;
};
extern DebugStack *yg_debug_stacks;
}

namespace {

std::vector<std::pair<yg_stack *, std::string>> listed() {
  std::vector<std::pair<yg_stack *, std::string>> stacks;
  for (DebugStack *at = yg_debug_stacks; at != nullptr; at = at->next) stacks.emplace_back(at->stack, at->name);
  return stacks;
}

class DeletePerfMap : public testing::Environment {
  void TearDown() override { unlink(("/tmp/perf-" + std::to_string(getpid()) + ".map").c_str()); }
};
testing::Environment *const environment = testing::AddGlobalTestEnvironment(new DeletePerfMap);

}  // namespace

TEST(ToolsPublish, RejectsWrongDetails) {
  JitCode code;
  yg_code_description description = code.description();
  auto expect = [&](const char *message, const yg_publish_details &details) {
    const char *said = "";
    EXPECT_EQ(YG_ERROR_ARGUMENT, yg_code_register_published(&description, &details, &code.code, &said));
    EXPECT_STREQ(message, said);
    EXPECT_EQ(nullptr, code.code);
  };
  yg_publish_symbol symbol{code.start() + JitCode::kCodeSize - 4, 5, "too long"}, nameless{code.start(), 5, nullptr};
  yg_publish_line outside{code.start() - 1, "a", 1}, lines[2] = {{code.start() + 2, "a", 1}, {code.start(), "a", 2}};
  expect("publish: unknown target", {64, nullptr, 0, nullptr, 0});
  expect("publish: unknown target", {YG_PUBLISH_STACKS, nullptr, 0, nullptr, 0});
  expect("publish: malformed details", {0, nullptr, 1, nullptr, 0});
  expect("publish: a symbol without a name or outside the code", {0, &symbol, 1, nullptr, 0});
  expect("publish: a symbol without a name or outside the code", {0, &nameless, 1, nullptr, 0});
  expect("publish: a line without a file or outside the code", {0, nullptr, 0, &outside, 1});
  expect("publish: lines are not sorted", {0, nullptr, 0, lines, 2});
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_code_register_published(&description, nullptr, &code.code, nullptr));
}

TEST(ToolsPublish, RejectsWrongOptions) {
  yg_publish_options options{64, 0, nullptr};
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_publish_options_set(&options));
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_publish_options_set(nullptr));
  std::string longest(4000, 'x');
  options = {0, 0, longest.c_str()};
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_publish_options_set(&options));
}

TEST(ToolsPublish, AFailedRegistrationPublishesNothing) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_FRAMES | YG_PUBLISH_GDB));
  yg_code_description description = code.description();
  yg_publish_details details{YG_PUBLISH_GDB, nullptr, 0, nullptr, 0};
  yg_code *second = nullptr;
  EXPECT_EQ(YG_ERROR_FORMAT, yg_code_register_published(&description, &details, &second, nullptr)) << "its unwind info is overwritten";
  EXPECT_EQ(0u, yg_code_published(second));
}

TEST(ToolsPublish, ManyPiecesEverywhereFromManyThreads) {
  uint32_t targets = YG_PUBLISH_FRAMES | YG_PUBLISH_LIBUNWIND | YG_PUBLISH_GDB | YG_PUBLISH_PERF_MAP;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([targets] {
      for (int round = 0; round < 20; round++) {
        JitCode codes[3];
        for (JitCode &code : codes) EXPECT_EQ(YG_OK, code.publish(targets, true));
        EXPECT_EQ(YG_OK, codes[1].unregister());
      }
    });
  for (std::thread &thread : threads) thread.join();
}

TEST(ToolsStacks, AreListedWhileTheOptionsSaySo) {
  yg_publish_options options{YG_PUBLISH_STACKS, 0, nullptr};
  ASSERT_EQ(YG_OK, yg_publish_options_set(&options));
  yg_stack first, second, third{};
  ASSERT_EQ(YG_OK, yg_stack_new(&first, 4096));
  alignas(16) static char memory[4096];
  ASSERT_EQ(YG_OK, yg_stack_new_in(&second, memory, sizeof memory));
  options.targets = 0;
  ASSERT_EQ(YG_OK, yg_publish_options_set(&options));
  EXPECT_EQ(YG_OK, yg_stack_publish(&third, "host"));
  EXPECT_EQ(YG_OK, yg_stack_publish(&first, "renamed"));
  std::vector<std::pair<yg_stack *, std::string>> expected{{&third, "host"}, {&second, ""}, {&first, "renamed"}};
  EXPECT_EQ(expected, listed());
  EXPECT_EQ(YG_OK, yg_stack_free(&second));
  EXPECT_EQ(2u, listed().size());
  EXPECT_EQ(YG_OK, yg_stack_free(&first));
  EXPECT_EQ(YG_OK, yg_stack_unpublish(&third));
  EXPECT_EQ(0u, listed().size());
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_stack_unpublish(&third));
  EXPECT_EQ(YG_ERROR_ARGUMENT, yg_stack_publish(nullptr, "x"));
}

// ---- the unwind section -------------------------------------------------------------------------------------------------------------

TEST(ToolsUnwindSection, AbsoluteFormSaysTheSame) {
  std::vector<uint8_t> bytes(256);
  uintptr_t section = reinterpret_cast<uintptr_t>(bytes.data()), code = section + 4096;
  std::vector<uint8_t> info = unwindInfo(code, section);
  std::memcpy(bytes.data(), info.data(), info.size());
  yg::UnwindSection parsed;
  ASSERT_TRUE(parsed.parse(bytes.data(), info.size()));
  ASSERT_EQ(2u, parsed.fdes().size());
  std::vector<uint32_t> offsets;
  std::vector<uint8_t> absolute = parsed.absolute(&offsets);
  ASSERT_EQ(2u, offsets.size());
  yg::EhFrame again;
  const char *message = "";
  ASSERT_EQ(YG_OK, again.parse(absolute.data(), absolute.size(), &message)) << message;
  for (uintptr_t pc = code; pc < code + JitCode::kCallSize; pc++) {
    ASSERT_NE(nullptr, again.find(pc));
    EXPECT_EQ(code, again.find(pc)->start);
    yg::UnwindPlan plan;
    EXPECT_EQ(YG_OK, yg::makePlan(*again.find(pc), pc, &plan, &message));
    EXPECT_TRUE(plan.exists());
  }
  EXPECT_EQ(nullptr, again.find(code + JitCode::kCallSize));
}

TEST(ToolsUnwindSection, KeepsPersonalityAndLanguageData) {
  static uintptr_t personality_cell = 0x1234567890;
  yg::ByteWriter out;
  size_t cie = out.beginLength();
  out.u32(0);
  out.u8(1);
  out.string("zPLRS");
  for (uint8_t byte : {1, 0x78, 16, 11}) out.u8(byte);
  out.u8(0x80);  // absolute, indirect
  out.u64(reinterpret_cast<uintptr_t>(&personality_cell));
  out.u8(0);
  out.u8(0);
  out.endLength(cie);
  for (uint64_t language_data : {0x7000, 0}) {
    size_t fde = out.beginLength();
    out.u32(out.size());
    out.u64(language_data == 0 ? 0x6000 : 0x5000);
    out.u64(0x10);
    out.u8(8);
    out.u64(language_data);
    out.endLength(fde);
  }
  yg::UnwindSection parsed, again;
  ASSERT_TRUE(parsed.parse(out.bytes.data(), out.size()));
  std::vector<uint32_t> offsets;
  std::vector<uint8_t> absolute = parsed.absolute(&offsets);
  ASSERT_TRUE(again.parse(absolute.data(), absolute.size()));
  ASSERT_EQ(2u, again.fdes().size());
  EXPECT_EQ(0x7000u, again.fdes()[0].lsda);
  EXPECT_EQ(0u, again.fdes()[1].lsda);
  uintptr_t personality;
  std::memcpy(&personality, absolute.data() + 9 + 6 + 5, sizeof personality);
  EXPECT_EQ(personality_cell, personality);
}

TEST(ToolsUnwindSection, TruncatedAndBrokenBytesAreRejectedWithoutReadingPastTheEnd) {
  std::vector<uint8_t> whole = unwindInfo(0x1000, 0x2000);
  for (size_t size = 0; size < whole.size(); size++) {
    std::vector<uint8_t> bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size));
    yg::UnwindSection parsed;
    parsed.parse(bytes.data(), bytes.size());
    EXPECT_LE(parsed.fdes().size(), 1u);
  }
  for (size_t at = 0; at < whole.size(); at++)
    for (uint8_t value : {0x00, 0x7f, 0xff}) {
      if (at >= 9 && at < 18) continue;  // an indirect personality is as good as the bytes that say where it is
      std::vector<uint8_t> bytes = whole;
      bytes[at] = value;
      yg::UnwindSection parsed;
      std::vector<uint32_t> offsets;
      if (parsed.parse(bytes.data(), bytes.size())) parsed.absolute(&offsets);
    }
}
