// SPDX-License-Identifier: MIT
// Optimized code that is registered with the engine, and its call sites by csid.
#pragma once
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "frame-state.h"
#include "yugong.h"

namespace yl {

struct OptimizedCode {
  uint32_t id;
  std::string name;
  uint32_t proto_id;
  uintptr_t start, size;
  uint64_t failure_limit; // 0: onDeopt is never called
  bool valid = true;
  uint64_t last_marked = 0; // the collection that has found it on a stack, though it is not valid
  yg_code *registration = nullptr;
  std::vector<uint32_t> frame_states;
  std::vector<Value> constants; // of frame states, and all objects whose addresses are in the code
  bool contains(uintptr_t address) const { return address - start < size; }
};

struct CallSite {
  OptimizedCode *code;
  const FrameState *state;
  uint64_t failures;
  uint32_t keepalive_count;
};

struct CodeDescription {
  std::string name;
  uint32_t proto_id = 0;
  uintptr_t start = 0, size = 0;
  const uint8_t *stackmap = nullptr, *eh_frame = nullptr;
  size_t stackmap_size = 0, eh_frame_size = 0;
  std::vector<uint64_t> csids;
  std::vector<uint32_t> frame_state_offsets, frame_states;
  std::vector<Value> constants;
};

class CodeTable {
 public:
  ~CodeTable();
  /** Check everything and register with the core. Returns null and sets `*error` when something is wrong; then nothing has changed. */
  OptimizedCode *add(const CodeDescription &description, uint64_t failure_limit, FindProto find, void *context, std::string *error);
  CallSite *find(yg_csid csid) {
    auto found = sites_.find(csid);
    return found == sites_.end() ? nullptr : &found->second;
  }
  OptimizedCode *code(uint32_t id) { return id < codes_.size() ? &codes_[id] : nullptr; }

  template <class Visit> void for_each(Visit visit) {
    for (OptimizedCode &code : codes_) visit(code);
  }

 private:
  std::deque<OptimizedCode> codes_;
  std::unordered_map<yg_csid, CallSite> sites_;
};

} // namespace yl
