// SPDX-License-Identifier: MIT
#include "builtins/pattern.h"

#include <gtest/gtest.h>

namespace yl {

namespace {

/** The first match of `pattern`, its captures after it, separated by commas; "-" when there is none. */
std::string first_match(const std::string &subject, const char *pattern) {
  PatternMatcher matcher(nullptr, subject, pattern);
  for (const char *start = subject.data(); start <= subject.data() + subject.size(); start++) {
    const char *end = matcher.match(start);
    if (!end) continue;
    std::string out(start, end);
    for (int index = 0; index < matcher.capture_count(); index++) {
      PatternMatcher::Capture capture = matcher.value(index, start, end);
      out += "," + (capture.length == PatternMatcher::kPosition ? std::to_string(matcher.position_of(capture))
                                                                : std::string(capture.start, static_cast<size_t>(capture.length)));
    }
    return out;
  }
  return "-";
}

std::string error_of(const std::string &subject, const char *pattern) {
  try {
    return first_match(subject, pattern);
  } catch (const PatternError &error) {
    return "error: " + error.message;
  }
}

} // namespace

TEST(Pattern, ItemsAndRepetitions) {
  EXPECT_EQ(first_match("hello world", "o.w"), "o w");
  EXPECT_EQ(first_match("aaab", "a*"), "aaa");
  EXPECT_EQ(first_match("aaab", "a-b"), "aaab");
  EXPECT_EQ(first_match("aaab", "a-"), "");
  EXPECT_EQ(first_match("b", "a?b"), "b");
  EXPECT_EQ(first_match("b", "a+b"), "-");
  EXPECT_EQ(first_match("ab$", "b$$"), "b$");
}

TEST(Pattern, ClassesAndSets) {
  EXPECT_EQ(first_match("x = 42;", "%d+"), "42");
  EXPECT_EQ(first_match("abC", "%u"), "C");
  EXPECT_EQ(first_match("a]b", "[]]"), "]");
  EXPECT_EQ(first_match("ab-c", "[^%w]"), "-");
  EXPECT_EQ(first_match("a-", "[b-]"), "-");
  EXPECT_EQ(first_match("\xe9", "%a"), "-"); // the C locale, whatever the process's is
}

TEST(Pattern, CapturesBalancesFrontiers) {
  EXPECT_EQ(first_match("k=v", "(%w)=(%w)"), "k=v,k,v");
  EXPECT_EQ(first_match("ab", "()b()"), "b,2,3");
  EXPECT_EQ(first_match("'x\"'", "(['\"])(.-)%1"), "'x\"',',x\"");
  EXPECT_EQ(first_match("f(a(b)c)d", "%b()"), "(a(b)c)");
  EXPECT_EQ(first_match("THE (quick) fox", "%f[%l]%a+"), "quick");
}

TEST(Pattern, ErrorsComeWhenMatchingGetsThere) {
  EXPECT_EQ(error_of("a", "%"), "error: malformed pattern (ends with '%')");
  EXPECT_EQ(error_of("b", "a%"), "-");
  EXPECT_EQ(error_of("a", "[a"), "error: malformed pattern (missing ']')");
  EXPECT_EQ(error_of("a", "a)"), "error: invalid pattern capture");
  EXPECT_EQ(error_of("a", "(a"), "error: unfinished capture");
  EXPECT_EQ(error_of("a", "%1"), "error: invalid capture index");
  EXPECT_EQ(error_of("a", "%bx"), "error: unbalanced pattern");
  std::string many(20000, 'a'), deep;
  for (int at = 0; at < 20000; at++) deep += "a?";
  EXPECT_EQ(error_of(many, deep.c_str()), "error: pattern too complex");
}

} // namespace yl
