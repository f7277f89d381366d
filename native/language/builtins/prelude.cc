// SPDX-License-Identifier: MIT
#include "prelude.h"

#include <algorithm>

#include "../error.h"
#include "../generated.h"
#include "../stack-extension.h"
#include "string.h"

namespace yl {

namespace {

/**
 * One function a chunk: `local function f(…) … end`. The first parameter is a table of native functions. Each must be a single
 * function, called from nowhere else, because lua5.1 counts it as one level of the stack.
 */
constexpr const char *kSources[] = {
    // The order in which a comparator sees elements can be observed, so this is lua5.1's quicksort: median of three, the pivot moved
    // next to the end, the smaller part sorted first.
    R"(local function sort(native, t, n, less)
  local lows, highs, depth = {}, {}, 0
  local low, high = 1, n
  while true do
    while low < high do
      local a, b = t[low], t[high]
      if less(b, a) then t[low], t[high] = b, a end
      if high - low == 1 then break end
      local middle = native.middle(low, high)
      a, b = t[middle], t[low]
      if less(a, b) then
        t[middle], t[low] = b, a
      else
        b = t[high]
        if less(b, a) then t[middle], t[high] = b, a end
      end
      if high - low == 2 then break end
      local pivot = t[middle]
      t[middle], t[high - 1] = t[high - 1], pivot
      local i, j = low, high - 1
      while true do
        i = i + 1
        local x = t[i]
        while less(x, pivot) do
          if i > high then native.invalid_order() end
          i = i + 1
          x = t[i]
        end
        j = j - 1
        local y = t[j]
        while less(pivot, y) do
          if j < low then native.invalid_order() end
          j = j - 1
          y = t[j]
        end
        if j < i then break end
        t[i], t[j] = y, x
      end
      t[high - 1], t[i] = t[i], t[high - 1]
      depth = depth + 1
      if i - low < high - i then
        lows[depth], highs[depth] = i + 1, high
        high = i - 1
      else
        lows[depth], highs[depth] = low, i - 1
        low = i + 1
      end
    end
    if depth == 0 then return end
    low, high = lows[depth], highs[depth]
    depth = depth - 1
  end
end)",
    nullptr, // kSortByOrder: made from the one above
    R"(local function foreach(native, t, f)
  local next, key, value = native.next, nil, nil
  while true do
    key, value = next(t, key)
    if key == nil then return end
    local result = f(key, value)
    if result ~= nil then return result end
  end
end)",
    R"(local function foreachi(native, t, n, f)
  for i = 1, n do
    local result = f(i, native.rawget(t, i))
    if result ~= nil then return result end
  end
end)",
    R"(local function gsub(native, s, p, f, limit, state, pieces)
  local captures, add = native.captures, native.add
  local count = 0
  local more = limit > 0 and native.find(state, pieces, s, p)
  while more do
    count = count + 1
    more = add(state, pieces, s, p, count < limit, f(captures(state, s)))
  end
  return native.finish(state, pieces, s), count
end)",
    R"(local function gsub(native, s, p, t, limit, state, pieces)
  local captures, add = native.captures, native.add
  local count = 0
  local more = limit > 0 and native.find(state, pieces, s, p)
  while more do
    count = count + 1
    local key = captures(state, s)
    more = add(state, pieces, s, p, count < limit, t[key])
  end
  return native.finish(state, pieces, s), count
end)",
};

/** Without a comparator, `less(b, a)` is `(b < a)`. */
std::string source_of(Prelude function) {
  if (function != Prelude::kSortByOrder) return kSources[static_cast<int>(function)];
  std::string source = kSources[static_cast<int>(Prelude::kSort)];
  for (size_t at; (at = source.find("less(")) != std::string::npos;) {
    source.replace(at, 4, "");
    source.replace(source.find(", ", at), 2, " < ");
  }
  return source;
}

Proto *prelude_proto(Runtime &runtime, Prelude function) {
  Proto *&known = runtime.library.prelude_protos[static_cast<size_t>(function)];
  if (!known) {
    uint32_t main = runtime.hooks.on_compile(source_of(function), std::string("=") + kPreludeSource);
    known = runtime.proto(main)->protos[0];
  }
  return known;
}

yg_pair middle(Call &call) { return call.one(box_int(static_cast<int32_t>((call.number(1) + call.number(2)) / 2))); }

yg_pair invalid_order(Call &call) { throw_message(call.co, position(call.co, 2) + "invalid order function for sorting"); }

yg_pair rawget(Call &call) { return call.one(table_get(call.table(1), call.argument(2))); }

} // namespace

yg_pair enter_prelude(Call &call, Prelude function, std::initializer_list<Value> arguments) {
  Coroutine *co = call.co;
  Proto *proto = prelude_proto(call.runtime, function);
  struct {
    InterpreterPayload payload;
    Value registers[256];
  } buffer;
  buffer.payload = InterpreterPayload{};
  buffer.payload.coroutine = co;
  buffer.payload.closure = box(call.runtime.new_closure(proto));
  buffer.payload.pc = 0;
  buffer.payload.mode = kModeExecute;
  buffer.payload.register_count = proto->register_count;
  std::fill(buffer.registers, buffer.registers + proto->register_count, kNil);
  buffer.registers[0] = box(call.runtime.library.prelude_natives);
  std::copy(arguments.begin(), arguments.end(), buffer.registers + 1);

  size_t size = sizeof(InterpreterPayload) + proto->register_count * sizeof(Value);
  if (!make_room(co, 2 * size)) call.error("stack overflow"); // the interpreter copies it
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) status = yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_interpreter_resume), &buffer, size, nullptr);
  if (status != YG_OK) throw_message(co, std::string("cannot enter the prelude: ") + yg_status_message(status));
  return call.none();
}

void open_prelude(Runtime &runtime) {
  Library library(runtime);
  Table *natives = library.table();
  const Library::Entry entries[] = {{"prelude.middle", middle}, {"prelude.invalid_order", invalid_order}, {"prelude.rawget", rawget},
      {"prelude.find", string_gsub_find}, {"prelude.captures", string_gsub_captures}, {"prelude.add", string_gsub_add},
      {"prelude.finish", string_gsub_finish}};
  for (const Library::Entry &entry : entries) library.set_field(natives, strchr(entry.name, '.') + 1, box(library.function(entry.name, entry.body)));
  library.set_field(natives, "next", box(runtime.next_function));
  runtime.library.prelude_natives = natives;
}

} // namespace yl
