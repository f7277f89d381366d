// SPDX-License-Identifier: MIT
// Frame states: for one call site of optimized code, which interpreter frames stand for the machine frame, and where each register's
// value is among the call's keep-alives.
//
//   word 0  kind        0: the exit of a guard, 1: a call
//   word 1  reason      index into the optimizer's list of reasons
//   word 2  frameCount  1 + number of inlined calls around the site
//   then per frame, from the outermost to the innermost:
//     protoId, pc, mode (0: execute the instruction at pc, 1: complete it with the results that arrive), closure source (2 words), valueCount,
//     varargCount, valueCount × 2 words, varargs
//
//   varargs are varargCount × 2 words, or if varargCount is 0xFFFFFFFF two sources whose raw words are their address and number
//
//   a source is two words: register | representation << 16, index        (a closure's register is not looked at)
//
// For `local function add(a, b) return a + b end  for i = 1, n do s = add(s, i) end`, with add inlined and its guard on a + b failing:
//
//   0, 3, 2,                                    a guard, reason 3, two frames
//   0, 5, 1, (0|4<<16, 0), 2, 0, (0|0<<16, 0), (4|1<<16, 1)    main at pc 5, after the call; closure constant 0; R0 boxed, R4 int32
//   1, 0, 0, (0|4<<16, 1), 2, 0, (0|0<<16, 0), (1|1<<16, 1)    add at pc 0, to be executed; its a and b are the same keep-alives
#pragma once
#include <string>
#include <vector>

#include "object.h"

namespace yl {

enum class Representation : uint32_t { kBoxed, kInt32, kDouble, kBoolean, kConstant, kNil };
enum class FrameStateKind : uint32_t { kGuard, kCall };
enum class FrameMode : uint32_t { kExecute, kComplete };

struct ValueSource {
  uint32_t first, index;
  uint32_t register_number() const { return first & 0xFFFF; }
  Representation representation() const { return static_cast<Representation>(first >> 16); }
};

constexpr uint32_t kVarargsInMemory = 0xFFFFFFFF;

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

struct FrameState {
  FrameStateKind kind;
  uint32_t reason, frame_count;
  const VirtualFrame *outermost() const { return reinterpret_cast<const VirtualFrame *>(this + 1); }
};

constexpr uint32_t kMaximumVirtualFrames = 64;
constexpr uint32_t kMaximumKeepAlives = 2048;

/** What checking a frame state needs to know about a prototype; false when there is none of that id. */
struct ProtoLimits { uint32_t register_count, instruction_count; };
using FindProto = bool (*)(void *context, uint32_t proto_id, ProtoLimits *out);

/**
 * Check a frame state that begins at `words` with `available` words behind it. Returns null, or what is wrong.
 * `*keepalive_count` gets the number of keep-alives that it refers to.
 */
const char *check_frame_state(const uint32_t *words, size_t available, size_t constant_count, FindProto find, void *context,
                              uint32_t *keepalive_count);

/** The boxed value of a source. */
Value read_source(const ValueSource &source, const uint64_t *keepalives, const Value *constants);

/** One line a frame, for people. */
std::string dump_frame_state(const FrameState &state);

} // namespace yl
