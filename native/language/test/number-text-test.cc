// SPDX-License-Identifier: MIT
#include "number-text.h"

#include <gtest/gtest.h>

#include <cmath>

#include "value.h"

namespace yl {

static std::string shown(double number) { return std::string(format_number(box_double(number)).view()); }

TEST(FormatNumber, PrintsAsLua51OnLinux) {
  EXPECT_EQ(shown(0), "0");
  EXPECT_EQ(shown(-0.0), "-0");
  EXPECT_EQ(shown(42), "42");
  EXPECT_EQ(shown(-42), "-42");
  EXPECT_EQ(shown(0.1), "0.1");
  EXPECT_EQ(shown(3.14159265358979), "3.1415926535898");
  EXPECT_EQ(shown(99999999999999), "99999999999999");
  EXPECT_EQ(shown(100000000000000), "1e+14");
  EXPECT_EQ(shown(-1e15), "-1e+15");
  EXPECT_EQ(shown(1e100), "1e+100");
  EXPECT_EQ(shown(9007199254740992), "9.007199254741e+15");
  EXPECT_EQ(shown(HUGE_VAL), "inf");
  EXPECT_EQ(shown(-HUGE_VAL), "-inf");
  EXPECT_EQ(shown(std::copysign(NAN, -1)), "-nan");
  EXPECT_EQ(shown(std::copysign(NAN, 1)), "nan");
  EXPECT_EQ(format_number(box_int(INT32_MIN)).view(), "-2147483648");
}

TEST(ParseNumber, TakesWhatLua51Takes) {
  auto parsed = [](const char *text) {
    double out;
    return parse_number(text, &out) ? out : -12345;
  };
  EXPECT_EQ(parsed("10"), 10);
  EXPECT_EQ(parsed("  10 \n"), 10);
  EXPECT_EQ(parsed("1e1"), 10);
  EXPECT_EQ(parsed("0x10"), 16);
  EXPECT_EQ(parsed("-.5"), -0.5);
  EXPECT_EQ(parsed("inf"), HUGE_VAL);
  for (const char *text : {"", " ", "0x", "1 2", "1e", "abc", "1a", "--1"}) EXPECT_EQ(parsed(text), -12345) << text;
}

TEST(BoxNumber, PrefersInt32ButKeepsMinusZero) {
  EXPECT_EQ(box_number(7), box_int(7));
  EXPECT_EQ(box_number(-2147483648.0), box_int(INT32_MIN));
  EXPECT_TRUE(is_double(box_number(2147483648.0)));
  EXPECT_TRUE(is_double(box_number(-0.0)));
  EXPECT_TRUE(is_double(box_number(0.5)));
  EXPECT_TRUE(is_double(box_number(NAN)));
}

TEST(BoxDouble, NoNanLooksLikeATag) {
  double strange = as_double(0xFFFB123456789ABCull); // a string's tag
  EXPECT_TRUE(is_double(box_double(strange)));
  EXPECT_TRUE(std::isnan(as_double(box_double(strange))));
  EXPECT_TRUE(std::signbit(as_double(box_double(strange))));
}

} // namespace yl
