// SPDX-License-Identifier: MIT
// string: what needs no patterns. string-format.cc and string-match.cc have the rest.
#include "string.h"

#include <algorithm>

#include "../requests.h"

namespace yl {

int64_t position_from(int64_t position, size_t length) {
  if (position < 0) position += static_cast<int64_t>(length) + 1;
  return std::max<int64_t>(position, 0);
}

std::string_view substring(std::string_view text, int64_t first, int64_t last) {
  first = std::max<int64_t>(position_from(first, text.size()), 1);
  last = std::min(position_from(last, text.size()), static_cast<int64_t>(text.size()));
  return first > last ? std::string_view() : text.substr(static_cast<size_t>(first - 1), static_cast<size_t>(last - first + 1));
}

void change_case(std::string_view from, char *to, bool upper) {
  char first = upper ? 'a' : 'A', last = upper ? 'z' : 'Z';
  for (char byte : from) *to++ = static_cast<char>(byte >= first && byte <= last ? byte ^ 0x20 : byte);
}

namespace {

/** A result of so many bytes can be made. */
void check_length(Call &call, double length) {
  if (length > static_cast<double>(call.runtime.options.memory_limit_bytes)) throw OutOfMemory();
}

yg_pair len(Call &call) { return call.one(box_number(static_cast<double>(call.text(1).size()))); }

yg_pair sub(Call &call) {
  std::string_view text = call.text(1);
  int64_t first = call.integer(2);
  std::string_view part = substring(text, first, call.integer_or(3, -1));
  if (part.size() == text.size() && is_string(call.argument(1))) return call.one(call.argument(1));
  return call.one(call.runtime.string_value(part));
}

yg_pair byte(Call &call) {
  std::string_view text = call.text(1);
  int64_t first = position_from(call.integer_or(2, 1), text.size());
  int64_t last = std::min(position_from(call.integer_or(3, first), text.size()), static_cast<int64_t>(text.size()));
  first = std::max<int64_t>(first, 1);
  if (first > last) return call.none();
  const auto *bytes = reinterpret_cast<const unsigned char *>(text.data()) + first - 1;
  auto count = static_cast<size_t>(last - first + 1);
  if (count == 1) return call.one(box_int(*bytes));
  if (!call.has_room_for(static_cast<int64_t>(count))) call.error("stack overflow (string slice too long)");
  for (size_t at = 0; at < count; at++) call.co->results[at] = box_int(bytes[at]);
  return {call.co->results[0], count};
}

yg_pair char_(Call &call) {
  char few[64];
  std::string many;
  char *bytes = few;
  if (call.count > 64) {
    many.resize(static_cast<size_t>(call.count));
    bytes = many.data();
  }
  for (int number = 1; number <= call.count; number++) {
    int code = call.small_integer(number);
    if (code < 0 || code > 255) call.argument_error(number, "invalid value");
    bytes[number - 1] = static_cast<char>(code);
  }
  return call.one(call.runtime.string_value({bytes, static_cast<size_t>(call.count)}));
}

/** One result of as many bytes as the argument has: `change` writes them. */
template <class Change> yg_pair same_length(Call &call, Change change) {
  std::string_view text = call.text(1);
  std::string &out = call.runtime.scratch;
  out.resize(text.size());
  change(text, out.data());
  return call.one(call.runtime.string_value(out));
}

yg_pair lower(Call &call) {
  return same_length(call, [](std::string_view from, char *to) { change_case(from, to, false); });
}

yg_pair upper(Call &call) {
  return same_length(call, [](std::string_view from, char *to) { change_case(from, to, true); });
}

yg_pair reverse(Call &call) {
  return same_length(call, [](std::string_view from, char *to) { std::reverse_copy(from.begin(), from.end(), to); });
}

yg_pair rep(Call &call) {
  std::string_view text = call.text(1);
  int times = call.small_integer(2);
  if (times <= 0 || text.empty()) return call.one(call.runtime.string_value(""));
  check_length(call, static_cast<double>(text.size()) * times);
  if (text.size() == 1) return call.one(call.runtime.string_value(std::string(static_cast<size_t>(times), text[0])));
  std::string out;
  out.reserve(text.size() * static_cast<size_t>(times));
  for (int time = 0; time < times; time++) {
    poll(call.co);
    out += text;
  }
  return call.one(call.runtime.string_value(out));
}

} // namespace

void open_string(Runtime &runtime) {
  Library library(runtime);
  Table *string = library.open("string", {{"string.byte", byte}, {"string.char", char_}, {"string.find", string_find},
      {"string.format", string_format}, {"string.gmatch", string_gmatch}, {"string.gsub", string_gsub}, {"string.len", len},
      {"string.lower", lower}, {"string.match", string_match}, {"string.rep", rep}, {"string.reverse", reverse}, {"string.sub", sub},
      {"string.upper", upper}});
  library.set_field(string, "gfind", table_get_string(string, runtime.string("gmatch"))); // its name in Lua 5.0
  runtime.library.string = string;
  for (int code = 0; code < 256; code++) {
    auto byte = static_cast<char>(code);
    runtime.library.characters[code] = runtime.string_value({&byte, 1});
  }
  runtime.library.gmatch_iterator = builtin_of(library.function("string.gmatch.iterator", string_gmatch_next));
}

} // namespace yl
