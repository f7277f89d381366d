// SPDX-License-Identifier: MIT
// The language's frames on a paused stack, innermost first, whichever tier they run in: an interpreter frame says where it is in its
// keep-alives, a frame of optimized code stands for one or more virtual frames.
#pragma once
#include "engine.h"

namespace yl {

struct LanguageFrame {
  ProtoInfo *proto; // null: a builtin that has called a function, which is a level as any other
  uint32_t pc;      // the instruction that is being executed, or whose call has not yet returned
  const CallSite *site = nullptr;               // of optimized code, which the frame is in; null: the interpreter's
  const VirtualFrame *virtual_frame = nullptr;  // the part of the site's frame state that is about this frame
  bool is_builtin() const { return proto == nullptr; }
};

class FrameWalk {
 public:
  explicit FrameWalk(Coroutine *co);
  /** False when there are no more. */
  bool next(LanguageFrame *out);
  /** The machine frame that the last language frame is (a part of). */
  const yg_cursor &machine_frame() const { return machine_frame_; }

 private:
  Runtime &runtime_;
  const Coroutine *co_;
  yg_cursor cursor_, machine_frame_;
  bool done_ = false;
  const CallSite *site_ = nullptr;
  const VirtualFrame *virtual_frames_[kMaximumVirtualFrames];
  uint32_t virtual_count_ = 0;
};

/** Keep-alives of an interpreter frame. */
enum InterpreterKeepAlive { kKeepClosure, kKeepPc, kKeepRegisters, kInterpreterKeepAlives };

} // namespace yl
