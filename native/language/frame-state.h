// SPDX-License-Identifier: MIT
// Frame states: for one call site of optimized code, which interpreter frames stand for the machine frame, and where each register's
// value is among the call's keep-alives.
//
//   word 0  kind        0: the exit of a guard, 1: a call
//   word 1  reason      index into the optimizer's list of reasons
//   word 2  frameCount  1 + number of inlined calls around the site
//   word 3  objectCount objects that the code has not made, because nobody could have seen them; they are made when the frame is left
//   word 4  resultCount of the call before, which the innermost frame's instruction takes all of; 0xFFFFFFFF: none, or they are in co->results
//   then per frame, from the outermost to the innermost:
//     protoId, pc, mode (a FrameMode), closure source (2 words), valueCount, varargCount, valueCount × 2 words, varargs
//
//   varargs are varargCount × 2 words, or if varargCount is 0xFFFFFFFF two sources whose raw words are their address and number
//
//   then per object, which sources of any frame and of any object name by its number:
//     kind (a VirtualKind), subject (index of a constant whose word is an address: a table's shape, a closure's prototype; of a cell 0),
//     room for elements, room for slots, metatable source (nil: none), elementCount, slotCount, then two words a value: elements from 1 on
//     (the last one is not nil), then slots; a closure's captures, and what a cell holds, are slots
//     a coroutine, of which programs have what coroutine.wrap returns: in place of the rooms its CoroutineState, and the pc of the yield where it
//     is suspended, or the number of the frame that it begins with if it runs; in place of the metatable its function; registers for slots,
//     if it is suspended in one of several yields behind the pc of that
//
//   then the results, two words each
//
//   a frame that completes what coroutine.wrap has made, and is not the innermost one, waits for a coroutine that runs: the frames behind it
//   are on that one's stack
//
//   a source is two words: register | representation << 16, index        (a closure's register, an object's, is not looked at)
//
// For `local function add(a, b) return a + b end  for i = 1, n do s = add(s, i) end`, with add inlined and its guard on a + b failing:
//
//   0, 3, 2, 0, 0xFFFFFFFF,                     a guard, reason 3, two frames, no objects, no results
//   0, 5, 1, (0|4<<16, 0), 2, 0, (0|0<<16, 0), (4|1<<16, 1)    main at pc 5, after the call; closure constant 0; R0 boxed, R4 int32
//   1, 0, 0, (0|4<<16, 1), 2, 0, (0|0<<16, 0), (1|1<<16, 1)    add at pc 0, to be executed; its a and b are the same keep-alives
#pragma once
#include <string>
#include <vector>

#include "object.h"
#include "value.h"

namespace yl {

enum class Representation : uint32_t { kBoxed, kInt32, kDouble, kBoolean, kConstant, kNil, kObject };
enum class FrameStateKind : uint32_t { kGuard, kCall };
/**
 * Execute the instruction at pc; or complete it with the results that arrive. The other two wait in a swap for what a coroutine yields,
 * returns, or dies of, which has to become the results of coroutine.resume, or of what coroutine.wrap has made, first: a frame above does
 * that.
 */
enum class FrameMode : uint32_t { kExecute, kComplete, kCompleteResume, kCompleteWrapped };

struct ValueSource {
  uint32_t first, index;
  uint32_t register_number() const { return first & 0xFFFF; }
  Representation representation() const { return static_cast<Representation>(first >> 16); }
};

constexpr uint32_t kVarargsInMemory = 0xFFFFFFFF;
constexpr uint32_t kNoResults = 0xFFFFFFFF;

/** One virtual frame, as it lies in the words. */
struct VirtualFrame {
  uint32_t proto_id, pc;
  FrameMode mode;
  ValueSource closure;
  uint32_t value_count, vararg_count;
  const ValueSource *values() const { return reinterpret_cast<const ValueSource *>(this + 1); }
  bool varargs_in_memory() const { return vararg_count == kVarargsInMemory; }
  const ValueSource *varargs() const { return values() + value_count; }
  uint32_t vararg_source_count() const { return varargs_in_memory() ? 2 : vararg_count; }
  const VirtualFrame *next() const { return reinterpret_cast<const VirtualFrame *>(varargs() + vararg_source_count()); }
};
static_assert(sizeof(VirtualFrame) == 28 && sizeof(ValueSource) == 8, "the layout above");

enum class VirtualKind : uint32_t { kTable, kClosure, kCell, kCoroutine };
/** Before its first call; in a yield; it has a part of the state's frames; it has returned; in a yield whose pc is a value. */
enum class CoroutineState : uint32_t { kStart, kSuspended, kRunning, kEnd, kInOneOfSeveral };

/** An object that has yet to be made, as it lies in the words. */
struct VirtualObject {
  VirtualKind kind;
  uint32_t subject, element_room, slot_room;
  ValueSource metatable;
  uint32_t element_count, slot_count;
  // Of a coroutine:
  CoroutineState state() const { return static_cast<CoroutineState>(element_room); }
  uint32_t pc() const { return slot_room; }
  bool is_suspended() const { return state() == CoroutineState::kSuspended || state() == CoroutineState::kInOneOfSeveral; }
  uint32_t first_frame() const { return slot_room; }
  const ValueSource &function() const { return metatable; }
  bool runs_from(uint32_t frame) const { return kind == VirtualKind::kCoroutine && state() == CoroutineState::kRunning && first_frame() == frame; }
  uint32_t value_count() const { return element_count + slot_count; }
  const ValueSource *elements() const { return reinterpret_cast<const ValueSource *>(this + 1); }
  const ValueSource *slots() const { return elements() + element_count; }
  const VirtualObject *next() const { return reinterpret_cast<const VirtualObject *>(elements() + value_count()); }
};
static_assert(sizeof(VirtualObject) == 32, "the layout above");

struct FrameState {
  FrameStateKind kind;
  uint32_t reason, frame_count, object_count, result_count;
  const VirtualFrame *outermost() const { return reinterpret_cast<const VirtualFrame *>(this + 1); }
  /** Behind the frames. */
  const VirtualObject *objects() const {
    const VirtualFrame *frame = outermost();
    for (uint32_t number = 0; number < frame_count; number++) frame = frame->next();
    return reinterpret_cast<const VirtualObject *>(frame);
  }
  /** Behind the objects; not if there are none. */
  const ValueSource *results() const {
    const VirtualObject *object = objects();
    for (uint32_t number = 0; number < object_count; number++) object = object->next();
    return reinterpret_cast<const ValueSource *>(object);
  }
  bool has_results() const { return result_count != kNoResults; }
  /** Whether frames are of bodies of coroutines that have no stacks. */
  bool has_bodies() const {
    const VirtualFrame *frame = outermost();
    for (uint32_t number = 0; number + 1 < frame_count; number++, frame = frame->next())
      if (frame->mode == FrameMode::kCompleteWrapped) return true;
    return false;
  }
  /** visit(source) for everything that the state is rebuilt from, but varargs in memory. */
  template <class Visit> void for_each_source(Visit &&visit) const {
    const VirtualFrame *frame = outermost();
    for (uint32_t number = 0; number < frame_count; number++, frame = frame->next()) {
      visit(frame->closure);
      for (uint32_t at = 0; at < frame->value_count; at++) visit(frame->values()[at]);
      for (uint32_t at = 0; !frame->varargs_in_memory() && at < frame->vararg_count; at++) visit(frame->varargs()[at]);
    }
    const VirtualObject *object = objects();
    for (uint32_t number = 0; number < object_count; number++, object = object->next()) {
      visit(object->metatable);
      for (uint32_t at = 0; at < object->value_count(); at++) visit(object->elements()[at]);
    }
    for (uint32_t at = 0; has_results() && at < result_count; at++) visit(results()[at]);
  }
};

/** Which of the state's objects is the coroutine whose frames begin with this one; kNoCoroutine: none, it is on its caller's stack. */
constexpr uint32_t kNoCoroutine = 0xFFFFFFFF;
uint32_t coroutine_from(const FrameState &state, uint32_t frame);

constexpr uint32_t kMaximumVirtualFrames = 64;
constexpr uint32_t kMaximumKeepAlives = 2048;
constexpr uint32_t kMaximumVirtualObjects = 64;
constexpr uint32_t kMaximumResults = 256;
/** Of a closure: lang/ allows 60. */
constexpr uint32_t kMostCaptures = 255;

/** What checking a frame state needs to know about a prototype; false when there is none of that id. */
struct ProtoLimits { uint32_t register_count, instruction_count; };
using FindProto = bool (*)(void *context, uint32_t proto_id, ProtoLimits *out);

/**
 * Check a frame state that begins at `words` with `available` words behind it. Returns null, or what is wrong.
 * `*keepalive_count` gets the number of keep-alives that it refers to.
 */
const char *check_frame_state(const uint32_t *words, size_t available, size_t constant_count, FindProto find, void *context,
                              uint32_t *keepalive_count);

/** The boxed value of a source; `objects` are those of the state, made already. */
inline Value read_source(const ValueSource &source, const uint64_t *keepalives, const Value *constants, const Value *objects) {
  switch (source.representation()) {
    case Representation::kBoxed: return keepalives[source.index];
    case Representation::kInt32: return box_int(static_cast<int32_t>(keepalives[source.index]));
    case Representation::kDouble: return box_double(as_double(keepalives[source.index]));
    case Representation::kBoolean: return box_boolean(keepalives[source.index] & 1);
    case Representation::kConstant: return constants[source.index];
    case Representation::kObject: return objects[source.index];
    case Representation::kNil: break;
  }
  return kNil;
}

/** One line a frame, for people. */
std::string dump_frame_state(const FrameState &state);

} // namespace yl
