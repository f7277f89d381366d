// SPDX-License-Identifier: MIT
// Leaf helpers that make short strings. What takes more memory than a free cell, or is not the usual case, they leave to the host's way: they
// return kNotFound then, and nothing has happened.
#include <charconv>

#include "builtins/string.h"
#include "helpers.h"
#include "string-table.h"

using namespace yl;

namespace {

/** Of what is put together on the language stack. */
constexpr size_t kMostBytes = 256;
constexpr size_t kMostDigits = 11; // of an int32, with its sign

Value text_value(Coroutine *co, const char *bytes, size_t count) {
  if (count == 1) return runtime_of(co).library.characters[static_cast<uint8_t>(*bytes)];
  String *string = runtime_of(co).strings.try_intern({bytes, count});
  return string ? box(string) : kNotFound;
}

} // namespace

Value yl_leaf_concat(Coroutine *co, int64_t count) {
  char bytes[kMostBytes];
  char *next = bytes, *end = bytes + kMostBytes;
  for (int64_t at = 0; at < count; at++) {
    Value value = co->arguments[at];
    if (is_string(value)) {
      std::string_view text = view(as_string(value));
      if (text.size() > static_cast<size_t>(end - next)) return kNotFound;
      memcpy(next, text.data(), text.size());
      next += text.size();
    } else if (is_int(value) && static_cast<size_t>(end - next) >= kMostDigits) {
      next = std::to_chars(next, end, as_int(value)).ptr;
    } else {
      return kNotFound;
    }
  }
  return text_value(co, bytes, static_cast<size_t>(next - bytes));
}

Value yl_leaf_characters(Coroutine *co, int64_t count) {
  char bytes[kMostBytes];
  if (count > static_cast<int64_t>(kMostBytes)) return kNotFound;
  for (int64_t at = 0; at < count; at++) {
    Value value = co->arguments[at];
    if (!is_int(value) || as_int(value) < 0 || as_int(value) > 255) return kNotFound;
    bytes[at] = static_cast<char>(as_int(value));
  }
  return text_value(co, bytes, static_cast<size_t>(count));
}

Value yl_leaf_substring(Coroutine *co, Value text, int64_t first, int64_t last) {
  std::string_view all = view(as_string(text)), part = substring(all, first, last);
  if (part.size() == all.size()) return text;
  return part.size() > kLargestCell ? kNotFound : text_value(co, part.data(), part.size());
}

Value yl_leaf_change_case(Coroutine *co, Value text, int64_t upper) {
  char bytes[kMostBytes];
  std::string_view from = view(as_string(text));
  if (from.size() > kMostBytes) return kNotFound;
  change_case(from, bytes, upper != 0);
  return text_value(co, bytes, from.size());
}

Value yl_leaf_int_text(Coroutine *co, int64_t number) {
  char bytes[kMostDigits];
  return text_value(co, bytes, static_cast<size_t>(std::to_chars(bytes, bytes + kMostDigits, static_cast<int32_t>(number)).ptr - bytes));
}

/** A decimal number of few digits: both they and the power of ten are exact as doubles, so that the quotient is rounded once, as strtod does. */
Value yl_leaf_parse_number(Value text) {
  static constexpr double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  constexpr size_t kMostExactDigits = 15;
  std::string_view bytes = view(as_string(text));
  if (bytes.empty() || bytes.size() > kMostExactDigits || bytes == ".") return kNotFound;
  int64_t digits = 0;
  size_t point = bytes.size();
  for (size_t at = 0; at < bytes.size(); at++) {
    auto digit = static_cast<uint8_t>(bytes[at] - '0');
    if (digit <= 9) digits = digits * 10 + digit;
    else if (bytes[at] == '.' && point == bytes.size()) point = at;
    else return kNotFound;
  }
  size_t decimals = point == bytes.size() ? 0 : bytes.size() - point - 1;
  return box_number(static_cast<double>(digits) / powers[decimals]);
}
