// SPDX-License-Identifier: MIT
//
// Malformed stackmap and .eh_frame bytes: an error or a wrong answer, never a wild access (run it with AddressSanitizer).
#include <link.h>

#include <random>

#include "eh_frame.h"
#include "loaded_objects.h"
#include "stackmap.h"
#include "support.h"

namespace {

std::vector<uint8_t> stackmapBytes() { return {__start_yg_stackmaps, __stop_yg_stackmaps}; }

yg_status parse(const std::vector<uint8_t> &bytes) {
  yg::Stackmap stackmap;
  const char *message = "";
  // An exact heap copy, so that a sanitizer sees each byte too many.
  std::unique_ptr<uint8_t[]> copy(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  return yg::parseStackmap(copy.get(), bytes.size(), &stackmap, &message);
}

// One CIE and one FDE for [0x1000, 0x1100), by hand.
std::vector<uint8_t> ehFrame(std::initializer_list<uint8_t> rules) {
  std::vector<uint8_t> bytes = {
      20, 0, 0, 0, 0, 0, 0, 0, 1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x00,  // CIE: code 1, data -8, column 16, absolute pointers
      0x0c, 7, 8, 0x90, 1, 0, 0,                                      // def_cfa rsp+8; offset(16) cfa-8
  };
  std::vector<uint8_t> out = bytes;
  std::vector<uint8_t> body;
  for (int i = 0; i < 8; i++) body.push_back(i == 1 ? 0x10 : 0);
  for (int i = 0; i < 8; i++) body.push_back(i == 1 ? 0x01 : 0);
  body.push_back(0);
  body.insert(body.end(), rules);
  uint32_t length = static_cast<uint32_t>(body.size() + 4), back = static_cast<uint32_t>(bytes.size() + 4);
  for (int i = 0; i < 4; i++) out.push_back(static_cast<uint8_t>(length >> (8 * i)));
  for (int i = 0; i < 4; i++) out.push_back(static_cast<uint8_t>(back >> (8 * i)));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

yg_status plan(const std::vector<uint8_t> &bytes, uintptr_t pc, yg::UnwindPlan *out) {
  std::unique_ptr<uint8_t[]> copy(new uint8_t[bytes.size()]);
  std::copy(bytes.begin(), bytes.end(), copy.get());
  yg::EhFrame eh_frame;
  const char *message = "";
  if (yg_status status = eh_frame.parse(copy.get(), bytes.size(), &message)) return status;
  const yg::Fde *fde = eh_frame.find(pc);
  return fde == nullptr ? YG_ERROR_NO_PLAN : yg::makePlan(*fde, pc, out, &message);
}

// Where the plan finds a register, as an offset from the CFA; 0 when it has not been saved.
intptr_t savedAt(const yg::UnwindPlan &plan, int index) {
  for (int i = 0; i < plan.saved_count; i++)
    if (plan.saved[i].index() == index) return plan.saved[i].offset();
  return 0;
}

template <typename F>
void mutate(const std::vector<uint8_t> &original, int rounds, F check) {
  std::mt19937 random(42);
  for (int i = 0; i < rounds; i++) {
    std::vector<uint8_t> bytes = original;
    for (unsigned changes = 1 + random() % 4; changes != 0; changes--) {
      static const uint8_t interesting[] = {0, 1, 0x7f, 0x80, 0xff};
      bytes[random() % bytes.size()] = random() % 2 == 0 ? interesting[random() % 5] : static_cast<uint8_t>(random());
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    check(bytes);
  }
}

}  // namespace

TEST(StackmapFormat, Parses) {
  EXPECT_OK(parse(stackmapBytes()));
  EXPECT_OK(parse({}));
}

TEST(StackmapFormat, EveryTruncationIsAnErrorOrAWholeBlob) {
  std::vector<uint8_t> bytes = stackmapBytes();
  int whole = 0;
  for (size_t size = 0; size < bytes.size(); size++) whole += parse({bytes.begin(), bytes.begin() + static_cast<long>(size)}) == YG_OK;
  EXPECT_EQ(3, whole);  // nothing, and after the first and the second of three object files
}

TEST(StackmapFormat, Corruption) {
  mutate(stackmapBytes(), 20000, [](const std::vector<uint8_t> &bytes) { parse(bytes); });
}

TEST(StackmapFormat, Dump) {
  yg::Stackmap stackmap;
  const char *message;
  std::vector<uint8_t> bytes = stackmapBytes();
  EXPECT_OK(yg::parseStackmap(bytes.data(), bytes.size(), &stackmap, &message));
  char *text = nullptr;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  yg::dumpStackmap(stackmap, file);
  fclose(file);
  EXPECT_NE(nullptr, std::strstr(text, "Record ID: 101, instruction offset: "));
  EXPECT_NE(nullptr, std::strstr(text, "ConstantIndex #0 (1234567890123456789), size: 8"));
  free(text);
}

TEST(EhFrame, RulesApplyFromTheirAddressOn) {
  // push rbp at +1; sub rsp at +4; remember; epilogue at +0x20; restored at +0x24
  std::vector<uint8_t> bytes = ehFrame({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0e, 48, 0x0a, 0x02, 0x1c, 0x0e, 8, 0xc6, 0x44, 0x0b});
  yg::UnwindPlan p;
  EXPECT_OK(plan(bytes, 0x1000, &p));
  EXPECT_EQ(8, p.cfa_offset);
  EXPECT_EQ(yg::kSp, p.cfa_register);
  EXPECT_EQ(0, savedAt(p, yg::kFp));
  EXPECT_OK(plan(bytes, 0x1001, &p));
  EXPECT_EQ(16, p.cfa_offset);
  EXPECT_EQ(-16, savedAt(p, yg::kFp));
  EXPECT_OK(plan(bytes, 0x1004, &p));
  EXPECT_EQ(48, p.cfa_offset);
  EXPECT_OK(plan(bytes, 0x1020, &p));
  EXPECT_EQ(8, p.cfa_offset);
  EXPECT_EQ(0, savedAt(p, yg::kFp));
  EXPECT_OK(plan(bytes, 0x10ff, &p));
  EXPECT_EQ(48, p.cfa_offset);
  EXPECT_EQ(-16, savedAt(p, yg::kFp));
  EXPECT_STATUS(YG_ERROR_NO_PLAN, plan(bytes, 0x1100, &p));
}

TEST(EhFrame, FramePointerRules) {
  std::vector<uint8_t> bytes = ehFrame({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x83, 3, 0x8c, 4, 0x2e, 16});
  yg::UnwindPlan p;
  EXPECT_OK(plan(bytes, 0x1050, &p));
  EXPECT_EQ(yg::kFp, p.cfa_register);
  EXPECT_EQ(16, p.cfa_offset);
  EXPECT_EQ(-24, savedAt(p, yg::kRbx));
  EXPECT_EQ(-32, savedAt(p, yg::kR12));
}

TEST(EhFrame, ExpressionsGiveNoPlan) {
  yg::UnwindPlan p;
  EXPECT_OK(plan(ehFrame({0x0f, 3, 0x76, 0x78, 0x06}), 0x1050, &p));
  EXPECT_FALSE(p.exists());
  EXPECT_OK(plan(ehFrame({0x10, 6, 2, 0x76, 0}), 0x1050, &p));
  EXPECT_FALSE(p.exists());
  EXPECT_OK(plan(ehFrame({0x16, 6, 2, 0x76, 0}), 0x1050, &p));
  EXPECT_FALSE(p.exists());
  // A later def_cfa makes it plain again.
  EXPECT_OK(plan(ehFrame({0x0f, 3, 0x76, 0x78, 0x06, 0x41, 0x0c, 7, 32}), 0x1050, &p));
  EXPECT_TRUE(p.exists());
}

TEST(EhFrame, MalformedRules) {
  yg::UnwindPlan p;
  EXPECT_STATUS(YG_ERROR_FORMAT, plan(ehFrame({0x0b}), 0x1050, &p));              // restore without remember
  EXPECT_STATUS(YG_ERROR_FORMAT, plan(ehFrame({0x3f}), 0x1050, &p));              // unknown
  EXPECT_STATUS(YG_ERROR_FORMAT, plan(ehFrame({0x0c, 7}), 0x1050, &p));           // truncated
  EXPECT_STATUS(YG_ERROR_FORMAT, plan(ehFrame({0x0f, 100, 1}), 0x1050, &p));      // expression past the end
  EXPECT_STATUS(YG_ERROR_FORMAT, plan(ehFrame({0x0c, 0x80, 0x80}), 0x1050, &p));  // ULEB past the end
}

TEST(EhFrame, Corruption) {
  std::vector<uint8_t> original = ehFrame({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0e, 48, 0x0a, 0x02, 0x1c, 0x0e, 8, 0xc6, 0x44, 0x0b});
  for (size_t size = 0; size < original.size(); size++) {
    yg::UnwindPlan p;
    plan({original.begin(), original.begin() + static_cast<long>(size)}, 0x1050, &p);
  }
  mutate(original, 50000, [](const std::vector<uint8_t> &bytes) {
    yg::UnwindPlan p;
    plan(bytes, 0x1050, &p);
  });
}

TEST(LoadedObjects, FindsEveryKindOfFunction) {
  yg::LoadedObjects objects;
  yg::Fde fde;
  for (uintptr_t pc : {address(o0_recurse), address(o2_dynamic), address(test_keeper), address(&yg_stack_swap), address(&std::fputs)}) {
    ASSERT_TRUE(objects.find(pc, &fde));
    EXPECT_LE(fde.start, pc);
    EXPECT_GT(fde.end, pc);
  }
  EXPECT_FALSE(objects.find(0x10, &fde));
  EXPECT_FALSE(objects.find(UINTPTR_MAX - 16, &fde));
}

// This program's own .eh_frame, as gcc, LLVM and the assembler have made it: through the loader's index and as a whole section.
TEST(LoadedObjects, AgreeWithTheWholeSection) {
  const uint8_t *header = nullptr;
  auto visit = [](dl_phdr_info *info, size_t, void *data) -> int {
    for (int i = 0; i < info->dlpi_phnum; i++)
      if (info->dlpi_phdr[i].p_type == PT_GNU_EH_FRAME)
        *static_cast<const uint8_t **>(data) = reinterpret_cast<const uint8_t *>(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
    return 1;  // the first object is the program
  };
  dl_iterate_phdr(visit, &header);
  ASSERT_NE(nullptr, header);
  ASSERT_EQ(0x1b, header[1]);  // pcrel | sdata4
  int32_t offset;
  std::memcpy(&offset, header + 4, sizeof offset);
  const uint8_t *section = header + 4 + offset, *end = section;
  for (uint32_t length; std::memcpy(&length, end, 4), length != 0;) end += 4 + length;

  yg::EhFrame eh_frame;
  const char *message;
  ASSERT_EQ(YG_OK, eh_frame.parse(section, static_cast<size_t>(end + 4 - section), &message)) << message;
  yg::LoadedObjects objects;
  uint32_t count, plans = 0;
  std::memcpy(&count, header + 8, sizeof count);
  EXPECT_GT(count, 100u);
  for (uint32_t i = 0; i < count; i++) {
    int32_t row;
    std::memcpy(&row, header + 12 + 8 * i, sizeof row);
    uintptr_t start = address(header) + static_cast<uintptr_t>(intptr_t{row});
    const yg::Fde *whole = eh_frame.find(start);
    yg::Fde indexed;
    ASSERT_NE(nullptr, whole);
    ASSERT_TRUE(objects.find(start, &indexed));
    ASSERT_EQ(whole->rules, indexed.rules);
    uintptr_t step = (whole->end - start) / 16 + 1;
    for (uintptr_t pc = start; pc < whole->end; pc += step) {
      yg::UnwindPlan a, b;
      ASSERT_EQ(YG_OK, yg::makePlan(*whole, pc, &a, &message)) << message;
      ASSERT_EQ(YG_OK, yg::makePlan(indexed, pc, &b, &message));
      EXPECT_EQ(a.cfa_offset, b.cfa_offset);
      plans += a.exists();
    }
  }
  EXPECT_GT(plans, 1000u);
}

// What a cursor step does is what the plan says.
TEST(EhFrame, PlanOfACallSite) {
  yg::LoadedObjects objects;
  yg::Fde fde;
  ASSERT_TRUE(objects.find(address(o2_recurse), &fde));
  EXPECT_EQ(address(o2_recurse), fde.start);
  yg::UnwindPlan p;
  const char *message;
  yg_code *code;
  TestStack stack;
  stack.start(address(o2_recurse), {1, 1, 1, 1, 1, 1});
  yg_cursor cursor = stack.cursor();
  EXPECT_OK(yg::makePlan(fde, yg_cursor_pc(&cursor) - 1, &p, &message));
  EXPECT_GE(p.saved_count, 4);  // five values live across the call
  EXPECT_EQ(yg::kSp, p.cfa_register);
  EXPECT_OK(yg_cursor_step(&cursor));
  EXPECT_EQ(yg_cursor_sp(&cursor), stack.stack.sp + YG_SS_RETURN + 8 + static_cast<uintptr_t>(p.cfa_offset));
  // Malformed bytes are refused and nothing is published.
  std::vector<uint8_t> bytes = ehFrame({});
  yg_code_description description{};
  description.eh_frame = bytes.data();
  description.eh_frame_size = bytes.size() - 1;
  EXPECT_STATUS(YG_ERROR_FORMAT, yg_code_register(&description, &code, &message));
  EXPECT_STREQ("eh_frame: truncated entry", message);
  EXPECT_EQ(nullptr, code);
}
