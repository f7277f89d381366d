// SPDX-License-Identifier: MIT
#include "code-description.h"

#include "convert.h"

yl::CodeDescription read_code(const Napi::Object &code) {
  yl::CodeDescription out;
  out.name = convert::text(code.Get("name"), "name");
  out.proto_id = convert::unsigned32(code.Get("protoId"), "protoId");
  out.start = convert::big(code.Get("start"), "start");
  out.size = convert::safe_integer(code.Get("size"), "size");
  out.stackmap = reinterpret_cast<const uint8_t *>(convert::big(code.Get("stackmap"), "stackmap"));
  out.stackmap_size = convert::safe_integer(code.Get("stackmapSize"), "stackmapSize");
  out.eh_frame = reinterpret_cast<const uint8_t *>(convert::big(code.Get("ehFrame"), "ehFrame"));
  out.eh_frame_size = convert::safe_integer(code.Get("ehFrameSize"), "ehFrameSize");
  for (double csid : convert::typed_array<double>(code.Get("csids"), napi_float64_array, "csids"))
    out.csids.push_back(csid >= 0 && csid <= 9007199254740991.0 ? static_cast<uint64_t>(csid) : 0);
  out.frame_state_offsets = convert::typed_array<uint32_t>(code.Get("frameStateOffsets"), napi_uint32_array, "frameStateOffsets");
  out.frame_states = convert::typed_array<uint32_t>(code.Get("frameStates"), napi_uint32_array, "frameStates");
  out.constants = convert::typed_array<uint64_t>(code.Get("constants"), napi_biguint64_array, "constants");
  out.assumptions = convert::typed_array<uint32_t>(code.Get("assumptions"), napi_uint32_array, "assumptions");
  out.publish = convert::unsigned32(code.Get("publish"), "publish");
  out.symbol = convert::text(code.Get("symbol"), "symbol");
  return out;
}
