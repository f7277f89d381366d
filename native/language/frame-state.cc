// SPDX-License-Identifier: MIT
#include "frame-state.h"

#include <algorithm>

#include "value.h"

namespace yl {

namespace {

struct Limits {
  size_t constant_count;
  uint32_t object_count;
};

const char *check_source(const ValueSource &source, const Limits &limits, uint32_t *keepalive_count) {
  switch (source.representation()) {
    case Representation::kBoxed:
    case Representation::kInt32:
    case Representation::kDouble:
    case Representation::kBoolean:
      if (source.index >= kMaximumKeepAlives) return "keep-alive index too large";
      *keepalive_count = std::max(*keepalive_count, source.index + 1);
      return nullptr;
    case Representation::kConstant: return source.index < limits.constant_count ? nullptr : "constant index out of range";
    case Representation::kObject: return source.index < limits.object_count ? nullptr : "object number out of range";
    case Representation::kNil: return nullptr;
  }
  return "unknown representation";
}

const char *check_form(const VirtualObject &object, const Limits &limits) {
  if (object.kind > VirtualKind::kCoroutine) return "unknown kind of object";
  if (object.kind != VirtualKind::kCell && object.subject >= limits.constant_count) return "subject index out of range";
  if (object.kind == VirtualKind::kCoroutine) {
    if (object.state() > CoroutineState::kInOneOfSeveral) return "unknown state of a coroutine";
    if (object.element_count > 0 || (object.slot_count > 0 && !object.is_suspended())) return "values of no register";
    if (object.state() == CoroutineState::kInOneOfSeveral && object.slot_count == 0) return "a coroutine without its pc";
    return nullptr;
  }
  if (object.element_count > object.element_room || object.slot_count > object.slot_room) return "more values than there is room for";
  if (object.kind == VirtualKind::kTable) {
    if (object.element_room > kMostInlineValues || object.slot_room > kMostInlineValues - object.element_room) return "object too large";
    return nullptr;
  }
  if (object.element_room > 0 || object.slot_room > kMostCaptures) return "object too large";
  if (object.kind == VirtualKind::kCell && object.slot_count != 1) return "a cell holds one value";
  return nullptr;
}

/** The objects of a state, which begin at `words`; `*end` gets how many words they take. */
const char *check_objects(const uint32_t *words, size_t available, const Limits &limits, uint32_t *keepalive_count, size_t *end) {
  size_t used = 0;
  for (uint32_t number = 0; number < limits.object_count; number++) {
    if (available - used < sizeof(VirtualObject) / 4) return "frame state is cut off";
    auto *object = reinterpret_cast<const VirtualObject *>(words + used);
    used += sizeof(VirtualObject) / 4;
    if (const char *wrong = check_form(*object, limits)) return wrong;
    if ((available - used) / 2 < object->value_count()) return "frame state is cut off";
    used += size_t{object->value_count()} * 2;
    if (const char *wrong = check_source(object->metatable, limits, keepalive_count)) return wrong;
    for (uint32_t at = 0; at < object->value_count(); at++)
      if (const char *wrong = check_source(object->elements()[at], limits, keepalive_count)) return wrong;
  }
  *end = used;
  return nullptr;
}

/** Each frame that waits for a coroutine has one, and no other coroutine has frames. */
const char *check_coroutines(const FrameState &state) {
  uint32_t waiting = 0, running = 0;
  const VirtualFrame *frame = state.outermost();
  for (uint32_t number = 0; number + 1 < state.frame_count; number++, frame = frame->next()) {
    if (frame->mode != FrameMode::kCompleteWrapped) continue;
    waiting++;
    if (coroutine_from(state, number + 1) == kNoCoroutine) return "a frame waits for no coroutine";
  }
  const VirtualObject *object = state.objects();
  for (uint32_t number = 0; number < state.object_count; number++, object = object->next())
    running += object->kind == VirtualKind::kCoroutine && object->state() == CoroutineState::kRunning;
  return running == waiting ? nullptr : "a coroutine runs without frames";
}

const char *check_results(const FrameState &state, size_t available, const Limits &limits, uint32_t *keepalive_count) {
  if (!state.has_results()) return nullptr;
  if (state.result_count > kMaximumResults) return "result count out of range";
  if (available / 2 < state.result_count) return "frame state is cut off";
  for (uint32_t at = 0; at < state.result_count; at++)
    if (const char *wrong = check_source(state.results()[at], limits, keepalive_count)) return wrong;
  return nullptr;
}

} // namespace

const char *check_frame_state(const uint32_t *words, size_t available, size_t constant_count, FindProto find, void *context,
                              uint32_t *keepalive_count) {
  *keepalive_count = 0;
  if (available < sizeof(FrameState) / 4) return "frame state is cut off";
  auto *state = reinterpret_cast<const FrameState *>(words);
  if (state->kind > FrameStateKind::kCall) return "unknown kind";
  if (state->frame_count == 0 || state->frame_count > kMaximumVirtualFrames) return "frame count out of range";
  if (state->object_count > kMaximumVirtualObjects) return "object count out of range";
  Limits limits{constant_count, state->object_count};
  size_t used = sizeof(FrameState) / 4;
  const VirtualFrame *frame = state->outermost();
  for (uint32_t number = 0; number < state->frame_count; number++, frame = frame->next()) {
    if (available - used < sizeof(VirtualFrame) / 4) return "frame state is cut off";
    used += sizeof(VirtualFrame) / 4;
    size_t sources = size_t{frame->value_count} + frame->vararg_source_count();
    if ((available - used) / 2 < sources) return "frame state is cut off";
    used += sources * 2;
    ProtoLimits proto;
    if (!find(context, frame->proto_id, &proto)) return "unknown prototype";
    if (frame->pc >= proto.instruction_count) return "pc out of range";
    if (frame->mode > FrameMode::kCompleteWrapped) return "unknown mode";
    bool is_after_call = frame->mode == FrameMode::kComplete || frame->mode == FrameMode::kCompleteWrapped;
    if (number + 1 < state->frame_count && !is_after_call) return "an outer frame must be after its call";
    if (const char *wrong = check_source(frame->closure, limits, keepalive_count)) return wrong;
    for (uint32_t at = 0; at < frame->value_count; at++) {
      const ValueSource &source = frame->values()[at];
      if (source.register_number() >= proto.register_count) return "register out of range";
      if (const char *wrong = check_source(source, limits, keepalive_count)) return wrong;
    }
    for (uint32_t at = 0; at < frame->vararg_source_count(); at++)
      if (const char *wrong = check_source(frame->varargs()[at], limits, keepalive_count)) return wrong;
  }
  size_t objects = 0;
  if (const char *wrong = check_objects(words + used, available - used, limits, keepalive_count, &objects)) return wrong;
  if (const char *wrong = check_coroutines(*state)) return wrong;
  return check_results(*state, available - used - objects, limits, keepalive_count);
}

uint32_t coroutine_from(const FrameState &state, uint32_t frame) {
  if (state.object_count == 0) return kNoCoroutine; // objects lie behind all frames: finding them takes a walk
  const VirtualObject *object = state.objects();
  for (uint32_t number = 0; number < state.object_count; number++, object = object->next())
    if (object->runs_from(frame)) return number;
  return kNoCoroutine;
}

namespace {

std::string text(const ValueSource &source) {
  static const char *const names[] = {"boxed", "int32", "double", "boolean", "constant", "nil", "object"};
  return std::string(names[static_cast<uint32_t>(source.representation())]) + " " + std::to_string(source.index);
}

std::string text_of_coroutine(const VirtualObject &object) {
  static const char *const states[] = {", not started", ", suspended at ", ", running from frame ", ", dead", ", suspended where R65535 says"};
  std::string out = "coroutine of prototype constant " + std::to_string(object.subject) + states[static_cast<uint32_t>(object.state())];
  if (object.state() == CoroutineState::kSuspended) out += std::to_string(object.pc());
  if (object.state() == CoroutineState::kRunning) out += std::to_string(object.first_frame());
  out += ", function " + text(object.function());
  for (uint32_t at = 0; at < object.slot_count; at++)
    out += ", R" + std::to_string(object.slots()[at].register_number()) + " = " + text(object.slots()[at]);
  return out;
}

std::string text_of_object(const VirtualObject &object) {
  if (object.kind == VirtualKind::kCoroutine) return text_of_coroutine(object);
  static const char *const kinds[] = {"shape constant ", "prototype constant ", "cell "};
  std::string out = kinds[static_cast<uint32_t>(object.kind)] + std::to_string(object.subject) + ", metatable " + text(object.metatable);
  for (uint32_t at = 0; at < object.element_count; at++) out += ", [" + std::to_string(at + 1) + "] = " + text(object.elements()[at]);
  for (uint32_t at = 0; at < object.slot_count; at++) out += ", slot " + std::to_string(at) + " = " + text(object.slots()[at]);
  return out;
}

} // namespace

std::string dump_frame_state(const FrameState &state) {
  std::string out = (state.kind == FrameStateKind::kGuard ? "guard, reason " : "call, reason ") + std::to_string(state.reason) + "\n";
  const VirtualFrame *frame = state.outermost();
  for (uint32_t number = 0; number < state.frame_count; number++, frame = frame->next()) {
    out += "  proto " + std::to_string(frame->proto_id) + (frame->mode == FrameMode::kExecute ? " at " : " after the call at ") +
           std::to_string(frame->pc) + ", closure " + text(frame->closure);
    for (uint32_t at = 0; at < frame->value_count; at++)
      out += ", R" + std::to_string(frame->values()[at].register_number()) + " = " + text(frame->values()[at]);
    for (uint32_t at = 0; at < frame->vararg_source_count(); at++) out += (at ? ", " : ", varargs ") + text(frame->varargs()[at]);
    if (frame->varargs_in_memory()) out += " in memory";
    out += "\n";
  }
  const VirtualObject *object = state.objects();
  for (uint32_t number = 0; number < state.object_count; number++, object = object->next())
    out += "  object " + std::to_string(number) + ", " + text_of_object(*object) + "\n";
  if (state.has_results()) {
    out += "  results";
    for (uint32_t at = 0; at < state.result_count; at++) out += (at ? ", " : " ") + text(state.results()[at]);
    out += "\n";
  }
  return out;
}

} // namespace yl
