// SPDX-License-Identifier: MIT
#include "value.h"

namespace yl {

const char *type_name(Value value) {
  if (is_number(value)) return "number";
  switch (tag_of(value)) {
    case kTagString: return "string";
    case kTagTable: return as_table(value)->header.kind == kKindFile ? "userdata" : "table";
    case kTagFunction: return "function";
    case kTagThread: return "thread";
    case kTagCell: return "cell"; // never seen by a program
    default: return value == kNil ? "nil" : "boolean";
  }
}

uint8_t type_bits(Value value) {
  if (is_double(value)) return kTypeDouble;
  switch (tag_of(value)) {
    case kTagInt: return kTypeInt;
    case kTagString: return kTypeString;
    case kTagTable: return kTypeTable;
    case kTagFunction: return kTypeFunction;
    case kTagMisc: return value == kNil ? kTypeNil : kTypeBoolean;
    default: return kTypeOther;
  }
}

bool raw_equal(Value a, Value b) {
  if (is_number(a) && is_number(b)) return number_of(a) == number_of(b);
  return a == b;
}

} // namespace yl
