// SPDX-License-Identifier: MIT
// table: all accesses are raw, as in lua5.1. table-sort.cc has sort.
#include "../table.h"

#include "../requests.h"
#include "prelude.h"
#include "table-sort.h"

namespace yl {

namespace {

void set(Call &call, Table *table, int64_t key, Value value) {
  if (key == static_cast<int32_t>(key)) table_set_int(call.runtime.tables, table, static_cast<int32_t>(key), value);
  else table_set(call.runtime.tables, table, box_number(static_cast<double>(key)), value);
}

Value get(Table *table, int64_t key) {
  return key == static_cast<int32_t>(key) ? table_get_int(table, static_cast<int32_t>(key)) : table_get(table, box_number(static_cast<double>(key)));
}

yg_pair getn(Call &call) { return call.one(box_int(static_cast<int32_t>(table_length(call.table(1))))); }

yg_pair setn(Call &call) {
  call.table(1);
  call.error("'setn' is obsolete");
}

yg_pair maxn(Call &call) {
  Table *table = call.table(1);
  double most = 0;
  TableEntry entry{kNil, kNil};
  while (table_next(table, entry.key, &entry) && entry.key != kNil)
    if (is_number(entry.key)) most = std::max(most, number_of(entry.key));
  return call.one(box_number(most));
}

yg_pair insert(Call &call) {
  Table *table = call.table(1);
  int end = static_cast<int>(table_length(table)) + 1;
  if (call.count == 2) {
    table_set_int(call.runtime.tables, table, end, call.argument(2));
    return call.none();
  }
  if (call.count != 3) call.error("wrong number of arguments to 'insert'");
  int at = call.small_integer(2);
  Value value = call.argument(3);
  end = std::max(end, at);
  // Within the array part everything moves up at once.
  if (at >= 1 && end == static_cast<int>(table->array_count) + 1 && at < end && value != kNil) {
    table_set_int(call.runtime.tables, table, end, table->array[end - 2]);
    memmove(table->array + at, table->array + at - 1, static_cast<size_t>(end - 1 - at) * sizeof(Value));
    table->array[at - 1] = value;
    return call.none();
  }
  for (int64_t to = end; to > at; to--) {
    poll(call.co);
    set(call, table, to, get(table, to - 1));
  }
  set(call, table, at, value);
  return call.none();
}

yg_pair remove(Call &call) {
  Table *table = call.table(1);
  int last = static_cast<int>(table_length(table));
  int at = call.is_nil_or_missing(2) ? last : call.small_integer(2);
  if (at < 1 || at > last) return call.none();
  Value removed = get(table, at);
  if (static_cast<uint32_t>(last) == table->array_count)
    memmove(table->array + at - 1, table->array + at, static_cast<size_t>(last - at) * sizeof(Value));
  else
    for (int to = at; to < last; to++) {
      poll(call.co);
      set(call, table, to, get(table, to + 1));
    }
  set(call, table, last, kNil);
  return call.one(removed);
}

yg_pair concat(Call &call) {
  std::string_view separator = call.is_nil_or_missing(2) ? std::string_view() : call.text(2); // checked first, as lua5.1 does
  Table *table = call.table(1);
  int first = call.small_integer_or(3, 1);
  int last = call.is_nil_or_missing(4) ? static_cast<int>(table_length(table)) : call.small_integer(4);
  std::string out;
  for (int64_t at = first; at <= last; at++) {
    poll(call.co);
    Value value = get(table, at);
    if (is_string(value)) out += view(as_string(value));
    else if (is_number(value)) out += to_text(value);
    else call.error(std::string("invalid value (") + type_name(value) + ") at index " + std::to_string(at) + " in table for 'concat'");
    if (at != last) out += separator;
    if (out.size() > call.runtime.options.memory_limit_bytes) throw OutOfMemory();
  }
  return call.one(call.runtime.string_value(out));
}

yg_pair foreach(Call &call) {
  Table *table = call.table(1);
  return enter_prelude(call, Prelude::kForeach, {box(table), box(call.function(2))});
}

yg_pair foreachi(Call &call) {
  Table *table = call.table(1);
  return enter_prelude(call, Prelude::kForeachi, {box(table), box_int(static_cast<int32_t>(table_length(table))), box(call.function(2))});
}

} // namespace

void open_table(Runtime &runtime) {
  Library(runtime).open("table", {{"table.concat", concat}, {"table.foreach", foreach}, {"table.foreachi", foreachi}, {"table.getn", getn},
      {"table.insert", insert}, {"table.maxn", maxn}, {"table.remove", remove}, {"table.setn", setn}, {"table.sort", table_sort}});
}

} // namespace yl
