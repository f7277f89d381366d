// SPDX-License-Identifier: MIT
#include "proto-description.h"

#include "convert.h"

namespace {

yl::Value constant(yl::Runtime &runtime, const Napi::Value &value) {
  if (value.IsNull()) return yl::kNil;
  if (value.IsBoolean()) return yl::box_boolean(value.As<Napi::Boolean>().Value());
  if (value.IsNumber()) return yl::box_number(value.As<Napi::Number>().DoubleValue());
  return runtime.string_value(convert::bytes(value, "constants[…]"));
}

} // namespace

yl::ProtoDescription read_proto(yl::Runtime &runtime, const Napi::Object &proto) {
  yl::ProtoDescription out;
  out.name = convert::text(proto.Get("name"), "name");
  out.source = convert::bytes(proto.Get("source"), "source");
  out.line = convert::unsigned32(proto.Get("line"), "line");
  out.parameter_count = convert::unsigned32(proto.Get("parameterCount"), "parameterCount");
  out.uses_varargs = proto.Get("usesVarargs").ToBoolean();
  out.register_count = convert::unsigned32(proto.Get("registerCount"), "registerCount");
  out.code = convert::typed_array<uint64_t>(proto.Get("code"), napi_biguint64_array, "code");
  Napi::Array constants = convert::array(proto.Get("constants"), "constants");
  for (uint32_t at = 0; at < constants.Length(); at++) out.constants.push_back(constant(runtime, constants.Get(at)));
  out.globals = convert::byte_strings(proto.Get("globals"), "globals");
  Napi::Array protos = convert::array(proto.Get("protos"), "protos");
  for (uint32_t at = 0; at < protos.Length(); at++) out.protos.push_back(convert::unsigned32(protos.Get(at), "protos[…]"));
  auto captures = convert::typed_array<uint16_t>(proto.Get("captures"), napi_uint16_array, "captures");
  for (size_t at = 0; at + 3 <= captures.size(); at += 3) out.captures.push_back({captures[at], captures[at + 1], captures[at + 2]});
  out.lines = convert::typed_array<uint32_t>(proto.Get("lines"), napi_uint32_array, "lines");
  out.liveness = convert::typed_array<uint32_t>(proto.Get("liveness"), napi_uint32_array, "liveness");
  auto names = convert::typed_array<uint32_t>(proto.Get("operandNames"), napi_uint32_array, "operandNames");
  for (size_t at = 0; at + 4 <= names.size(); at += 4)
    out.operand_names.push_back({names[at], names[at + 1], static_cast<yl::OperandKind>(names[at + 2]), names[at + 3]});
  out.name_strings = convert::byte_strings(proto.Get("nameStrings"), "nameStrings");
  return out;
}
