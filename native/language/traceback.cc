// SPDX-License-Identifier: MIT
#include "traceback.h"

#include <vector>

#include "builtins/prelude.h"
#include "frame-walk.h"
#include "opcodes.h"

namespace yl {

namespace {

constexpr size_t kFirstLevels = 10, kLastLevels = 10, kAllLevels = 21; // as lua5.1: up to kAllLevels, none is left out

/** How the instruction at this frame's pc names what it calls; null when it has no name for it. */
const std::string *callee_name(const LanguageFrame &caller) {
  if (caller.is_builtin()) return nullptr;
  uint64_t instruction = caller.proto->instructions[caller.pc];
  uint32_t opcode = instruction & 0xFFFF;
  if (opcode != kOpCall && opcode != kOpTailCall && opcode != kOpTForCall) return nullptr; // a handler has no name
  uint32_t callee_register = operand_a(instruction);
  const OperandName *name = caller.proto->find_operand_name(caller.pc, callee_register);
  return name ? &caller.proto->description.name_strings[name->name] : nullptr;
}

std::string line(const LanguageFrame &frame, const LanguageFrame *caller) {
  const std::string *called = caller ? callee_name(*caller) : nullptr;
  if (frame.is_builtin()) return called ? "\n\t[C]: in function '" + *called + "'" : "\n\t[C]: ?";
  const ProtoDescription &description = frame.proto->description;
  std::string out = "\n\t" + description.source + ":" + std::to_string(frame.proto->line_at(frame.pc)) + ":";
  if (is_prelude(frame.proto)) return called ? "\n\t[C]: in function '" + *called + "'" : "\n\t[C]: ?";
  if (called) return out + " in function '" + *called + "'";
  if (frame.proto->is_main_chunk()) return out + " in main chunk";
  return out + " in function <" + description.source + ":" + std::to_string(description.line) + ">";
}

} // namespace

std::string make_traceback(Coroutine *co) {
  std::vector<LanguageFrame> frames;
  for (Coroutine *at = co; at; at = runtime_of(co).caller_of(at)) {
    if (at != co) frames.push_back({nullptr, 0}); // the host function that has called back
    FrameWalk walk(at);
    for (LanguageFrame frame; walk.next(&frame);) frames.push_back(frame);
  }

  std::vector<std::string> lines;
  if (runtime_of(co).in_builtin && !frames.empty()) {
    const std::string *name = callee_name(frames.front());
    lines.push_back(name ? "\n\t[C]: in function '" + *name + "'" : "\n\t[C]: ?");
  }
  for (size_t at = 0; at < frames.size(); at++) lines.push_back(line(frames[at], at + 1 < frames.size() ? &frames[at + 1] : nullptr));
  lines.push_back("\n\t[C]: ?");

  std::string out = "stack traceback:";
  for (size_t at = 0; at < lines.size(); at++) {
    if (lines.size() > kAllLevels && at == kFirstLevels) {
      out += "\n\t...";
      at = lines.size() - kLastLevels;
    }
    out += lines[at];
  }
  return out;
}

} // namespace yl
