// SPDX-License-Identifier: MIT
#include "pattern.h"

#include <cstring>

#include "../requests.h"

namespace yl {

namespace {

// Character classes of the C locale, whatever the process's is.
constexpr bool between(unsigned char byte, char low, char high) { return byte >= static_cast<unsigned char>(low) && byte <= static_cast<unsigned char>(high); }
constexpr bool is_lower(unsigned char byte) { return between(byte, 'a', 'z'); }
constexpr bool is_upper(unsigned char byte) { return between(byte, 'A', 'Z'); }
constexpr bool is_digit(unsigned char byte) { return between(byte, '0', '9'); }
constexpr bool is_letter(unsigned char byte) { return is_lower(byte) || is_upper(byte); }

/** Whether `byte` is of the class that "%<name>" means. */
bool class_accepts(unsigned char byte, unsigned char name) {
  bool in;
  switch (name | 0x20) {
    case 'a': in = is_letter(byte); break;
    case 'c': in = byte < 32 || byte == 127; break;
    case 'd': in = is_digit(byte); break;
    case 'l': in = is_lower(byte); break;
    case 'p': in = byte > 32 && byte < 127 && !is_letter(byte) && !is_digit(byte); break;
    case 's': in = byte == ' ' || between(byte, '\t', '\r'); break;
    case 'u': in = is_upper(byte); break;
    case 'w': in = is_letter(byte) || is_digit(byte); break;
    case 'x': in = is_digit(byte) || between(byte | 0x20, 'a', 'f'); break;
    case 'z': in = byte == 0; break;
    default: return byte == name;
  }
  if (!is_letter(name)) return byte == name; // 0x20 set in what is no letter
  return in != is_upper(name);
}

/** `set` is at '[', `last` at the ']' that closes it. */
bool set_accepts(unsigned char byte, const char *set, const char *last) {
  auto at = [](const char *where) { return static_cast<unsigned char>(*where); };
  bool found = true;
  const char *next = set + 1;
  if (*next == '^') {
    found = false;
    next++;
  }
  while (next < last) {
    if (*next == '%') {
      if (class_accepts(byte, at(next + 1))) return found;
      next += 2;
    } else if (next[1] == '-' && next + 2 < last) {
      if (at(next) <= byte && byte <= at(next + 2)) return found;
      next += 3;
    } else {
      if (at(next) == byte) return found;
      next++;
    }
  }
  return !found;
}

} // namespace

/** The host stack is not endless: a thread of Node's has a few megabytes. */
struct PatternMatcher::Depth {
  static constexpr int kMaximum = 12000;
  explicit Depth(int &depth) : depth_(depth) {
    if (++depth_ > kMaximum) throw PatternError("pattern too complex");
  }
  ~Depth() { depth_--; }
  int &depth_;
};

const char *PatternMatcher::candidate(const char *at) const {
  char first = *pattern_;
  if (at > end_ || !first || strchr("().[%$", first) || (pattern_[1] && strchr("*?-", pattern_[1]))) return at;
  const void *found = memchr(at, first, static_cast<size_t>(end_ - at));
  return found ? static_cast<const char *>(found) : end_ + 1;
}

const char *PatternMatcher::match(const char *at) {
  count_ = 0;
  depth_ = 0;
  return run(at, pattern_);
}

PatternMatcher::Capture PatternMatcher::value(int index, const char *start, const char *end) const {
  if (index >= count_) {
    if (index != 0) throw PatternError("invalid capture index");
    return {start, end - start};
  }
  if (captures_[index].length == kUnfinished) throw PatternError("unfinished capture");
  return captures_[index];
}

/** Behind one item: a byte, '.', a class or a set, without what says how often it is to be matched. */
const char *PatternMatcher::item_end(const char *item) const {
  char first = *item++;
  if (first == '%') {
    if (!*item) throw PatternError("malformed pattern (ends with '%')");
    return item + 1;
  }
  if (first != '[') return item;
  if (*item == '^') item++;
  do { // a ']' that comes first stands for itself
    if (!*item) throw PatternError("malformed pattern (missing ']')");
    if (*item++ == '%' && *item) item++;
  } while (*item != ']');
  return item + 1;
}

bool PatternMatcher::item_accepts(unsigned char byte, const char *item, const char *item_end) const {
  switch (*item) {
    case '.': return true;
    case '%': return class_accepts(byte, static_cast<unsigned char>(item[1]));
    case '[': return set_accepts(byte, item, item_end - 1);
    default: return static_cast<unsigned char>(*item) == byte;
  }
}

const char *PatternMatcher::run(const char *at, const char *pattern) {
  Depth depth(depth_);
  if (co_) poll(co_);
  for (;;) {
    switch (*pattern) {
      case 0: return at;
      case '(': return pattern[1] == ')' ? open(at, pattern + 2, kPosition) : open(at, pattern + 1, kUnfinished);
      case ')': return close(at, pattern + 1);
      case '$':
        if (!pattern[1]) return at == end_ ? at : nullptr;
        break;
      case '%':
        if (pattern[1] == 'b') {
          at = balanced(at, pattern + 2);
          if (!at) return nullptr;
          pattern += 4;
          continue;
        }
        if (pattern[1] == 'f') {
          const char *set = pattern + 2;
          if (*set != '[') throw PatternError("missing '[' after '%f' in pattern");
          pattern = item_end(set);
          unsigned char before = at == begin_ ? 0 : static_cast<unsigned char>(at[-1]), here = static_cast<unsigned char>(*at);
          if (set_accepts(before, set, pattern - 1) || !set_accepts(here, set, pattern - 1)) return nullptr;
          continue;
        }
        if (is_digit(static_cast<unsigned char>(pattern[1]))) {
          at = back_reference(at, pattern[1]);
          if (!at) return nullptr;
          pattern += 2;
          continue;
        }
        break;
    }
    const char *behind = item_end(pattern);
    bool accepted = at < end_ && item_accepts(static_cast<unsigned char>(*at), pattern, behind);
    switch (*behind) {
      case '?':
        if (accepted)
          if (const char *found = run(at + 1, behind + 1)) return found;
        pattern = behind + 1;
        break;
      case '*': return longest_first(at, pattern, behind);
      case '+': return accepted ? longest_first(at + 1, pattern, behind) : nullptr;
      case '-': return shortest_first(at, pattern, behind);
      default:
        if (!accepted) return nullptr;
        at++;
        pattern = behind;
    }
  }
}

const char *PatternMatcher::open(const char *at, const char *pattern, ptrdiff_t kind) {
  if (count_ == kMaximumCaptures) throw PatternError("too many captures");
  int index = count_++;
  captures_[index] = {at, kind};
  const char *found = run(at, pattern);
  if (!found) count_ = index;
  return found;
}

const char *PatternMatcher::close(const char *at, const char *pattern) {
  int index = count_;
  do {
    if (index-- == 0) throw PatternError("invalid pattern capture");
  } while (captures_[index].length != kUnfinished);
  captures_[index].length = at - captures_[index].start;
  const char *found = run(at, pattern);
  if (!found) captures_[index].length = kUnfinished;
  return found;
}

const char *PatternMatcher::balanced(const char *at, const char *pattern) const {
  char opening = pattern[0], closing = opening ? pattern[1] : '\0';
  if (!closing) throw PatternError("unbalanced pattern");
  if (at == end_ || *at != opening) return nullptr;
  int open = 1;
  for (at++; at < end_; at++) {
    if (*at == closing) {
      if (--open == 0) return at + 1;
    } else if (*at == opening) {
      open++;
    }
  }
  return nullptr;
}

const char *PatternMatcher::back_reference(const char *at, char digit) const {
  int index = digit - '1';
  if (index < 0 || index >= count_ || captures_[index].length == kUnfinished) throw PatternError("invalid capture index");
  const Capture &capture = captures_[index];
  // A position has no text; lua5.1 takes its length for an enormous one.
  if (capture.length == kPosition || end_ - at < capture.length || memcmp(capture.start, at, static_cast<size_t>(capture.length)) != 0) return nullptr;
  return at + capture.length;
}

const char *PatternMatcher::longest_first(const char *at, const char *item, const char *item_end) {
  const char *last = at;
  while (last < end_ && item_accepts(static_cast<unsigned char>(*last), item, item_end)) last++;
  if (!item_end[1]) return last; // nothing follows: no need to try
  for (; last >= at; last--)
    if (const char *found = run(last, item_end + 1)) return found;
  return nullptr;
}

const char *PatternMatcher::shortest_first(const char *at, const char *item, const char *item_end) {
  for (;; at++) {
    if (const char *found = run(at, item_end + 1)) return found;
    if (at == end_ || !item_accepts(static_cast<unsigned char>(*at), item, item_end)) return nullptr;
  }
}

bool is_plain_text(const char *pattern) { return strpbrk(pattern, "^$*+?.([%-") == nullptr; }

} // namespace yl
