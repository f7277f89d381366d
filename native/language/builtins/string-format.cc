// SPDX-License-Identifier: MIT
// string.format. What a directive means is C's business, so it is C's snprintf that carries out what is not in the usual few forms.
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstring>

#include "string.h"

namespace yl {

namespace {

/** "%5.1f" as C wants it: everything but the conversion, which may need a length modifier before it. */
struct Directive {
  char text[24];
  int length = 0;
  int width = 0, precision = 0;
  bool has_precision = false, has_flags = false;
  /** Whether all there is to do about the width is blanks at the left. */
  bool pads_left() const { return !has_flags; }
  void finish(const char *conversion) { strcpy(text + length, conversion); }
};

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

/** From behind the '%' to the conversion. */
const char *read_directive(Call &call, const char *next, Directive *out) {
  const char *start = next;
  next += strspn(next, "-+ #0");
  if (next - start > 5) call.error("invalid format (repeated flags)");
  out->has_flags = next > start;
  auto two_digits = [&] {
    int number = 0;
    for (int count = 0; count < 2 && is_digit(*next); count++) number = number * 10 + (*next++ - '0');
    return number;
  };
  out->width = two_digits();
  if (*next == '.') {
    out->has_precision = true;
    next++;
    out->precision = two_digits();
  }
  if (is_digit(*next)) call.error("invalid format (width or precision too long)");
  out->text[0] = '%';
  out->length = static_cast<int>(next - start) + 1;
  memcpy(out->text + 1, start, static_cast<size_t>(next - start));
  out->text[out->length] = 0;
  return next;
}

void append_quoted(std::string &out, std::string_view text) {
  out += '"';
  for (char byte : text) {
    switch (byte) {
      case '"':
      case '\\':
      case '\n':
        out += '\\';
        out += byte;
        break;
      case '\r': out += "\\r"; break;
      case 0: out += "\\000"; break;
      default: out += byte;
    }
  }
  out += '"';
}

template <class T> void append_formatted(std::string &out, const Directive &directive, T value) {
  char buffer[512]; // the longest is %.99f of 1e308
  snprintf(buffer, sizeof buffer, directive.text, value);
  out += buffer; // up to a NUL, as in lua5.1: "%c" of 0 gives nothing
}

/** Text that needs nothing but blanks before it. */
void append_padded(std::string &out, const Directive &directive, std::string_view text) {
  if (text.size() < static_cast<size_t>(directive.width)) out.append(static_cast<size_t>(directive.width) - text.size(), ' ');
  out += text;
}

/** %f, %e, %g of a finite number: std::to_chars gives the same digits as snprintf in a fraction of the time. */
void append_floating(std::string &out, const Directive &directive, double value, char conversion) {
  char buffer[512]; // the longest is %.99f of 1e308
  auto format = conversion == 'f' ? std::chars_format::fixed : conversion == 'e' ? std::chars_format::scientific : std::chars_format::general;
  const char *end = std::to_chars(buffer, buffer + sizeof buffer, value, format, directive.has_precision ? directive.precision : 6).ptr;
  append_padded(out, directive, {buffer, static_cast<size_t>(end - buffer)});
}

void append_text(std::string &out, Directive &directive, std::string_view text) {
  if (directive.length == 1 && text.size() < 100) {
    out += text.substr(0, text.find('\0'));
  } else if (!directive.has_precision && text.size() >= 100) {
    out += text; // no width could matter
  } else {
    directive.finish("s");
    append_formatted(out, directive, text.data());
  }
}

void append_argument(Call &call, std::string &out, int number, Directive &directive, char conversion) {
  switch (conversion) {
    case 'c':
      directive.finish("c");
      return append_formatted(out, directive, static_cast<int>(to_integer(call.number(number))));
    case 'd':
    case 'i': {
      Value value = call.argument(number);
      if (directive.pads_left() && !directive.has_precision && is_int(value)) {
        char digits[16];
        const char *end = std::to_chars(digits, digits + sizeof digits, as_int(value)).ptr;
        return append_padded(out, directive, {digits, static_cast<size_t>(end - digits)});
      }
      directive.finish(conversion == 'd' ? "ld" : "li");
      return append_formatted(out, directive, static_cast<long>(to_integer(call.number(number))));
    }
    case 'o':
    case 'u':
    case 'x':
    case 'X': {
      const char finish[] = {'l', conversion, 0};
      directive.finish(finish);
      double value = call.number(number);
      // As C casts to unsigned long on x86-64: negative numbers wrap around.
      unsigned long word = value >= 9223372036854775808.0 ? static_cast<unsigned long>(to_integer(value - 9223372036854775808.0)) ^ (1ul << 63)
                                                          : static_cast<unsigned long>(to_integer(value));
      return append_formatted(out, directive, word);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'g':
    case 'G': {
      double value = call.number(number);
      if (conversion >= 'e' && directive.pads_left() && std::isfinite(value)) return append_floating(out, directive, value, conversion);
      const char finish[] = {conversion, 0};
      directive.finish(finish);
      return append_formatted(out, directive, value);
    }
    case 'q': return append_quoted(out, call.text(number));
    case 's': return append_text(out, directive, call.text(number));
    default: call.error(std::string("invalid option '%") + (conversion ? std::string(1, conversion) : "") + "' to 'format'");
  }
}

} // namespace

yg_pair string_format(Call &call) {
  std::string_view format = call.text(1);
  std::string out;
  int number = 1;
  for (const char *next = format.data(), *end = next + format.size(); next < end;) {
    const auto *percent = static_cast<const char *>(memchr(next, '%', static_cast<size_t>(end - next)));
    if (!percent) percent = end;
    out.append(next, percent);
    if (percent == end) break;
    next = percent + 1;
    if (*next == '%') {
      out += *next++;
      continue;
    }
    if (!call.has(++number)) call.argument_error(number, "no value");
    Directive directive;
    next = read_directive(call, next, &directive);
    char conversion = *next++;
    append_argument(call, out, number, directive, conversion);
  }
  return call.one(call.runtime.string_value(out));
}

} // namespace yl
