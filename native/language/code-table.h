// SPDX-License-Identifier: MIT
// Optimized code that is registered with the engine, and its call sites by csid.
#pragma once
#include <memory>
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
  std::vector<uint64_t> csids;
  std::vector<uint32_t> assumptions;
  bool contains(uintptr_t address) const { return address - start < size; }
};

struct CallSite {
  yg_csid csid;
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
  std::vector<uint32_t> assumptions; // ids, see assumptions.h
  uint32_t publish = 0; // YG_PUBLISH_ targets of yugong-publish.h, where it is called `symbol`
  std::string symbol;
};

/** The line of an instruction of a prototype, and what the prototype's source is called; null when there is no such prototype. */
using FindLine = const char *(*)(void *context, uint32_t proto_id, uint32_t pc, uint32_t *line);

class CodeTable {
 public:
  ~CodeTable();
  /** Check everything and register with the core. Returns null and sets `*error` when something is wrong; then nothing has changed. */
  OptimizedCode *add(const CodeDescription &description, uint64_t failure_limit, FindProto find, FindLine find_line, void *context, std::string *error);
  CallSite *find(yg_csid csid) {
    auto found = sites_.find(csid);
    return found == sites_.end() ? nullptr : &found->second;
  }
  OptimizedCode *code(uint32_t id) {
    auto found = codes_.find(id);
    return found == codes_.end() ? nullptr : found->second.get();
  }
  /** The code of the cursor's frame, if it is optimized code of this table. */
  OptimizedCode *code_at(const yg_cursor &cursor) {
    yg_csid csid = yg_get_csid(&cursor);
    CallSite *site = csid < kFirstOptimizedCsid ? nullptr : find(csid);
    return site ? site->code : nullptr;
  }
  /** Forget code that nothing runs in any more, and nothing enters. */
  void remove(OptimizedCode *code);
  template <class F> void for_each(F &&f) {
    for (auto &[id, code] : codes_) f(*code);
  }
  size_t size() const { return codes_.size(); }

 private:
  std::unordered_map<uint32_t, std::unique_ptr<OptimizedCode>> codes_;
  uint32_t next_id_ = 0;
  std::unordered_map<yg_csid, CallSite> sites_;
};

} // namespace yl
