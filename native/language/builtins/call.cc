// SPDX-License-Identifier: MIT
#include "call.h"

#include "../error.h"
#include "../frame-walk.h"
#include "../helpers.h"
#include "../number-text.h"
#include "../opcodes.h"
#include "file.h"
#include "prelude.h"

namespace yl {

namespace {

/** How the calling instruction names the function; as in lua5.1, a function does not know its own name. */
std::string name_at_call(Coroutine *co, bool *is_method) {
  LanguageFrame frame;
  *is_method = false;
  if (!FrameWalk(co).next(&frame) || frame.is_builtin() || is_prelude(frame.proto)) return "?";
  uint64_t instruction = frame.proto->instructions[frame.pc];
  if ((instruction & 0xFFFF) == kOpTForCall) return "(for generator)";
  const OperandName *name = frame.proto->find_operand_name(frame.pc, operand_a(instruction));
  if (!name) return "?";
  *is_method = name->kind == OperandKind::kMethod;
  return frame.proto->description.name_strings[name->name];
}

} // namespace

double Call::number(int number) const {
  double value;
  if (!to_number(argument(number), &value)) type_error(number, "number");
  return value;
}

Table *Call::table(int number) const {
  if (!is_table(argument(number)) || is_file(argument(number))) type_error(number, "table");
  return as_table(argument(number));
}

std::string_view Call::text(int number) const {
  Value value = argument(number);
  if (is_number(value)) return view(runtime.string(format_number(value).view()));
  if (!is_string(value)) type_error(number, "string");
  return view(as_string(value));
}

Function *Call::function(int number) const {
  if (!is_function(argument(number))) type_error(number, "function");
  return as_function(argument(number));
}

void Call::any(int number) const {
  if (!has(number)) argument_error(number, "value expected");
}

int64_t Call::integer_or(int number, int64_t otherwise) const {
  if (argument(number) == kNil) return otherwise;
  return integer(number);
}

void Call::error(const std::string &message) const { throw_at_caller(co, message); }

void Call::argument_error(int number, const std::string &what) const {
  bool is_method;
  std::string name = name_at_call(co, &is_method);
  if (is_method && --number == 0) throw_at_caller(co, "calling '" + name + "' on bad self (" + what + ")");
  throw_at_caller(co, "bad argument #" + std::to_string(number) + " to '" + name + "' (" + what + ")");
}

void Call::type_error(int number, const char *expected) const {
  argument_error(number, std::string(expected) + " expected, got " + (has(number) ? type_name(argument(number)) : "no value"));
}

yg_pair Call::many(std::initializer_list<Value> values) const {
  std::copy(values.begin(), values.end(), co->results);
  return {values.size() ? co->results[0] : kNil, values.size()};
}

yg_pair Call::arguments_from(int first) const {
  int left = count - first + 1;
  if (left <= 0) return none();
  memcpy(co->results, arguments + first - 1, static_cast<size_t>(left) * sizeof(Value));
  return {co->results[0], static_cast<uintptr_t>(left)};
}

Function *Library::make(const char *name, const void *entry, void *body, uint32_t captures) {
  Builtin &builtin = runtime_.builtins.emplace_back();
  builtin.code.entry = const_cast<void *>(entry);
  builtin.function = body;
  builtin.id = static_cast<uint32_t>(runtime_.builtins.size() - 1);
  builtin.name = name;
  auto *function = runtime_.heap.allocate<Function>(kKindBuiltin, sizeof(Function) + captures * sizeof(Value));
  function->code = &builtin.code;
  function->capture_count = captures;
  for (uint32_t at = 0; at < captures; at++) function->captures()[at] = kNil;
  return function;
}

Function *Library::function(const char *name, BuiltinFunction body, std::initializer_list<Value> captures) {
  Function *function = make(name, yl_builtin, reinterpret_cast<void *>(body), static_cast<uint32_t>(captures.size()));
  std::copy(captures.begin(), captures.end(), function->captures());
  return function;
}

Function *Library::generated(const char *name, const void *entry, uint32_t captures) { return make(name, entry, nullptr, captures); }

Table *Library::open(const char *library, std::initializer_list<Entry> entries) {
  Table *table = table_new(runtime_.tables, 0, static_cast<uint32_t>(entries.size()));
  for (const Entry &entry : entries) {
    set_field(table, strchr(entry.name, '.') + 1, box(function(entry.name, entry.body)));
  }
  set_global(library, box(table));
  return table;
}

void Library::set_field(Table *table, const char *name, Value value) {
  table_set_string(runtime_.tables, table, runtime_.string(name), value);
}

} // namespace yl
