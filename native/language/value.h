// SPDX-License-Identifier: MIT
// Boxing, unboxing and classifying values.
#pragma once
#include <cmath>
#include <cstring>

#include "object.h"

namespace yl {

inline uint64_t tag_of(Value value) { return value >> kTagShift; }
inline bool is_double(Value value) { return tag_of(value) < kTagInt; }
inline bool is_int(Value value) { return tag_of(value) == kTagInt; }
inline bool is_number(Value value) { return tag_of(value) <= kTagInt; }
inline bool is_string(Value value) { return tag_of(value) == kTagString; }
inline bool is_table(Value value) { return tag_of(value) == kTagTable; }
inline bool is_function(Value value) { return tag_of(value) == kTagFunction; }
inline bool is_thread(Value value) { return tag_of(value) == kTagThread; }
inline bool is_truthy(Value value) { return value - kNil >= 2; }

inline Value box_int(int32_t value) { return (kTagInt << kTagShift) | static_cast<uint32_t>(value); }
inline Value box_boolean(bool value) { return value ? kTrue : kFalse; }
inline int32_t as_int(Value value) { return static_cast<int32_t>(value); }

inline Value bits_of(double value) { Value bits; memcpy(&bits, &value, sizeof bits); return bits; }
inline double as_double(Value value) { double number; memcpy(&number, &value, sizeof number); return number; }

/** The double as it is, but for NaNs that would look like a tag: those become the quiet NaN of the same sign. */
inline Value box_double(double value) {
  if (value != value) return std::signbit(value) ? 0xFFF8000000000000ull : 0x7FF8000000000000ull;
  return bits_of(value);
}
/** The canonical form of a number: int32 when it is one, else double. */
inline Value box_number(double value) {
  if (value >= -2147483648.0 && value <= 2147483647.0) {
    int32_t integer = static_cast<int32_t>(value);
    if (integer == value && !(integer == 0 && std::signbit(value))) return box_int(integer);
  }
  return box_double(value);
}
inline double number_of(Value value) { return is_int(value) ? as_int(value) : as_double(value); }

template <class T> Value box_pointer(uint64_t tag, T *pointer) { return (tag << kTagShift) | reinterpret_cast<uint64_t>(pointer); }
template <class T> T *pointer_of(Value value) { return reinterpret_cast<T *>(value & kPointerMask); }
inline Value box(String *string) { return box_pointer(kTagString, string); }
inline Value box(Table *table) { return box_pointer(kTagTable, table); }
inline Value box(Function *function) { return box_pointer(kTagFunction, function); }
inline Value box(Coroutine *coroutine) { return box_pointer(kTagThread, coroutine); }
inline Value box(Cell *cell) { return box_pointer(kTagCell, cell); }
inline String *as_string(Value value) { return pointer_of<String>(value); }
inline Table *as_table(Value value) { return pointer_of<Table>(value); }
inline Function *as_function(Value value) { return pointer_of<Function>(value); }
inline Coroutine *as_coroutine(Value value) { return pointer_of<Coroutine>(value); }

/** The builtin or the prototype that a function value runs; null when it is the other. */
inline Builtin *builtin_of(const Function *function) {
  return function->header.kind == kKindBuiltin ? reinterpret_cast<Builtin *>(function->code) : nullptr;
}
inline Proto *proto_of(const Function *function) {
  return function->header.kind == kKindFunction ? reinterpret_cast<Proto *>(function->code) : nullptr;
}

/** What `type()` says. */
const char *type_name(Value value);
/** One of the kType… bits of object.h. */
uint8_t type_bits(Value value);
/** Equality of the language without metamethods. */
bool raw_equal(Value a, Value b);

} // namespace yl
