// SPDX-License-Identifier: MIT
//
// Every malformed description has an error of its own, says where it is wrong, and leaves nothing registered.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assembler.h"

namespace {

yg_dyn_op op(int tag, int reg = 0, int64_t value = 0, int32_t when = -1) {
  return yg_dyn_op_make(tag, 0, when, reg, static_cast<yg_dyn_word>(value));
}

constexpr uintptr_t kStart = 0x10000, kEnd = 0x10100;

yg_dyn_info describe(const RegionList &list) {
  yg_dyn_info info{};
  info.start_ip = kStart;
  info.end_ip = kEnd;
  info.u.pi.regions = list.first();
  return info;
}

struct Case {
  const char *name;
  yg_dyn_status expected;
  int32_t region, op;
  std::vector<RegionText> regions;
};

const yg_dyn_op kPush = op(YG_DYN_ADD, RSP, -8, 0);

const Case kCases[] = {
    {"a tag between libunwind's and ours", YG_DYN_ERROR_TAG, 0, 0, {{8, {op(9)}}}},
    {"a negative tag", YG_DYN_ERROR_TAG, 0, 1, {{8, {kPush, op(-1, 0, 0, 3)}}}},
    {"a register that does not exist", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SPILL_SP_REL, 17)}}}},
    {"a negative register", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SPILL_SP_REL, -1)}}}},
    {"a spill of the stack pointer", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SPILL_SP_REL, RSP)}}}},
    {"a save in a register that does not exist", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SAVE_REG, RBX, 16)}}}},
    {"a save in a huge register", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SAVE_REG, RBX, INT64_MIN)}}}},
    {"a save in the stack pointer", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SAVE_REG, RBX, RSP)}}}},
    {"a save in itself", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SAVE_REG, RBX, RBX)}}}},
    {"an add to the program counter", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_ADD, RIP, 8)}}}},
    {"a restore of no register", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_RESTORE, 99)}}}},
    {"an undefined stack pointer", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_UNDEFINED, RSP)}}}},
    {"when before the region", YG_DYN_ERROR_WHEN, 0, 0, {{8, {op(YG_DYN_ADD, RSP, -8, -2)}}}},
    {"when at the region's end", YG_DYN_ERROR_WHEN, 1, 0, {{8, {kPush}}, {8, {op(YG_DYN_ADD, RSP, -8, 8)}}}},
    {"when outside a negative region", YG_DYN_ERROR_WHEN, 0, 0, {{-2, {op(YG_DYN_ADD, RSP, -8, 2)}}}},
    {"an operation after an alias", YG_DYN_ERROR_OP_COUNT, 0, 1, {{8, {op(YG_DYN_ALIAS, 0, kStart), kPush}}}},
    {"an offset of 40 bits", YG_DYN_ERROR_VALUE, 0, 0, {{8, {op(YG_DYN_ADD, RSP, int64_t{1} << 40)}}}},
    {"offsets whose sum has 33 bits", YG_DYN_ERROR_VALUE, 0, 1, {{8, {op(YG_DYN_ADD, RSP, INT32_MIN + 9), op(YG_DYN_ADD, RSP, INT32_MIN + 9)}}}},
    {"a spill offset of 33 bits", YG_DYN_ERROR_VALUE, 0, 0, {{8, {op(YG_DYN_SPILL_SP_REL, RBX, int64_t{1} << 32)}}}},
    {"a negative count in the middle", YG_DYN_ERROR_NEGATIVE, 1, -1, {{8, {}}, {-4, {}}, {8, {}}}},
    {"a region longer than the procedure", YG_DYN_ERROR_LENGTH, 0, -1, {{0x101, {}}}},
    {"regions longer than the procedure", YG_DYN_ERROR_LENGTH, 2, -1, {{0x80, {}}, {0x80, {}}, {1, {}}}},
    {"a negative region that begins too early", YG_DYN_ERROR_LENGTH, 1, -1, {{0x80, {}}, {-0x81, {}}}},
    {"a negative region that has no end", YG_DYN_ERROR_LENGTH, 0, -1, {{INT32_MIN, {}}}},
    {"an unknown label", YG_DYN_ERROR_LABEL, 0, 0, {{8, {op(YG_DYN_COPY_STATE, 0, 5)}}}},
    {"a label that is set later", YG_DYN_ERROR_LABEL, 0, 0, {{8, {op(YG_DYN_COPY_STATE, 0, 5)}}, {8, {op(YG_DYN_LABEL_STATE, 0, 5)}}}},
    {"a pop of no region", YG_DYN_ERROR_POP, 0, 0, {{8, {op(YG_DYN_POP_FRAMES, 0, 0)}}}},
    {"a pop of too many regions", YG_DYN_ERROR_POP, 1, 0, {{8, {}}, {8, {op(YG_DYN_POP_FRAMES, 0, 3)}}}},
    {"a frame-relative spill without a frame", YG_DYN_ERROR_NO_FRAME, 0, 0, {{8, {op(YG_DYN_SPILL_FP_REL, RBX, -8)}}}},
    {"an add to a register that is no frame", YG_DYN_ERROR_NO_FRAME, 0, 0, {{8, {op(YG_DYN_ADD, RBP, 8)}}}},
    {"a stack pointer that was saved nowhere", YG_DYN_ERROR_NO_FRAME, 0, 0, {{8, {op(YG_DYN_RESTORE, RSP)}}}},
    {"an alias of what is not registered", YG_DYN_ERROR_ALIAS, 0, 0, {{8, {op(YG_DYN_ALIAS, 0, 0x5000)}}}},
    {"an alias of itself", YG_DYN_ERROR_ALIAS_CYCLE, 0, 0, {{8, {op(YG_DYN_ALIAS, 0, kStart)}}}},
    {"an alias of what follows it", YG_DYN_ERROR_ALIAS_CYCLE, 0, 0, {{8, {op(YG_DYN_ALIAS, 0, kStart + 8)}}, {8, {}}}},
    {"an alias of what overlaps it", YG_DYN_ERROR_ALIAS_CYCLE, 1, 0, {{8, {}}, {8, {op(YG_DYN_ALIAS, 0, kStart + 4)}}}},
    {"a CFA expression nowhere", YG_DYN_ERROR_VALUE, 0, 0, {{8, {op(YG_DYN_CFA_EXPRESSION)}}}},
    {"a spill expression nowhere", YG_DYN_ERROR_VALUE, 0, 0, {{8, {op(YG_DYN_SPILL_EXPRESSION, RBX)}}}},
    {"a spill expression of the stack pointer", YG_DYN_ERROR_REGISTER, 0, 0, {{8, {op(YG_DYN_SPILL_EXPRESSION, RSP, 0x5000)}}}},
};

void expectNothingRegistered() {
  yg_dyn_state state;
  EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_state_at(kStart, &state));
}

}  // namespace

TEST(DynamicMalformed, EveryRegionError) {
  for (const Case &c : kCases) {
    SCOPED_TRACE(c.name);
    RegionList list(c.regions);
    yg_dyn_info info = describe(list);
    yg_dyn_place place{-7, -7};
    uint64_t generation = yg_dyn_generation();
    EXPECT_STREQ(yg_dyn_status_message(c.expected), yg_dyn_status_message(yg_dyn_register(&info, &place)));
    EXPECT_EQ(c.region, place.region);
    EXPECT_EQ(c.op, place.op);
    EXPECT_EQ(generation, yg_dyn_generation());
    EXPECT_EQ(c.expected, yg_dyn_check(&info, nullptr));
    size_t size;
    EXPECT_EQ(c.expected, yg_dyn_to_eh_frame(&info, nullptr, 0, &size, nullptr));
    expectNothingRegistered();
    EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_cancel(&info));
  }
}

TEST(DynamicMalformed, RangesFormatsAndNulls) {
  RegionList list(std::vector<RegionText>{{0, {}}});
  yg_dyn_info info = describe(list);
  EXPECT_EQ(YG_DYN_ERROR_ARGUMENT, yg_dyn_register(nullptr, nullptr));
  EXPECT_EQ(YG_DYN_ERROR_ARGUMENT, yg_dyn_cancel(nullptr));
  for (uintptr_t end : {kStart, kStart - 1, uintptr_t{0}, kStart + (uintptr_t{1} << 31)}) {
    info.end_ip = end;
    EXPECT_EQ(YG_DYN_ERROR_RANGE, yg_dyn_register(&info, nullptr));
  }
  info.end_ip = kEnd;
  for (int format : {-1, int{YG_DYN_FORMAT_ARM_EXIDX}, 5, 99}) {
    info.format = format;
    EXPECT_EQ(YG_DYN_ERROR_FORMAT, yg_dyn_register(&info, nullptr));
  }
  expectNothingRegistered();
}

TEST(DynamicMalformed, OverlappingRanges) {
  RegionList list(std::vector<RegionText>{{0, {}}});
  yg_dyn_info info = describe(list);
  ASSERT_EQ(YG_DYN_OK, yg_dyn_register(&info, nullptr));
  for (auto [start, end] : {std::pair{kStart, kEnd}, {kStart - 8, kStart + 1}, {kEnd - 1, kEnd + 8}, {kStart + 8, kStart + 9}, {kStart - 8, kEnd + 8}}) {
    yg_dyn_info other = info;
    other.start_ip = start;
    other.end_ip = end;
    EXPECT_EQ(YG_DYN_ERROR_OVERLAP, yg_dyn_register(&other, nullptr));
    EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_cancel(&other));
  }
  yg_dyn_info below = info, above = info;
  below.start_ip = kStart - 8, below.end_ip = kStart;
  above.start_ip = kEnd, above.end_ip = kEnd + 8;
  EXPECT_EQ(YG_DYN_OK, yg_dyn_register(&below, nullptr));
  EXPECT_EQ(YG_DYN_OK, yg_dyn_register(&above, nullptr));
  for (const yg_dyn_info *each : {&above, &info, &below}) EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(each));
  EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_cancel(&info));
  expectNothingRegistered();
}

TEST(DynamicMalformed, RegionListsThatComeBack) {
  for (size_t length : {1, 2, 3, 7, 20})
    for (size_t back = 0; back < length; back++) {
      RegionList list(std::vector<RegionText>(length, {1, {}}));
      list.get(length - 1)->next = list.get(back);
      yg_dyn_info info = describe(list);
      EXPECT_EQ(YG_DYN_ERROR_REGION_CYCLE, yg_dyn_register(&info, nullptr));
    }
  expectNothingRegistered();
}

// A list without STOP ends with op_count; nothing behind it is read.
TEST(DynamicMalformed, OperationsPastTheCount) {
  size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  char *memory = static_cast<char *>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  ASSERT_EQ(0, mprotect(memory + page, page, PROT_NONE));
  auto *region = reinterpret_cast<yg_dyn_region_info *>(memory + page - yg_dyn_region_info_size(2));
  region->insn_count = 8;
  region->op_count = 2;
  uint32_t used = 0;
  EXPECT_EQ(YG_DYN_OK, yg_dyn_append(region, kPush, &used));
  EXPECT_EQ(YG_DYN_OK, yg_dyn_append(region, op(YG_DYN_ADD, RSP, -8, 4), &used));
  EXPECT_EQ(YG_DYN_ERROR_OP_COUNT, yg_dyn_append(region, kPush, &used));
  yg_dyn_info info{};
  info.start_ip = kStart, info.end_ip = kEnd;
  info.u.pi.regions = region;
  yg_dyn_state state;
  ASSERT_EQ(YG_DYN_OK, yg_dyn_state_of(&info, kStart + 5, &state));
  EXPECT_EQ(24, state.cfa.offset);
  region->op_count = UINT32_MAX;
  EXPECT_EQ(YG_DYN_ERROR_OP_COUNT, yg_dyn_register(&info, nullptr));
  munmap(memory, 2 * page);
}

TEST(DynamicMalformed, StopEndsTheListEarlier) {
  RegionList list(std::vector<RegionText>{{8, {kPush, op(YG_DYN_STOP), op(99)}}});
  yg_dyn_info info = describe(list);
  EXPECT_EQ(YG_DYN_OK, yg_dyn_check(&info, nullptr));
}

TEST(DynamicMalformed, ChainsOfAliases) {
  std::vector<yg_dyn_info> infos(20);
  std::vector<RegionList> lists;
  lists.reserve(infos.size());
  size_t registered = 0;
  yg_dyn_status status = YG_DYN_OK;
  for (size_t i = 0; i < infos.size() && status == YG_DYN_OK; i++) {
    uintptr_t before = kStart + (i - 1) * 0x100;
    lists.push_back(RegionList(i == 0 ? std::vector<RegionText>{{8, {kPush}}} : std::vector<RegionText>{{8, {op(YG_DYN_ALIAS, 0, static_cast<int64_t>(before))}}}));
    infos[i] = describe(lists.back());
    infos[i].start_ip = kStart + i * 0x100;
    infos[i].end_ip = infos[i].start_ip + 0x10;
    status = yg_dyn_register(&infos[i], nullptr);
    registered += status == YG_DYN_OK;
  }
  EXPECT_EQ(YG_DYN_ERROR_ALIAS_DEPTH, status);
  EXPECT_EQ(17u, registered);
  yg_dyn_state state;
  // The alias holds after its target is gone.
  for (size_t i = 0; i + 1 < registered; i++) EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&infos[i]));
  ASSERT_EQ(YG_DYN_OK, yg_dyn_state_at(infos[registered - 1].start_ip + 1, &state));
  EXPECT_EQ(16, state.cfa.offset);
  EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&infos[registered - 1]));
}

TEST(DynamicMalformed, ExpressionsThatAreNone) {
  const std::vector<std::vector<uint8_t>> bad = {{0}, {1, 0xff}, {1, 0x22}, {1, 0x77}, {1, 0x06}, {2, 0x94, 9}};
  for (auto &bytes : bad) {
    RegionList list(std::vector<RegionText>{{8, {op(YG_DYN_CFA_EXPRESSION, 0, reinterpret_cast<int64_t>(bytes.data()))}}});
    yg_dyn_info info = describe(list);
    EXPECT_EQ(YG_DYN_ERROR_CFI, yg_dyn_register(&info, nullptr));
  }
  // These begin with the CFA alone on the stack.
  const std::vector<std::vector<uint8_t>> bad_spills = {{1, 0x22}, {1, 0x13}, {2, 0x13, 0x06}};
  for (auto &bytes : bad_spills) {
    RegionList list(std::vector<RegionText>{{8, {op(YG_DYN_SPILL_EXPRESSION, RBX, reinterpret_cast<int64_t>(bytes.data()))}}});
    yg_dyn_info info = describe(list);
    EXPECT_EQ(YG_DYN_ERROR_CFI, yg_dyn_register(&info, nullptr));
  }
  static const uint8_t skips[] = {11, 0x12, 0x28, 4, 0, 0x13, 0x2f, 2, 0, 0x08, 8, 0x1c};  // one way to the minus has an empty stack
  {
    RegionList list(std::vector<RegionText>{{8, {op(YG_DYN_SPILL_EXPRESSION, RBX, reinterpret_cast<intptr_t>(skips))}}});
    yg_dyn_info info = describe(list);
    EXPECT_EQ(YG_DYN_ERROR_CFI, yg_dyn_register(&info, nullptr));
  }
  static const uint8_t good[] = {2, 0x77, 8};
  RegionList list(std::vector<RegionText>{{8, {op(YG_DYN_CFA_EXPRESSION, 0, reinterpret_cast<int64_t>(good)), kPush}}});
  yg_dyn_info info = describe(list);
  EXPECT_EQ(YG_DYN_ERROR_NO_DEPTH, yg_dyn_register(&info, nullptr));
}

TEST(DynamicMalformed, EveryStatusHasItsMessage) {
  std::vector<std::string> messages;
  for (int status = YG_DYN_ERROR_UNAVAILABLE; status <= 0; status++) messages.push_back(yg_dyn_status_message(static_cast<yg_dyn_status>(status)));
  for (size_t i = 0; i < messages.size(); i++)
    for (size_t j = 0; j < i; j++) EXPECT_NE(messages[i], messages[j]);
  EXPECT_STREQ("Unknown status.", yg_dyn_status_message(static_cast<yg_dyn_status>(-99)));
}
