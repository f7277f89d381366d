// SPDX-License-Identifier: MIT
#include "number-text.h"

#include <cctype>
#include <charconv>
#include <cstdio>
#include <cstdlib>

#include "value.h"

namespace yl {

NumberText format_number(Value number) {
  NumberText text;
  double value = number_of(number);
  // Up to 14 digits %.14g prints every digit of an integer; -0 prints its sign, so it takes the slow path.
  if (value > -1e14 && value < 1e14 && value == std::trunc(value) && (value != 0 || !std::signbit(value))) {
    text.length = static_cast<int>(std::to_chars(text.bytes, text.bytes + sizeof text.bytes, static_cast<int64_t>(value)).ptr - text.bytes);
    text.bytes[text.length] = 0;
  } else if (std::isfinite(value)) { // several times as fast as snprintf, and the same digits
    text.length = static_cast<int>(std::to_chars(text.bytes, text.bytes + sizeof text.bytes, value, std::chars_format::general, 14).ptr - text.bytes);
    text.bytes[text.length] = 0;
  } else {
    text.length = snprintf(text.bytes, sizeof text.bytes, "%.14g", value);
  }
  return text;
}

bool parse_number(const char *text, double *out) {
  char *end;
  *out = strtod(text, &end);
  if (end == text) return false;
  if (*end == 'x' || *end == 'X') *out = static_cast<double>(strtoul(text, &end, 16));
  while (isspace(static_cast<unsigned char>(*end))) end++;
  return *end == 0;
}

bool to_number(Value value, double *out) {
  if (is_number(value)) {
    *out = number_of(value);
    return true;
  }
  return is_string(value) && parse_number(as_string(value)->bytes(), out);
}

} // namespace yl
