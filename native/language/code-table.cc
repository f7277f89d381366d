// SPDX-License-Identifier: MIT
#include "code-table.h"

#include <algorithm>

#include "yugong-publish.h"
#include "yugong-stackmap.h"

namespace yl {

namespace {

constexpr uintptr_t kPageSize = 4096;

/**
 * LLVM is told no lines. The call sites' frame states have them: up to where a call returns to, code belongs to the line of the call, in the
 * function that has the frame (not in one that is inlined there).
 */
std::vector<yg_publish_line> lines_of(const CodeDescription &description, FindLine find_line, void *context) {
  std::vector<std::pair<uintptr_t, uint64_t>> sites; // return address, csid
  yg_stackmap *stackmap;
  if (yg_stackmap_parse(description.stackmap, description.stackmap_size, &stackmap, nullptr) != YG_OK) return {};
  for (size_t index = 0; index < yg_stackmap_record_count(stackmap); index++)
    if (yg_stackmap_record record; yg_stackmap_get_record(stackmap, index, &record) == YG_OK) sites.emplace_back(record.return_address, record.csid);
  yg_stackmap_free(stackmap);
  std::sort(sites.begin(), sites.end());

  std::vector<yg_publish_line> lines;
  uintptr_t from = description.start;
  for (const auto &[return_address, csid] : sites) {
    auto found = std::find(description.csids.begin(), description.csids.end(), csid);
    if (found == description.csids.end() || return_address - description.start > description.size) continue;
    size_t offset = description.frame_state_offsets[static_cast<size_t>(found - description.csids.begin())];
    const VirtualFrame *frame = reinterpret_cast<const FrameState *>(description.frame_states.data() + offset)->outermost();
    uint32_t line;
    if (const char *file = find_line(context, frame->proto_id, frame->pc, &line)) lines.push_back({from, file, line});
    from = return_address;
  }
  return lines;
}

yg_status register_with_core(yg_code_description code, const CodeDescription &description, const std::vector<yg_publish_line> &lines,
                             yg_code **out, const char **message) {
  if (description.publish == 0) return yg_code_register(&code, out, message);
  yg_publish_symbol symbol{code.start, code.size, description.symbol.c_str()};
  // Code has pages of its own. perf wants room behind a function, where it imagines the unwind table to be (yugong-publish.h).
  code.size = ((code.start + code.size + kPageSize - 1) & ~(kPageSize - 1)) - code.start;
  yg_publish_details details{};
  details.targets = description.publish;
  details.symbols = &symbol;
  details.symbol_count = 1;
  details.lines = lines.empty() ? nullptr : lines.data();
  details.line_count = lines.size();
  return yg_code_register_published(&code, &details, out, message);
}

} // namespace

CodeTable::~CodeTable() {
  for (auto &[id, code] : codes_) yg_code_unregister(code->registration);
}

void CodeTable::remove(OptimizedCode *code) {
  yg_code_unregister(code->registration);
  for (uint64_t csid : code->csids) sites_.erase(csid);
  codes_.erase(code->id);
}

OptimizedCode *CodeTable::add(const CodeDescription &description, uint64_t failure_limit, FindProto find, FindLine find_line, void *context,
                              std::string *error) {
  auto fail = [&](std::string what) {
    *error = description.name + ": " + what;
    return nullptr;
  };
  if (description.csids.size() != description.frame_state_offsets.size()) return fail("as many frame state offsets as csids are needed");
  std::vector<uint32_t> keepalive_counts;
  for (size_t at = 0; at < description.csids.size(); at++) {
    std::string site = "call site " + std::to_string(description.csids[at]) + ": ";
    if (description.csids[at] < kFirstOptimizedCsid) return fail(site + "the csid is reserved");
    if (sites_.count(description.csids[at])) return fail(site + "the csid is taken");
    uint32_t offset = description.frame_state_offsets[at], keepalive_count;
    if (offset > description.frame_states.size()) return fail(site + "frame state offset out of range");
    const char *wrong = check_frame_state(description.frame_states.data() + offset, description.frame_states.size() - offset,
                                          description.constants.size(), find, context, &keepalive_count);
    if (wrong) return fail(site + wrong);
    keepalive_counts.push_back(keepalive_count);
  }

  yg_code_description core{};
  core.start = description.start;
  core.size = description.size;
  core.stackmap = description.stackmap;
  core.stackmap_size = description.stackmap_size;
  core.eh_frame = description.eh_frame;
  core.eh_frame_size = description.eh_frame_size;
  core.name = description.name.c_str();
  yg_code *registration;
  const char *message = nullptr;
  std::vector<yg_publish_line> lines;
  if (description.publish != 0) lines = lines_of(description, find_line, context);
  if (yg_status status = register_with_core(core, description, lines, &registration, &message))
    return fail(std::string(yg_status_message(status)) + (message ? ": " + std::string(message) : ""));

  auto owned = std::make_unique<OptimizedCode>();
  OptimizedCode &code = *owned;
  code.id = next_id_++;
  codes_.emplace(code.id, std::move(owned));
  code.name = description.name;
  code.proto_id = description.proto_id;
  code.start = description.start;
  code.size = description.size;
  code.failure_limit = failure_limit;
  code.registration = registration;
  code.frame_states = description.frame_states;
  code.constants = description.constants;
  code.csids = description.csids;
  code.assumptions = description.assumptions;
  for (size_t at = 0; at < description.csids.size(); at++) {
    auto *state = reinterpret_cast<const FrameState *>(code.frame_states.data() + description.frame_state_offsets[at]);
    sites_[description.csids[at]] = CallSite{description.csids[at], &code, state, 0, keepalive_counts[at]};
  }
  return &code;
}

} // namespace yl
