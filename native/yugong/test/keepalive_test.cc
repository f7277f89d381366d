// SPDX-License-Identifier: MIT
#include "support.h"

namespace {

decltype(&o0_kinds) kinds_function;
uintptr_t runKinds(uintptr_t) { return kinds_function(0xab, 0xbeef, 0xdeadbeef, 0x0123456789abcdef, 1.25f, -2.5, &kinds_function); }

template <typename T>
T get(const yg_cursor &cursor, int index) {
  T value{};
  size_t size = 0;
  EXPECT_OK(yg_keepalive_get(&cursor, index, &value, sizeof value, &size));
  EXPECT_EQ(sizeof value, size);
  return value;
}

void checkKinds(decltype(&o0_kinds) function) {
  kinds_function = function;
  TestStack stack;
  stack.start(address(runKinds), {0});
  yg_cursor cursor = stack.cursor();
  EXPECT_EQ(104u, yg_get_csid(&cursor));
  ASSERT_EQ(14, yg_keepalive_count(&cursor));
  EXPECT_EQ(0xab, get<uint8_t>(cursor, 0));
  EXPECT_EQ(0xbeef, get<uint16_t>(cursor, 1));
  EXPECT_EQ(0xdeadbeef, get<uint32_t>(cursor, 2));
  EXPECT_EQ(0x0123456789abcdefu, get<uint64_t>(cursor, 3));
  EXPECT_EQ(1.25f, get<float>(cursor, 4));
  EXPECT_EQ(-2.5, get<double>(cursor, 5));
  EXPECT_EQ(&kinds_function, get<void *>(cursor, 6));
  EXPECT_EQ(4242u, *get<uint64_t *>(cursor, 7));
  EXPECT_EQ(7, get<int64_t>(cursor, 8));
  EXPECT_EQ(-7, get<int64_t>(cursor, 9));
  EXPECT_EQ(1234567890123456789, get<int64_t>(cursor, 10));
  EXPECT_EQ(-1, get<int64_t>(cursor, 11));
  EXPECT_EQ(1.5, get<double>(cursor, 12));
  EXPECT_EQ(-1, get<int64_t>(cursor, 13));  // LLVM extends the sign of i1 too

  std::vector<uint64_t> all = words(cursor);
  EXPECT_EQ(0xabu, all[0]);
  EXPECT_EQ(0xbeefu, all[1]);
  EXPECT_EQ(0xdeadbeefu, all[2]);
  EXPECT_EQ(0xc004000000000000u, all[5]);

  uint64_t word = 1;
  size_t size = 0;
  EXPECT_STATUS(YG_ERROR_SIZE, yg_keepalive_get(&cursor, 3, &word, 4, &size));
  EXPECT_EQ(8u, size);
  EXPECT_EQ(1u, word);
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_keepalive_get(&cursor, 14, &word, 8, &size));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_keepalive_get(&cursor, -1, &word, 8, &size));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_keepalive_words(&cursor, all.data(), 15));
}

decltype(&o0_vector) vector_function;
uintptr_t runVector(uintptr_t) {
  return vector_function(TestVector{1, 2, 3, 4}, 9);
}

void checkVector(decltype(&o0_vector) function) {
  vector_function = function;
  TestStack stack;
  stack.start(address(runVector), {0});
  yg_cursor cursor = stack.cursor();
  float v[4];
  size_t size = 0;
  EXPECT_OK(yg_keepalive_get(&cursor, 0, v, sizeof v, &size));
  EXPECT_EQ(16u, size);
  EXPECT_EQ(4.0f, v[3]);
  uint64_t all[2];
  EXPECT_STATUS(YG_ERROR_SIZE, yg_keepalive_words(&cursor, all, 2));
  EXPECT_EQ(9u, get<uint64_t>(cursor, 1));
}

}  // namespace

TEST(KeepAlive, EveryKindAtO0) { checkKinds(o0_kinds); }
TEST(KeepAlive, EveryKindAtO2) { checkKinds(o2_kinds); }
TEST(KeepAlive, VectorAtO0) { checkVector(o0_vector); }
TEST(KeepAlive, VectorAtO2) { checkVector(o2_vector); }

TEST(KeepAlive, Registers) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  std::vector<uint64_t> all = words(cursor);
  ASSERT_EQ(10u, all.size());
  EXPECT_EQ(0x1111111111111111u, all[0]);
  EXPECT_EQ(0x2222222222222222u, all[1]);
  EXPECT_EQ(0x33333333u, all[2]);
  EXPECT_EQ(0x4444u, all[3]);
  EXPECT_EQ(0x55u, all[4]);
  EXPECT_EQ(0x6666666666666666u, all[5]);
  EXPECT_EQ(77u, all[6]);
  EXPECT_EQ(yg_cursor_sp(&cursor) + 8, all[7]);
  EXPECT_EQ(static_cast<uint64_t>(-5), all[8]);
  EXPECT_EQ(0x123456789abcdef0u, all[9]);
}

TEST(KeepAlive, Dump) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  testing::internal::CaptureStderr();
  yg_dump_keepalives(&cursor);
  std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(std::string::npos, text.find("keep-alive 0: rbx, 8 bytes: 0x1111111111111111\n")) << text;
  EXPECT_NE(std::string::npos, text.find("keep-alive 6: [rsp+8], 8 bytes: 0x000000000000004d\n")) << text;
  EXPECT_NE(std::string::npos, text.find("keep-alive 8: constant, 8 bytes: 0xfffffffffffffffb\n")) << text;
}

TEST(KeepAlive, FrameWithoutStackmap) {
  TestStack stack;
  yg_cursor cursor = stack.cursor();
  uint64_t word;
  EXPECT_EQ(0, yg_keepalive_count(&cursor));
  EXPECT_STATUS(YG_ERROR_NO_STACKMAP, yg_keepalive_words(&cursor, &word, 0));
  EXPECT_STATUS(YG_ERROR_NO_STACKMAP, yg_keepalive_get(&cursor, 0, &word, 8, nullptr));
}
