// SPDX-License-Identifier: MIT
// Numbers as text and back, as lua5.1 does it on Linux.
#pragma once
#include <string_view>

#include "object.h"

namespace yl {

struct NumberText {
  char bytes[32];
  int length;
  std::string_view view() const { return {bytes, static_cast<size_t>(length)}; }
};

/** "%.14g": 3, -0, 0.1, 1e+15, inf, -nan. */
NumberText format_number(Value number);

/** What arithmetic and tonumber take for a number: decimal, hexadecimal, "inf", "nan", white space around. `text` ends in a NUL. */
bool parse_number(const char *text, double *out);

/** A number as it is, a string if it reads as one. */
bool to_number(Value value, double *out);

} // namespace yl
