// SPDX-License-Identifier: MIT
//
// 100 000 procedures are registered and cancelled while other threads look them up and walk through them.
#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <thread>

#include "assembler.h"

namespace {

constexpr uintptr_t kBase = 0x100000000;
constexpr uintptr_t kSpacing = 64, kSize = 48;
constexpr size_t kCount = 100000, kPermanent = 16;

// Procedure i's frame has 16 + 8 * (i mod 100) bytes after its first instruction.
int32_t frameOf(size_t i) { return 16 + 8 * static_cast<int32_t>(i % 100); }

RegionList regionsFor(int32_t frame) {
  return RegionList(std::vector<RegionText>{{8, {yg_dyn_op_make(YG_DYN_ADD, 0, 0, RSP, static_cast<yg_dyn_word>(-(frame - 8)))}},
                                            {-1, {yg_dyn_op_make(YG_DYN_POP_FRAMES, 0, -1, 0, 2)}}});
}

struct Fixture {
  Fixture() : infos(kCount) {
    for (size_t i = 0; i < 100; i++) lists.push_back(regionsFor(frameOf(i)));
    for (size_t i = 0; i < kCount; i++) {
      infos[i].start_ip = kBase + i * kSpacing;
      infos[i].end_ip = infos[i].start_ip + kSize;
      infos[i].u.pi.regions = lists[i % 100].first();
    }
  }
  std::vector<RegionList> lists;
  std::vector<yg_dyn_info> infos;
};

}  // namespace

TEST(DynamicConcurrent, RegisterCancelAndWalk) {
  Fixture f;
  // These stay: a walk through them must always succeed.
  for (size_t i = 0; i < kPermanent; i++) ASSERT_EQ(YG_DYN_OK, yg_dyn_register(&f.infos[i * 6000], nullptr));
  std::atomic<bool> done{false};
  std::atomic<long> walks{0}, found{0}, wrong{0};
  auto isPermanent = [](size_t i) { return i % 6000 == 0 && i / 6000 < kPermanent; };

  auto walker = [&](unsigned seed) {
    std::mt19937 random(seed);
    // A stack of the permanent procedures' frames, each returning into the next one.
    std::vector<uint64_t> stack(20000, 0);
    while (!done) {
      uint64_t sp = reinterpret_cast<uint64_t>(stack.data()), at = 0;
      std::vector<size_t> order;
      for (size_t i = 0; i < kPermanent; i++) order.push_back(random() % kPermanent * 6000);
      for (size_t i = 0; i < order.size(); i++) {
        at += static_cast<uint64_t>(frameOf(order[i])) / 8;
        stack[at - 1] = i + 1 < order.size() ? kBase + order[i + 1] * kSpacing + 9 : 0;
      }
      uint64_t registers[YG_DYN_REGISTER_COUNT] = {};
      registers[RSP] = sp;
      registers[RIP] = kBase + order[0] * kSpacing + 9;
      yg_dyn_cursor cursor;
      yg_dyn_cursor_from_registers(&cursor, registers, 0);
      size_t steps = 0;
      while (cursor.registers[RIP] != 0 && yg_dyn_step(&cursor, nullptr, nullptr) == YG_DYN_OK) steps++;
      if (steps != kPermanent || cursor.registers[RSP] != sp + at * 8) wrong++;
      walks++;
      for (int n = 0; n < 100; n++) {
        size_t i = random() % kCount;
        uintptr_t offset = random() % kSize;
        yg_dyn_state state;
        yg_dyn_status status = yg_dyn_state_at(kBase + i * kSpacing + offset, &state);
        int32_t expected = offset == 0 || offset == kSize - 1 ? 8 : frameOf(i);
        if (status == YG_DYN_OK) found++;
        if (status == YG_DYN_OK ? state.cfa.offset != expected : status != YG_DYN_ERROR_NOT_REGISTERED || isPermanent(i)) wrong++;
      }
    }
  };
  std::thread first(walker, 1), second(walker, 2);
  std::vector<size_t> order;
  for (size_t i = 0; i < kCount; i++)
    if (!isPermanent(i)) order.push_back(i);
  std::shuffle(order.begin(), order.end(), std::mt19937(3));
  for (size_t i : order) ASSERT_EQ(YG_DYN_OK, yg_dyn_register(&f.infos[i], nullptr));
  for (size_t n = 0; n < order.size(); n += 2) ASSERT_EQ(YG_DYN_OK, yg_dyn_cancel(&f.infos[order[n]]));
  for (size_t n = 0; n < order.size(); n += 2) ASSERT_EQ(YG_DYN_OK, yg_dyn_register(&f.infos[order[n]], nullptr));
  yg_dyn_state state;
  for (size_t i = 0; i < kCount; i++) ASSERT_EQ(YG_DYN_OK, yg_dyn_state_at(f.infos[i].start_ip + 20, &state));
  for (size_t i : order) ASSERT_EQ(YG_DYN_OK, yg_dyn_cancel(&f.infos[i]));
  done = true;
  first.join();
  second.join();
  EXPECT_EQ(0, wrong);
  EXPECT_GT(walks, 100);
  EXPECT_GT(found, 1000);
  for (size_t i = 0; i < kPermanent; i++) EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&f.infos[i * 6000]));
  for (size_t i : order) ASSERT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_state_at(f.infos[i].start_ip, &state));
}

TEST(DynamicConcurrent, ManyWriters) {
  Fixture f;
  auto writer = [&](size_t first) {
    for (int round = 0; round < 3; round++) {
      for (size_t i = first; i < 20000; i += 4) EXPECT_EQ(YG_DYN_OK, yg_dyn_register(&f.infos[i], nullptr));
      for (size_t i = first; i < 20000; i += 4) EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&f.infos[i]));
    }
  };
  uint64_t before = yg_dyn_generation();
  std::vector<std::thread> threads;
  for (size_t i = 0; i < 4; i++) threads.emplace_back(writer, i);
  for (std::thread &thread : threads) thread.join();
  EXPECT_EQ(before + 120000, yg_dyn_generation());
}
