// SPDX-License-Identifier: MIT
// Lua 5.1's patterns: see "Patterns" in its reference manual.
#pragma once
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>

#include "../object.h"

namespace yl {

/** What is wrong with a pattern; the message is lua5.1's. Found only when matching gets there, as in lua5.1. */
struct PatternError : std::exception {
  explicit PatternError(std::string text) : message(std::move(text)) {}
  std::string message;
};

constexpr int kMaximumCaptures = 32;

/** Matches one pattern against one subject, from any of its positions. Both end in a NUL; a NUL ends the pattern early. */
class PatternMatcher {
 public:
  struct Capture { const char *start; ptrdiff_t length; };
  static constexpr ptrdiff_t kUnfinished = -1, kPosition = -2;

  /** `co` is polled for requests, as matching may take time exponential in the pattern's length; null in tests. */
  PatternMatcher(Coroutine *co, std::string_view subject, const char *pattern)
      : co_(co), begin_(subject.data()), end_(subject.data() + subject.size()), pattern_(pattern) {}

  /** The first position from `at` on where a match may begin: where the byte is that the pattern begins with. Behind the end if there is none. */
  const char *candidate(const char *at) const;
  /** The end of the match that begins at `at`, or null. */
  const char *match(const char *at);

  int capture_count() const { return count_; }
  const Capture &capture(int index) const { return captures_[index]; }

  /**
   * Number of values that a match gives: its captures, or all of it when there are none and `whole`.
   * Value `index`, of a match from `start` to `end`. A position capture's length is kPosition.
   */
  int value_count(bool whole) const { return count_ == 0 && whole ? 1 : count_; }
  Capture value(int index, const char *start, const char *end) const;
  /** Counted from 1, as a program sees it. */
  ptrdiff_t position_of(const Capture &capture) const { return capture.start - begin_ + 1; }

 private:
  struct Depth; // counts recursion
  const char *run(const char *at, const char *pattern);
  const char *open(const char *at, const char *pattern, ptrdiff_t kind);
  const char *close(const char *at, const char *pattern);
  const char *balanced(const char *at, const char *pattern) const;
  const char *back_reference(const char *at, char digit) const;
  const char *longest_first(const char *at, const char *item, const char *item_end);
  const char *shortest_first(const char *at, const char *item, const char *item_end);
  const char *item_end(const char *item) const;
  bool item_accepts(unsigned char byte, const char *item, const char *item_end) const;

  Coroutine *co_;
  const char *begin_, *end_, *pattern_;
  int count_ = 0, depth_ = 0;
  Capture captures_[kMaximumCaptures];
};

/** Whether `pattern` is just a text to look for. As in lua5.1, what follows a NUL does not count. */
bool is_plain_text(const char *pattern);

} // namespace yl
