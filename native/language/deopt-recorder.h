// SPDX-License-Identifier: MIT
// Deoptimizations as they happened, for whoever shows them: what lay on the stack before, after the frame was popped and after each push.
// Only with Options::record_deopts: then each recorded one costs some microseconds, and the others of the same call site nothing.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "events.h"
#include "frame-state.h"

namespace yl {

struct CallSite;
struct Coroutine;
struct Runtime;

enum class RecordedFrameKind : uint32_t { kOptimized, kInterpreter, kPushedInterpreter, kOther };

struct RecordedFrame {
  RecordedFrameKind kind;
  uintptr_t slot; // where the word lies that is popped to resume the frame; its own words follow, up to the next frame's slot
  uintptr_t pc;   // which is that word, barriers and service routines apart
  yg_csid csid;   // 0: none
  std::string name; // of the function, or of what else it is
  uint32_t proto_id = 0, bytecode_pc = 0; // not of kOther
  uintptr_t data = 0; // where its InterpreterPayload lies (kPushedInterpreter), or its registers (kInterpreter)
};

/** The top of a paused stack. `words` are those from `sp` to the slot behind the last frame. */
struct RecordedStack {
  uintptr_t sp;
  std::vector<RecordedFrame> frames; // from the top
  std::vector<uint64_t> words;
};

/** A register of an interpreter frame that was built, as text. */
struct RecordedValue { uint32_t register_number; uint64_t word; std::string text; };

struct RecordedDeopt {
  yg_csid csid;
  EventKind kind;
  uint32_t coroutine_id;
  RecordedStack before;
  std::vector<uint64_t> keepalives;
  std::vector<RecordedStack> after; // [0]: the frame has been popped; then one for each interpreter frame, the outermost first
  std::vector<std::vector<RecordedValue>> values; // of each of them
};

class DeoptRecorder {
 public:
  /** Null when there are enough of this call site, or in all. */
  RecordedDeopt *begin(Runtime &runtime, Coroutine *co, const CallSite &site, EventKind kind);
  std::vector<RecordedDeopt> take();

 private:
  std::vector<RecordedDeopt> recorded_;
  std::unordered_map<yg_csid, uint32_t> by_site_;
};

RecordedStack record_stack(Runtime &runtime, Coroutine *co);
/** The values that a frame state gives to the registers of one of its frames. */
std::vector<RecordedValue> record_values(const VirtualFrame &frame, const Value *registers);

} // namespace yl
