// SPDX-License-Identifier: MIT
#include "value-text.h"

#include <algorithm>

#include "number-text.h"
#include "proto.h"
#include "value.h"

namespace yl {

namespace {

constexpr size_t kMostStringBytes = 40;

std::string hexadecimal(uint64_t word) {
  char text[24];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(word));
  return text;
}

} // namespace

std::string text_of(Value value) {
  if (is_number(value)) return std::string(format_number(value).view());
  if (value == kNil || value == kTrue || value == kFalse) return value == kNil ? "nil" : value == kTrue ? "true" : "false";
  if (is_string(value)) {
    String *string = as_string(value);
    std::string text(string->bytes(), std::min<size_t>(string->length, kMostStringBytes));
    return '"' + text + (string->length > kMostStringBytes ? "…\"" : "\"");
  }
  if (tag_of(value) == kTagCell) return "cell of " + text_of(pointer_of<Cell>(value)->value);
  if (is_function(value)) {
    if (Builtin *builtin = builtin_of(as_function(value))) return std::string("function ") + builtin->name;
    return "function " + static_cast<ProtoInfo *>(proto_of(as_function(value)))->description.name;
  }
  return std::string(type_name(value)) + " " + hexadecimal(value & kPointerMask);
}

} // namespace yl
