// SPDX-License-Identifier: MIT
//
// Malformed stackmap and .eh_frame bytes: an error or a wrong answer, never a wild access (run it with AddressSanitizer).
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
  std::vector<uint8_t> fde = {28, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0};
  fde.insert(fde.begin() + 4, rules.begin(), rules.begin());
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
  EXPECT_NE(nullptr, std::strstr(text, "id 101 function 0x"));
  EXPECT_NE(nullptr, std::strstr(text, "ConstantIndex"));
  EXPECT_NE(nullptr, std::strstr(text, "constant 0x112210f47de98115"));
  free(text);
}

TEST(EhFrame, RulesApplyFromTheirAddressOn) {
  // push rbp at +1; sub rsp at +4; remember; epilogue at +0x20; restored at +0x24
  std::vector<uint8_t> bytes = ehFrame({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0e, 48, 0x0a, 0x02, 0x1c, 0x0e, 8, 0xc6, 0x44, 0x0b});
  yg::UnwindPlan p;
  EXPECT_OK(plan(bytes, 0x1000, &p));
  EXPECT_EQ(8, p.cfa_offset);
  EXPECT_EQ(yg::kRsp, p.cfa_register);
  EXPECT_EQ(0, p.saved[yg::kRbp]);
  EXPECT_OK(plan(bytes, 0x1001, &p));
  EXPECT_EQ(16, p.cfa_offset);
  EXPECT_EQ(-16, p.saved[yg::kRbp]);
  EXPECT_OK(plan(bytes, 0x1004, &p));
  EXPECT_EQ(48, p.cfa_offset);
  EXPECT_OK(plan(bytes, 0x1020, &p));
  EXPECT_EQ(8, p.cfa_offset);
  EXPECT_EQ(0, p.saved[yg::kRbp]);
  EXPECT_OK(plan(bytes, 0x10ff, &p));
  EXPECT_EQ(48, p.cfa_offset);
  EXPECT_EQ(-16, p.saved[yg::kRbp]);
  EXPECT_STATUS(YG_ERROR_NO_PLAN, plan(bytes, 0x1100, &p));
}

TEST(EhFrame, FramePointerRules) {
  std::vector<uint8_t> bytes = ehFrame({0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x83, 3, 0x8c, 4, 0x2e, 16});
  yg::UnwindPlan p;
  EXPECT_OK(plan(bytes, 0x1050, &p));
  EXPECT_EQ(yg::kRbp, p.cfa_register);
  EXPECT_EQ(16, p.cfa_offset);
  EXPECT_EQ(-24, p.saved[yg::kRbx]);
  EXPECT_EQ(-32, p.saved[yg::kR12]);
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
