// SPDX-License-Identifier: MIT
// The basic library: print, tostring, tonumber, type, ipairs, pairs, next, assert, error.
#include <cctype>
#include <cstdio>
#include <cstdlib>

#include "../error.h"
#include "../number-text.h"
#include "call.h"
#include "file.h"

namespace yl {

std::string to_text(Value value) {
  if (is_number(value)) return std::string(format_number(value).view());
  if (is_string(value)) return std::string(view(as_string(value)));
  if (value == kNil) return "nil";
  if (value == kTrue) return "true";
  if (value == kFalse) return "false";
  if (is_file(value) && !as_file(value)->stream) return "file (closed)";
  char text[64];
  if (is_file(value)) {
    snprintf(text, sizeof text, "file (%p)", pointer_of<void>(value));
    return text;
  }
  snprintf(text, sizeof text, "%s: %p", type_name(value), pointer_of<void>(value));
  return text;
}

namespace {

yg_pair print(Call &call) {
  Output &output = call.runtime.output;
  for (int number = 1; number <= call.count; number++) {
    if (number > 1) output.write("\t");
    Value value = call.argument(number);
    if (is_string(value)) output.write(view(as_string(value)));
    else output.write(to_text(value));
  }
  output.write("\n");
  return call.none();
}

yg_pair tostring(Call &call) {
  call.any(1);
  Value value = call.argument(1);
  return call.one(is_string(value) ? value : call.runtime.string_value(to_text(value)));
}

yg_pair tonumber(Call &call) {
  int64_t base = call.integer_or(2, 10);
  if (base == 10) {
    call.any(1);
    double value;
    return call.one(to_number(call.argument(1), &value) ? box_number(value) : kNil);
  }
  const char *text = call.text(1).data();
  if (base < 2 || base > 36) call.argument_error(2, "base out of range");
  char *end;
  unsigned long value = strtoul(text, &end, static_cast<int>(base));
  if (end == text) return call.one(kNil);
  while (isspace(static_cast<unsigned char>(*end))) end++;
  return call.one(*end ? kNil : box_number(static_cast<double>(value)));
}

yg_pair type(Call &call) {
  call.any(1);
  return call.one(call.runtime.string_value(is_file(call.argument(1)) ? "userdata" : type_name(call.argument(1))));
}

yg_pair next(Call &call) {
  Table *table = call.table(1);
  TableEntry entry;
  if (!table_next(table, call.argument(2), &entry)) throw_message(call.co, "invalid key to 'next'");
  return entry.key == kNil ? call.one(kNil) : call.many({entry.key, entry.value});
}

yg_pair pairs(Call &call) {
  Table *table = call.table(1);
  return call.many({box(call.runtime.next_function), box(table), kNil});
}

yg_pair ipairs_iterator(Call &call) {
  double key = call.number(2) + 1;
  Value value = table_get(call.table(1), box_number(key));
  return value == kNil ? call.none() : call.many({box_number(key), value});
}

yg_pair ipairs(Call &call) {
  Table *table = call.table(1);
  return call.many({box(call.runtime.ipairs_iterator), box(table), box_int(0)});
}

yg_pair assert_(Call &call) {
  call.any(1);
  if (is_truthy(call.argument(1))) return call.arguments_from(1);
  throw_at_caller(call.co, call.argument(2) == kNil ? "assertion failed!" : std::string(call.text(2)));
}

yg_pair error(Call &call) {
  Value value = call.argument(1);
  int64_t level = call.integer_or(2, 1);
  if (level > 0 && (is_string(value) || is_number(value)))
    throw_message(call.co, position(call.co, static_cast<int>(level)) + to_text(value));
  throw_value(value);
}

} // namespace

void open_base(Runtime &runtime) {
  Library library(runtime);
  runtime.next_function = library.function("next", next);
  runtime.ipairs_iterator = library.function("ipairs.iterator", ipairs_iterator);
  library.set_global("next", box(runtime.next_function));
  const struct { const char *name; BuiltinFunction body; } functions[] = {
      {"print", print}, {"tostring", tostring}, {"tonumber", tonumber}, {"type", type},
      {"pairs", pairs}, {"ipairs", ipairs},     {"assert", assert_},    {"error", error},
  };
  for (const auto &function : functions) library.set_global(function.name, box(library.function(function.name, function.body)));
}

} // namespace yl
