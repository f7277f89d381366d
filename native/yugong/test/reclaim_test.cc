// SPDX-License-Identifier: MIT
//
// Retired code is released when no tracked stack has a frame of it and no reader section can know it, and not before.
#include <atomic>
#include <thread>

#include "support.h"

namespace {

// A section with one record at `return_address`; its one value is a word of the frame.
std::vector<uint8_t> stackmap(uintptr_t function, uint32_t offset, uint64_t id) {
  std::vector<uint8_t> bytes;
  auto put = [&](auto value) {
    const uint8_t *begin = reinterpret_cast<const uint8_t *>(&value);
    bytes.insert(bytes.end(), begin, begin + sizeof value);
  };
  put(uint32_t{3}), put(uint32_t{1}), put(uint32_t{0}), put(uint32_t{1});
  put(uint64_t{function}), put(uint64_t{8}), put(uint64_t{1});
  put(id), put(offset), put(uint16_t{0}), put(uint16_t{1});
  put(uint8_t{3}), put(uint8_t{0}), put(uint16_t{8}), put(uint16_t{7}), put(uint16_t{0}), put(int32_t{0});
  while (bytes.size() % 8 != 0) put(uint8_t{0});
  put(uint16_t{0}), put(uint16_t{0});
  while (bytes.size() % 8 != 0) put(uint8_t{0});
  return bytes;
}

yg_code *add(uintptr_t base, uint64_t id = 7) {
  std::vector<uint8_t> bytes = stackmap(base, 16, id);
  yg_code_description description{};
  description.start = base;
  description.size = 64;
  description.stackmap = bytes.data();
  description.stackmap_size = bytes.size();
  description.flags = YG_CODE_PLAIN_RECORDS;
  yg_code *code = nullptr;
  EXPECT_OK(yg_code_register(&description, &code, nullptr));
  return code;
}

void count(yg_code *, void *cookie) { ++*static_cast<std::atomic<int> *>(cookie); }

constexpr uintptr_t kBase = 0x7100000000;

}  // namespace

TEST(Reclaim, AtOnceWhenNobodyIsThere) {
  std::atomic<int> released{0};
  yg_code *code = add(kBase);
  EXPECT_EQ(7u, yg_csid_at(kBase + 16, nullptr));
  EXPECT_OK(yg_code_retire(code, count, &released));
  EXPECT_EQ(1, released);
  EXPECT_EQ(0u, yg_csid_at(kBase + 16, nullptr));
  EXPECT_EQ(0u, yg_code_reclaim());
}

TEST(Reclaim, WaitsForFramesOnTrackedStacks) {
  std::atomic<int> released{0};
  TestStack stack, running;
  EXPECT_OK(yg_stack_track(&stack.stack));
  stack.start(address(o2_twice), {1});
  // A frame of the code: by hand, a return address into it on the paused stack.
  yg_cursor cursor = stack.cursor();
  uintptr_t sp = stack.stack.sp, registers[6] = {}, slot = yg_ll_slot(&cursor) - 64;
  *reinterpret_cast<uintptr_t *>(slot) = kBase + 16;
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, registers));
  yg_code *code = add(kBase);
  EXPECT_OK(yg_code_retire(code, count, &released));
  EXPECT_EQ(0, released);
  // Still walked, still refused twice.
  EXPECT_EQ(7u, yg_csid_at(kBase + 16, nullptr));
  cursor = stack.cursor();
  EXPECT_EQ(code, yg_cursor_code(&cursor));
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_code_retire(code, count, &released));
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_code_unregister(code));
  EXPECT_EQ(1u, yg_code_reclaim());
  // The frame is gone.
  stack.stack.sp = sp;
  EXPECT_EQ(0u, yg_code_reclaim());
  EXPECT_EQ(1, released);
  EXPECT_OK(yg_stack_untrack(&stack.stack));
}

TEST(Reclaim, WaitsForRunningStacksAndForFramesBehindBarriers) {
  std::atomic<int> released{0};
  TestStack stack;
  EXPECT_OK(yg_stack_track(&stack.stack));
  uintptr_t sp = stack.stack.sp;
  stack.stack.sp = 0;  // as if it ran
  EXPECT_OK(yg_code_retire(add(kBase), count, &released));
  EXPECT_EQ(1u, yg_code_reclaim());
  stack.stack.sp = sp;
  EXPECT_EQ(0u, yg_code_reclaim());
  EXPECT_EQ(1, released);
  // A frame whose return address only the barrier knows.
  uintptr_t registers[6] = {}, slot = sp - 64;
  *reinterpret_cast<uintptr_t *>(slot) = kBase + 16;
  EXPECT_OK(yg_ll_build_ss_top(&stack.stack, slot, registers));
  yg_code *code = add(kBase);
  yg_cursor cursor = stack.cursor();
  auto pass = +[](yg_stack *, void *, yg_pair values) { return values; };
  EXPECT_OK(yg_set_return_barrier(&cursor, pass, nullptr));
  EXPECT_OK(yg_code_retire(code, count, &released));
  EXPECT_EQ(1u, yg_code_reclaim());
  EXPECT_OK(yg_clear_return_barrier(&cursor));
  EXPECT_EQ(1u, yg_code_reclaim());
  stack.stack.sp = sp;
  EXPECT_EQ(0u, yg_code_reclaim());
  EXPECT_EQ(2, released);
  EXPECT_OK(yg_stack_untrack(&stack.stack));
}

TEST(Reclaim, WaitsForReaders) {
  std::atomic<int> released{0};
  std::atomic<int> stage{0};
  yg_code *code = add(kBase);
  std::thread reader([&] {
    yg_reader_enter();
    yg_reader_enter();
    yg_code *found;
    EXPECT_EQ(7u, yg_csid_at(kBase + 16, &found));
    yg_reader_leave();
    stage = 1;
    while (stage != 2) std::this_thread::yield();
    EXPECT_STREQ("", yg_code_name(found));
    yg_reader_leave();
    stage = 3;
  });
  while (stage != 1) std::this_thread::yield();
  EXPECT_OK(yg_code_retire(code, count, &released));
  EXPECT_EQ(0u, yg_csid_at(kBase + 16, nullptr));  // nobody finds it any more
  EXPECT_EQ(0, released);
  // A section that begins later does not hold it up.
  yg_reader_enter();
  stage = 2;
  while (stage != 3) std::this_thread::yield();
  EXPECT_EQ(0u, yg_code_reclaim());
  EXPECT_EQ(1, released);
  yg_reader_leave();
  reader.join();
}

// Threads walk a suspended stack, over registered and foreign frames, while code comes and goes; what they find is never freed memory.
TEST(Reclaim, WalkersAndLookersUpWhileCodeComesAndGoes) {
  std::atomic<int> released{0};
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> walked{0}, wrong{0};
  TestStack stack;
  stack.start(address(o2_recurse), {20, 1, 2, 3, 4, 5});
  auto walk = [&] {
    while (!stop) {
      yg_reader_enter();
      yg_cursor cursor;
      uint64_t sum = 0, frames = 0;
      if (yg_cursor_new(&cursor, &stack.stack) != YG_OK) wrong++;
      do {
        uint64_t values[7] = {};
        if (yg_keepalive_count(&cursor) == 7 && yg_keepalive_words(&cursor, values, 7) == YG_OK) sum += values[1];
        frames++;
      } while (yg_cursor_step(&cursor) == YG_OK);
      if (frames != 23 || sum != 210) wrong++;
      for (uintptr_t i = 0; i < 8; i++) {
        yg_code *code;
        yg_csid id = yg_csid_at(kBase + 0x1000 * i + 16, &code);
        if (id != 0 && (id != i + 100 || *yg_code_name(code) != 0)) wrong++;
      }
      yg_reader_leave();
      walked++;
    }
  };
  std::thread walkers[2] = {std::thread(walk), std::thread(walk)};
  int retired = 0;
  for (int round = 0; round < 150; round++)
    for (uintptr_t i = 0; i < 8; i++, retired++) {
      yg_code_reclaim();
      yg_code *code = nullptr;
      std::vector<uint8_t> bytes = stackmap(kBase + 0x1000 * i, 16, i + 100);
      yg_code_description description{};
      description.start = kBase + 0x1000 * i;
      description.size = 64;
      description.stackmap = bytes.data();
      description.stackmap_size = bytes.size();
      description.flags = YG_CODE_PLAIN_RECORDS;
      EXPECT_OK(yg_code_register(&description, &code, nullptr));
      EXPECT_OK(yg_code_retire(code, count, &released));
    }
  while (walked < 2) std::this_thread::yield();
  stop = true;
  for (std::thread &walker : walkers) walker.join();
  EXPECT_EQ(0u, yg_code_reclaim());
  EXPECT_EQ(retired, released);
  EXPECT_EQ(0u, wrong);
}

TEST(Misuse, Reclaim) {
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_retire(nullptr, nullptr, nullptr));
  yg_stack zero{};
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_track(&zero));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_track(nullptr));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_stack_untrack(&zero));
  TestStack stack;
  EXPECT_OK(yg_stack_track(&stack.stack));
  EXPECT_STATUS(YG_ERROR_IN_USE, yg_stack_track(&stack.stack));
  EXPECT_OK(yg_stack_untrack(&stack.stack));
  yg_reader_leave();  // more often than entered: nothing
}
