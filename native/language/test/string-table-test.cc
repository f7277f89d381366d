// SPDX-License-Identifier: MIT
#include "string-table.h"

#include "fixture.h"

namespace yl {

class StringTableTest : public HeapTest {};

TEST_F(StringTableTest, EqualBytesAreOneString) {
  EXPECT_EQ(name("abc"), name("abc"));
  EXPECT_NE(name("abc"), name("abd"));
  EXPECT_NE(name(std::string_view("a\0b", 3)), name(std::string_view("a\0c", 3)));
  EXPECT_EQ(name("abc")->length, 3u);
  EXPECT_EQ(name("abc")->bytes()[3], 0);
  EXPECT_EQ(name("")->length, 0u);
}

TEST_F(StringTableTest, AllBytesAreHashed) {
  std::string a(1000, 'x'), b = a;
  b[500] = 'y';
  EXPECT_NE(hash_bytes(a), hash_bytes(b));
}

TEST_F(StringTableTest, GrowsAndKeepsIdentity) {
  std::vector<String *> all;
  for (int number = 0; number < 5000; number++) all.push_back(name(std::to_string(number)));
  EXPECT_EQ(strings.count(), 5000u);
  for (int number = 0; number < 5000; number++) EXPECT_EQ(name(std::to_string(number)), all[number]);
}

TEST_F(StringTableTest, TriesInFreeCellsOnly) {
  EXPECT_EQ(strings.try_intern("new"), nullptr);
  String *one = strings.intern("one");
  EXPECT_EQ(strings.try_intern("one"), one);
  String *two = strings.try_intern("two");
  ASSERT_NE(two, nullptr);
  EXPECT_EQ(strings.intern("two"), two);
  EXPECT_EQ(strings.try_intern(std::string(kLargestCell, 'x')), nullptr);
}

TEST_F(StringTableTest, OrdersByUnsignedBytes) {
  EXPECT_TRUE(string_less(name("a"), name("b")));
  EXPECT_TRUE(string_less(name("B"), name("a")));
  EXPECT_TRUE(string_less(name("a"), name("\xff")));
  EXPECT_TRUE(string_less(name(""), name("a")));
  EXPECT_TRUE(string_less(name("a"), name(std::string_view("a\0", 2))));
  EXPECT_FALSE(string_less(name("a"), name("a")));
}

} // namespace yl
