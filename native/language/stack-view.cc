// SPDX-License-Identifier: MIT
#include "stack-view.h"

#include "coroutine.h"
#include "virtual-objects.h"

namespace yl {

namespace {

/** Which of these registers the frame needs at its pc, and their values. */
void read_registers(const Value *registers, FrameView *out) {
  for (uint32_t number = 0; number < out->proto->register_count; number++)
    if (out->proto->is_live(out->pc, number)) out->registers.emplace_back(number, registers[number]);
}

void read_interpreter_frame(const yg_cursor &cursor, FrameView *out) {
  uint64_t words[kInterpreterKeepAlives];
  if (yg_keepalive_words(&cursor, words, kInterpreterKeepAlives) != YG_OK) return;
  if (auto *registers = reinterpret_cast<const Value *>(words[kKeepRegisters])) read_registers(registers, out); // null at its entry
}

void read_rebuilt_frame(const yg_cursor &cursor, FrameView *out) {
  size_t size;
  if (auto *payload = static_cast<InterpreterPayload *>(yg_cursor_payload(&cursor, &size))) read_registers(payload->registers(), out);
}

void read_optimized_frame(Runtime &runtime, const yg_cursor &cursor, const LanguageFrame &frame, FrameView *out) {
  uint64_t words[kMaximumKeepAlives];
  if (yg_keepalive_words(&cursor, words, static_cast<int>(frame.site->keepalive_count)) != YG_OK) return;
  Value objects[kMaximumVirtualObjects];
  make_objects(runtime, *frame.site, words, objects);
  for (uint32_t at = 0; at < frame.virtual_frame->value_count; at++) {
    const ValueSource &source = frame.virtual_frame->values()[at];
    out->registers.emplace_back(source.register_number(), read_source(source, words, frame.site->code->constants.data(), objects));
  }
}

FrameView view_frame(Runtime &runtime, const FrameWalk &walk, const LanguageFrame &frame) {
  FrameView out{frame.proto, frame.pc, FrameTier::kBuiltin};
  const yg_cursor &cursor = walk.machine_frame();
  if (frame.site) {
    out.tier = FrameTier::kOptimized;
    out.inlined = frame.virtual_frame != frame.site->state->outermost();
    out.invalid = !frame.site->code->valid;
    read_optimized_frame(runtime, cursor, frame, &out);
  } else if (frame.proto && yg_get_csid(&cursor) == 0) {
    out.tier = FrameTier::kRebuilt;
    read_rebuilt_frame(cursor, &out);
  } else if (frame.proto) {
    out.tier = FrameTier::kInterpreter;
    read_interpreter_frame(cursor, &out);
  }
  for (auto &[number, value] : out.registers)
    if (tag_of(value) == kTagCell) value = pointer_of<Cell>(value)->value;
  return out;
}

size_t bytes_on(const yg_stack &stack) { return stack.start + stack.size - stack.sp; }

StackView view_stack(Coroutine *co) {
  const yg_stack &stack = co->stack;
  StackView out{co, has_stack(co) && stack.sp ? bytes_on(stack) : 0, {}};
  if (co->base) out.used_bytes += bytes_on(*co->base);
  FrameWalk walk(co);
  for (LanguageFrame frame; walk.next(&frame);) out.frames.push_back(view_frame(runtime_of(co), walk, frame));
  return out;
}

} // namespace

std::vector<StackView> view_stacks(Runtime &runtime) {
  std::vector<StackView> out;
  for (const HostEntry &entry : runtime.entries) out.push_back(view_stack(entry.co));
  for (Coroutine *co = runtime.coroutines; co; co = co->next) out.push_back(view_stack(co));
  return out;
}

} // namespace yl
