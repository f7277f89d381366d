// SPDX-License-Identifier: MIT
// The basic library: print, tostring, tonumber, type, ipairs, pairs, next, assert, error.
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "../collector.h"
#include "../continuation.h"
#include "../error.h"
#include "../generated.h"
#include "../metatable.h"
#include "../number-text.h"
#include "../traceback.h"
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

yg_pair print_on(Call &call, const Value *state, size_t count);

/**
 * Print values[0 .. count). As lua5.1's, print calls the global tostring; nobody sees the difference while that is the library's. The
 * tab before a text is written when there is one: tostring may fail.
 */
yg_pair print_values(Call &call, const Value *values, size_t count, bool first) {
  Output &output = call.runtime.output;
  Value converter = call.runtime.global("tostring");
  bool usual = converter == box(call.runtime.tostring_function);
  for (size_t at = 0; at < count; at++) {
    Value value = values[at];
    bool tab = !first || at > 0;
    if (!usual || metamethod(call.runtime, value, Metamethod::kToString) != kNil) {
      std::vector<Value> state(values + at, values + count);
      state[0] = tab ? kTrue : kFalse;
      return call_then(call, converter, {value}, print_on, std::move(state));
    }
    if (tab) output.write("\t");
    if (is_string(value)) output.write(as_string(value)->bytes()); // up to a NUL, as lua5.1's does
    else output.write(to_text(value));
  }
  output.write("\n");
  return call.none();
}

/** The text of one value has arrived; state: whether a tab comes before it, then the values after it. */
yg_pair print_on(Call &call, const Value *state, size_t count) {
  Value text = call.argument(1);
  if (!is_string(text) && !is_number(text)) throw_at_caller(call.co, "'tostring' must return a string to 'print'");
  if (state[0] == kTrue) call.runtime.output.write("\t");
  call.runtime.output.write(to_text(text).c_str());
  return print_values(call, state + 1, count - 1, false);
}

yg_pair print(Call &call) { return print_values(call, call.arguments, static_cast<size_t>(call.count), true); }

yg_pair tostring(Call &call) {
  call.any(1);
  Value value = call.argument(1);
  Value handler = metamethod(call.runtime, value, Metamethod::kToString);
  auto only_first = [](Call &after, const Value *, size_t) { return after.one(after.argument(1)); };
  if (handler != kNil) return call_then(call, handler, {value}, only_first, {});
  return call.one(is_string(value) ? value : call.runtime.string_value(to_text(value)));
}

yg_pair tonumber(Call &call) {
  int base = call.small_integer_or(2, 10);
  if (base == 10) {
    call.any(1);
    double value;
    return call.one(to_number(call.argument(1), &value) ? box_number(value) : kNil);
  }
  const char *text = call.text(1).data();
  if (base < 2 || base > 36) call.argument_error(2, "base out of range");
  char *end;
  unsigned long value = strtoul(text, &end, base);
  if (end == text) return call.one(kNil);
  while (isspace(static_cast<unsigned char>(*end))) end++;
  return call.one(*end ? kNil : box_number(static_cast<double>(value)));
}

yg_pair type(Call &call) {
  call.any(1);
  return call.one(call.runtime.string_value(type_name(call.argument(1))));
}

yg_pair next(Call &call) {
  Table *table = call.table(1);
  TableEntry entry;
  if (!table_next(table, call.argument(2), &entry)) throw_message(call.co, "invalid key to 'next'");
  return entry.key == kNil ? call.one(kNil) : call.many({entry.key, entry.value});
}

/** Loops call a function of their own: `pairs(t) ~= next`, as in lua5.1. */
yg_pair pairs(Call &call) {
  Table *table = call.table(1);
  return call.many({box(call.runtime.pairs_iterator), box(table), kNil});
}

yg_pair ipairs_iterator(Call &call) {
  Value key = box_int(static_cast<int32_t>(static_cast<uint32_t>(call.small_integer(2)) + 1));
  Value value = table_get(call.table(1), key);
  return value == kNil ? call.none() : call.many({key, value});
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
  int level = call.small_integer_or(2, 1);
  if (level > 0 && (is_string(value) || is_number(value)))
    throw_message(call.co, position(call.co, level) + to_text(value));
  throw_value(value);
}

/** select(n, …): what is behind the n-th; select('#', …): how many there are. */
yg_pair select_(Call &call) {
  Value which = call.argument(1);
  if (is_string(which) && view(as_string(which)).substr(0, 1) == "#") return call.one(box_int(call.count - 1));
  int64_t number = call.small_integer(1);
  if (number < 0) number = call.count + number;
  else if (number > call.count) number = call.count;
  if (number < 1) call.argument_error(1, "index out of range");
  return call.arguments_from(static_cast<int>(number) + 1);
}

yg_pair unpack(Call &call) {
  Table *table = call.table(1);
  int64_t first = call.small_integer_or(2, 1), last = call.small_integer_or(3, static_cast<int>(table_length(table)));
  if (first > last) return call.none();
  int64_t count = last - first + 1;
  if (!call.has_room_for(count)) throw_at_caller(call.co, "too many results to unpack");
  for (int64_t at = 0; at < count; at++) call.co->results[at] = table_get(table, box_number(static_cast<double>(first + at)));
  return {call.co->results[0], static_cast<uintptr_t>(count)};
}

/** debug.traceback([thread,] [message [, level]]) */
yg_pair traceback(Call &call) {
  int first = is_thread(call.argument(1)) ? 2 : 1;
  Coroutine *co = first == 2 ? as_coroutine(call.argument(1)) : call.co;
  Value message = call.argument(first);
  if (call.has(first) && !is_string(message) && !is_number(message)) return call.one(message); // nil, too
  call.runtime.in_builtin = false;
  std::string text = message == kNil ? "" : to_text(message) + "\n";
  return call.one(call.runtime.string_value(text + make_traceback(co)));
}

/** Every step is a whole collection. */
yg_pair collectgarbage(Call &call) {
  Runtime &runtime = call.runtime;
  std::string option = call.argument(1) == kNil ? "collect" : std::string(call.text(1));
  int number = call.small_integer_or(2, 0);
  if (option == "count") return call.one(box_number(static_cast<double>(runtime.heap.used_bytes()) / 1024));
  if (option == "setpause") return call.one(box_int(static_cast<int32_t>(runtime.heap.set_pause(static_cast<uint32_t>(std::max(number, 0))))));
  if (option == "setstepmul") return call.one(box_int(std::exchange(runtime.step_multiplier, number)));
  if (option == "stop" || option == "restart") {
    runtime.heap.set_stopped(option == "stop");
    return call.one(box_int(0));
  }
  if (option == "collect" || option == "step") {
    collect(runtime, call.co); // of the call nothing is needed any more
    return call.one(option == "step" ? kTrue : box_int(0));
  }
  call.argument_error(1, "invalid option '" + option + "'");
}

} // namespace

void open_base(Runtime &runtime) {
  Library library(runtime);
  runtime.next_function = library.function("next", next);
  runtime.pairs_iterator = library.function("next", next);
  runtime.ipairs_iterator = library.function("ipairs.iterator", ipairs_iterator);
  library.set_global("next", box(runtime.next_function));
  const struct { const char *name; BuiltinFunction body; } functions[] = {
      {"print", print}, {"tostring", tostring}, {"tonumber", tonumber}, {"type", type},
      {"pairs", pairs}, {"ipairs", ipairs},     {"assert", assert_},    {"error", error},
      {"select", select_}, {"unpack", unpack}, {"collectgarbage", collectgarbage},
  };
  for (const auto &function : functions) library.set_global(function.name, box(library.function(function.name, function.body)));
  runtime.tostring_function = as_function(runtime.global("tostring"));
  runtime.pcall_function = library.generated("pcall", reinterpret_cast<const void *>(yl_builtin_pcall));
  library.set_global("pcall", box(runtime.pcall_function));
  library.set_global("xpcall", box(library.generated("xpcall", reinterpret_cast<const void *>(yl_builtin_xpcall))));
  library.set_global("_VERSION", runtime.string_value("Lua 5.1"));
  Table *debug = library.table();
  library.set_field(debug, "traceback", box(library.function("debug.traceback", traceback)));
  library.set_global("debug", box(debug));
}

} // namespace yl
