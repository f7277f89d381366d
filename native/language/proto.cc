// SPDX-License-Identifier: MIT
#include "proto.h"

#include <algorithm>

namespace yl {

const OperandName *ProtoInfo::find_operand_name(uint32_t at, uint32_t register_number) const {
  for (const OperandName &name : description.operand_names)
    if (name.pc == at && name.register_number == register_number) return &name;
  return nullptr;
}

Function *ProtoInfo::stand_in() {
  if (stand_in_storage.empty()) {
    stand_in_storage.assign(sizeof(Function) / sizeof(Value) + capture_count, kNil);
    auto *function = reinterpret_cast<Function *>(stand_in_storage.data());
    function->header = Object{kKindFunction, 0, 0, static_cast<uint32_t>(stand_in_storage.size() * sizeof(Value))};
    function->code = &code;
    function->capture_count = capture_count;
  }
  return reinterpret_cast<Function *>(stand_in_storage.data());
}

LoopEntry *ProtoInfo::loop_entry(uint32_t at) {
  for (LoopEntry &entry : loop_entries)
    if (entry.pc == at) return &entry;
  return nullptr;
}

void ProtoInfo::count_down(int64_t total, int32_t longest) {
  patience = total;
  longest_step = longest;
  look_again_after(loop_entries.empty() ? longest : 1);
}

void ProtoInfo::look_again_after(int32_t count) {
  hotness = step = static_cast<int32_t>(std::min<int64_t>({count, longest_step, patience}));
  patience -= hotness;
}

const char *operand_kind_text(OperandKind kind) {
  switch (kind) {
    case OperandKind::kLocal: return "local";
    case OperandKind::kGlobal: return "global";
    case OperandKind::kField: return "field";
    case OperandKind::kUpvalue: return "upvalue";
    case OperandKind::kMethod: return "method";
  }
  return "?";
}

} // namespace yl
