// SPDX-License-Identifier: MIT
// A call of a builtin function, as its C++ body sees it: arguments to check, results to give.
#pragma once
#include <string>

#include "../engine.h"

namespace yl {

/** As C casts it on x86-64: towards zero, and INT64_MIN for what does not fit. */
inline int64_t to_integer(double value) { return value >= -9.2233720368547758e18 && value < 9.2233720368547758e18 ? static_cast<int64_t>(value) : INT64_MIN; }

struct Call {
  Runtime &runtime;
  Coroutine *co;
  Function *callee;
  int count;
  const Value *arguments; // `count` of them

  /** Argument `number`, counted from 1; nil when it was not given. */
  Value argument(int number) const { return number <= count ? arguments[number - 1] : kNil; }
  bool has(int number) const { return number <= count; }

  // Each raises "bad argument #n to 'f' (…)" when the argument is something else.
  double number(int number) const;
  Table *table(int number) const;
  std::string_view text(int number) const; // a string, or a number as text
  void any(int number) const;
  /** The argument as an integer, `otherwise` when it is nil or missing. */
  int64_t integer_or(int number, int64_t otherwise) const;
  int64_t integer(int number) const { return number > count || !is_int(arguments[number - 1]) ? to_integer(this->number(number)) : as_int(arguments[number - 1]); }
  /** Of C's `int`, to which lua5.1 cuts some arguments. */
  int small_integer(int number) const { return static_cast<int>(integer(number)); }
  int small_integer_or(int number, int otherwise) const { return argument(number) == kNil ? otherwise : small_integer(number); }
  Function *function(int number) const;
  bool is_nil_or_missing(int number) const { return argument(number) == kNil; }

  /** "file:line: message", of whoever called the builtin. */
  [[noreturn]] void error(const std::string &message) const;
  [[noreturn]] void argument_error(int number, const std::string &what) const;
  [[noreturn]] void type_error(int number, const char *expected) const;

  // Results.
  yg_pair none() const { return {kNil, 0}; }
  yg_pair one(Value value) const { return {value, 1}; }
  yg_pair many(std::initializer_list<Value> values) const;
  /** Whether lua5.1, where a C function may have 8000 values on its stack, would find room for so many results. */
  bool has_room_for(int64_t results) const { return results <= 8000 - count; }
  /** All arguments from `first` on, unchanged. */
  yg_pair arguments_from(int first) const;
};

using BuiltinFunction = yg_pair (*)(Call &call);

/** Makes the function values of one library. */
class Library {
 public:
  explicit Library(Runtime &runtime) : runtime_(runtime) {}
  /** `name` is how the optimizer and its tests know it: "math.floor". */
  Function *function(const char *name, BuiltinFunction body, std::initializer_list<Value> captures = {});
  /** A function whose entry is generated code. */
  Function *generated(const char *name, const void *entry, uint32_t captures = 0);
  void set_global(const char *name, Value value) { runtime_.global(name) = value; }
  void set_field(Table *table, const char *name, Value value);
  struct Entry { const char *name; BuiltinFunction body; };
  /** A global table of functions; entries are named "table.insert". */
  Table *open(const char *library, std::initializer_list<Entry> entries);
  Table *table() { return table_new(runtime_.tables, 0, 16); }

 private:
  Function *make(const char *name, const void *entry, void *body, uint32_t captures);
  Runtime &runtime_;
};

void open_base(Runtime &runtime);
void open_load(Runtime &runtime);
void open_metatables(Runtime &runtime);
void open_math(Runtime &runtime);
void open_coroutine(Runtime &runtime);
void open_os(Runtime &runtime);
void open_string(Runtime &runtime);
void open_table(Runtime &runtime);
void open_bit(Runtime &runtime);
void open_io(Runtime &runtime);
/** After all other libraries, which it lists. */
void open_package(Runtime &runtime);
void open_prelude(Runtime &runtime);
void open_host_functions(Runtime &runtime);

/** A value of the language that calls Hooks::on_host_function(index, …). */
Function *host_function_new(Runtime &runtime, uint32_t index);

/** What `tostring` says. */
std::string to_text(Value value);

} // namespace yl
