// SPDX-License-Identifier: MIT
// The stacks of an engine for people who look at them: what each language frame executes, in which tier, and its live values.
#pragma once
#include <utility>

#include "frame-walk.h"

namespace yl {

/** What holds a frame. `kRebuilt`: an interpreter frame that a deoptimization has pushed, and that nothing has returned into yet. */
enum class FrameTier { kInterpreter, kRebuilt, kOptimized, kBuiltin };

struct FrameView {
  ProtoInfo *proto; // null: a builtin that has called a function
  uint32_t pc;
  FrameTier tier;
  bool inlined = false; // into the next frame
  bool invalid = false; // its code is out of use, so it is deoptimized when control returns into it
  /** Registers that the frame still needs, and what is in them; of variables that live in cells, what is in the cells. */
  std::vector<std::pair<uint32_t, Value>> registers = {};
};

struct StackView {
  Coroutine *co;
  size_t used_bytes; // 0: it has no stack any more
  std::vector<FrameView> frames; // innermost first
};

/**
 * The running program, the calls of host functions and all coroutines. Only on the host stack: then all stacks are paused. A table that
 * optimized code has not made yet is made for the view; when the frame is left, it makes another. Throws OutOfMemory.
 */
std::vector<StackView> view_stacks(Runtime &runtime);

} // namespace yl
