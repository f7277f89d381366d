// SPDX-License-Identifier: MIT
// The basic library: setmetatable, getmetatable, rawget, rawset, rawequal.
#include "../error.h"
#include "../metatable.h"
#include "call.h"
#include "file.h"

namespace yl {

namespace {

yg_pair setmetatable(Call &call) {
  Table *table = call.table(1);
  Value metatable = call.argument(2);
  if (!call.has(2) || (metatable != kNil && (!is_table(metatable) || is_file(metatable)))) call.argument_error(2, "nil or table expected");
  if (metamethod(call.runtime, box(table), Metamethod::kMetatable) != kNil) throw_at_caller(call.co, "cannot change a protected metatable");
  call.runtime.delegations.set_metatable(table, metatable == kNil ? nullptr : as_table(metatable));
  return call.one(box(table));
}

yg_pair getmetatable(Call &call) {
  call.any(1);
  Table *metatable = metatable_of(call.runtime, call.argument(1));
  if (!metatable) return call.one(kNil);
  Value instead = metamethod(call.runtime, call.argument(1), Metamethod::kMetatable);
  return call.one(instead == kNil ? box(metatable) : instead);
}

yg_pair rawget(Call &call) {
  Table *table = call.table(1);
  call.any(2);
  Value key = call.argument(2);
  return call.one(key == kNil ? kNil : table_get(table, key));
}

yg_pair rawset(Call &call) {
  Table *table = call.table(1);
  call.any(2);
  call.any(3);
  Value key = call.argument(2);
  if (key == kNil) throw_message(call.co, "table index is nil");
  if (is_double(key) && as_double(key) != as_double(key)) throw_message(call.co, "table index is NaN");
  table_set(call.runtime.tables, table, key, call.argument(3));
  return call.one(box(table));
}

yg_pair rawequal(Call &call) {
  call.any(1);
  call.any(2);
  Value a = call.argument(1), b = call.argument(2);
  return call.one(box_boolean(is_number(a) && is_number(b) ? number_of(a) == number_of(b) : a == b));
}

} // namespace

void open_metatables(Runtime &runtime) {
  Library library(runtime);
  const struct { const char *name; BuiltinFunction body; } functions[] = {
      {"setmetatable", setmetatable}, {"getmetatable", getmetatable}, {"rawget", rawget}, {"rawset", rawset}, {"rawequal", rawequal},
  };
  for (const auto &function : functions) library.set_global(function.name, box(library.function(function.name, function.body)));
}

} // namespace yl
