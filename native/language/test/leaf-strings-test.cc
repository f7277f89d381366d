// SPDX-License-Identifier: MIT
// Leaf helpers that make strings: at the sizes where they leave it to the host's way, and beside what that way makes.
#include <gtest/gtest.h>

#include <climits>
#include <string>
#include <vector>

#include "engine.h"
#include "helpers.h"

namespace yl {

namespace {

class LeafStrings : public testing::Test {
 protected:
  Value text(const std::string &bytes) { return runtime.string_value(bytes); }
  /** What a helper has made, and nothing if it has left that to the host's way. */
  static std::string of(Value value) { return value == kNotFound ? "not found" : std::string(view(as_string(value))); }
  /** Free cells for a string of so many bytes: of two others, at most the first takes the last one. */
  void make_room(size_t length) {
    for (char byte : {'\1', '\2'}) text(std::string(length, byte));
  }
  Value concat(const std::vector<Value> &values) {
    std::copy(values.begin(), values.end(), co->arguments);
    return yl_leaf_concat(co, static_cast<int64_t>(values.size()));
  }
  Value characters(size_t count, Value byte) {
    std::fill_n(co->arguments, count, byte);
    return yl_leaf_characters(co, static_cast<int64_t>(count));
  }

  Runtime runtime{{}, {}};
  Coroutine *co = runtime.main;
  static constexpr size_t kMost = 256;
};

TEST_F(LeafStrings, ConcatenateUpToWhatFits) {
  for (size_t length : {size_t{1}, size_t{2}, size_t{100}, kMost - 1, kMost}) {
    make_room(length);
    std::string left(length / 2, 'l'), right(length - length / 2, 'r');
    EXPECT_EQ(of(concat({text(left), text(right)})), left + right);
  }
  EXPECT_EQ(of(concat({text("")})), "");
  EXPECT_EQ(concat({text(std::string(kMost, 'l')), text("r")}), kNotFound);
  EXPECT_EQ(concat({text("x"), box_number(0.5)}), kNotFound);
  EXPECT_EQ(concat({text("x"), kNil}), kNotFound);
}

TEST_F(LeafStrings, ConcatenateIntsThatFitWhateverTheirDigits) {
  constexpr size_t kMostDigits = 11;
  make_room(kMost);
  std::string before(kMost - kMostDigits, 'b');
  EXPECT_EQ(of(concat({text(before), box_int(INT_MIN)})), before + "-2147483648");
  EXPECT_EQ(concat({text(before + "b"), box_int(INT_MIN)}), kNotFound);
  make_room(12);
  EXPECT_EQ(of(concat({box_int(-1), text("|"), box_int(INT_MAX)})), "-1|2147483647");
  EXPECT_EQ(of(concat({box_int(7)})), "7");
}

TEST_F(LeafStrings, OfCharacters) {
  for (size_t count : {size_t{0}, size_t{1}, size_t{2}, kMost}) {
    make_room(count);
    EXPECT_EQ(of(characters(count, box_int(255))), std::string(count, '\xff'));
  }
  EXPECT_EQ(characters(kMost + 1, box_int(65)), kNotFound);
  for (Value wrong : {box_int(-1), box_int(256), box_number(65.5), text("65")}) EXPECT_EQ(characters(2, wrong), kNotFound);
}

TEST_F(LeafStrings, SubstringsAtAllPositions) {
  std::string all = "abcde";
  Value value = text(all);
  EXPECT_EQ(yl_leaf_substring(co, value, 1, -1), value);
  EXPECT_EQ(yl_leaf_substring(co, value, INT64_MIN, INT64_MAX), value);
  for (int64_t first = -7; first <= 7; first++) {
    for (int64_t last = -7; last <= 7; last++) {
      int64_t from = std::max<int64_t>(first < 0 ? first + 6 : first, 1), to = std::min<int64_t>(last < 0 ? last + 6 : last, 5);
      std::string expected = from > to ? "" : all.substr(static_cast<size_t>(from - 1), static_cast<size_t>(to - from + 1));
      make_room(expected.size());
      EXPECT_EQ(of(yl_leaf_substring(co, value, first, last)), expected) << first << ", " << last;
    }
  }
  EXPECT_EQ(yl_leaf_substring(co, text(std::string(2000, 'x')), 2, -1), kNotFound);
}

TEST_F(LeafStrings, InTheOtherCase) {
  for (size_t length : {size_t{0}, size_t{1}, size_t{30}, kMost}) {
    make_room(length);
    EXPECT_EQ(of(yl_leaf_change_case(co, text(std::string(length, 'q')), 1)), std::string(length, 'Q'));
    EXPECT_EQ(of(yl_leaf_change_case(co, text(std::string(length, 'Z')), 0)), std::string(length, 'z'));
  }
  EXPECT_EQ(of(yl_leaf_change_case(co, text("@[`{\xe9"), 1)), "@[`{\xe9");
  EXPECT_EQ(yl_leaf_change_case(co, text(std::string(kMost + 1, 'q')), 1), kNotFound);
}

TEST_F(LeafStrings, OfInts) {
  for (int number : {INT_MIN, -10, -1, 0, 9, 10, INT_MAX}) {
    make_room(std::to_string(number).size());
    EXPECT_EQ(of(yl_leaf_int_text(co, number)), std::to_string(number));
  }
}

/** Rounded as strtod does, or left to it. */
TEST_F(LeafStrings, AreReadAsNumbers) {
  for (const char *digits : {"0", "7", "007", "12.", ".5", "0.1", "3.1415926535897", "999999999999999", "12345.678901234", ".00000000000001"})
    EXPECT_EQ(number_of(yl_leaf_parse_number(text(digits))), strtod(digits, nullptr)) << digits;
  for (const char *other : {"", ".", "3.14159265358979", "1e5", "-1", " 1", "1 ", "0x10", "1.2.3", "1000000000000000"})
    EXPECT_EQ(yl_leaf_parse_number(text(other)), kNotFound) << other;
  EXPECT_EQ(yl_leaf_parse_number(text(std::string("1\0", 2))), kNotFound);
}

/** With no free cell left they change nothing. */
TEST_F(LeafStrings, TakeOnlyFreeCells) {
  Value left = text("left half, "), right = text("right half");
  for (FreeCells &free : runtime.heap_state.free) free.next = free.end;
  EXPECT_EQ(concat({left, right}), kNotFound);
  EXPECT_EQ(yl_leaf_substring(co, left, 2, 7), kNotFound);
  EXPECT_EQ(yl_leaf_change_case(co, left, 1), kNotFound);
  EXPECT_EQ(yl_leaf_int_text(co, 123456), kNotFound);
  EXPECT_EQ(of(yl_leaf_substring(co, left, 1, 1)), "l"); // which is there
}

} // namespace
} // namespace yl
