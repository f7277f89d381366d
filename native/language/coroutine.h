// SPDX-License-Identifier: MIT
// Coroutines: stacks of the core, with buffers for the values that cross between them.
//
// Every swap between coroutines delivers a pair {first, count} in RAX:RDX, further values in the `results` of the one that wakes up:
//
//   resume → coroutine   arguments of resume: what yield returns, or what yl_coroutine_main passes to the function
//   yield  → resumer     arguments of yield; the coroutine has no resumer any more
//   return → resumer     results of the function; it is dead, and retired
//   error  → resumer     {error value, kFailed}; it is dead
//
// The stack of one that has returned goes to the next one that is made, or to the spare ones at the next collection.
//
// A frame of yield passes on what it is resumed with and has no further effect, so it can be popped when the frame beneath is
// deoptimized.
#pragma once
#include "engine.h"
#include "frame-state.h"

namespace yl {

/** A suspended coroutine that will call `function`. Throws LuaError when there is no memory for a stack. */
Coroutine *coroutine_new(Runtime &runtime, Value function);
/** What coroutine.wrap returns. */
Function *wrapped_new(Runtime &runtime, Coroutine *coroutine);
inline Coroutine *coroutine_of_wrapped(Value wrapped) { return as_coroutine(as_function(wrapped)->captures()[0]); }
/**
 * The same, with a coroutine that has been doing without a stack and is in this state. Its function is to be set; and if it has begun, the frames
 * of that are to be pushed. Throws as coroutine_new does.
 */
Function *wrapped_new(Runtime &runtime, CoroutineState state);

/** The frame of a coroutine's function, suspended in the yield at `pc`; its registers are nil at first. */
class BodyFrame {
 public:
  BodyFrame(Runtime &runtime, const ProtoInfo &proto, Coroutine *coroutine, uint32_t pc);
  Value *registers() { return builder_.payload().registers(); }
  /** Throws OutOfMemory if there is no room. */
  void push();

 private:
  Coroutine *coroutine_;
  PayloadBuilder builder_;
};
/** For calls from the host, such as the main program. */
Coroutine *host_coroutine_new(Runtime &runtime, size_t stack_bytes);
/** What a stack counts for in the heap: the pages that a coroutine that does little touches. */
constexpr size_t kStackCharge = 8192;
inline bool has_stack(const Coroutine *coroutine) { return coroutine->stack.size != 0; }

enum CoroutineStatus : uint32_t { kSuspended = 0, kRunning = 1, kNormal = 2, kDead = 3 };
inline bool is_suspended(const Coroutine *coroutine) { return coroutine->resumer() == kNoResumer; }
inline bool is_dead(const Coroutine *coroutine) { return coroutine->resumer() == kDeadResumer; }
/** Null: no coroutine has resumed it. */
inline Coroutine *resumer_of(const Coroutine *coroutine) {
  return coroutine->resumer() > kHostResumer ? reinterpret_cast<Coroutine *>(coroutine->resumer()) : nullptr;
}
/** `running`: the one that runs, as the program knows it (Runtime::coroutine_of_program). */
inline CoroutineStatus status_of(const Coroutine *coroutine, const Coroutine *running) {
  return is_suspended(coroutine) ? kSuspended : is_dead(coroutine) ? kDead : coroutine == running ? kRunning : kNormal;
}
/** Where no helper's argument says which one runs: a search of all of them. Null when the engine does not run. */
Coroutine *running_coroutine(const Runtime &runtime);

/** After it has got another stack. */
void stack_arrived(Runtime &runtime, Coroutine *coroutine, bool can_be_extended);
/** Its stack, or what it is extended by, becomes `*to`, without its frames. */
void take_stack(Runtime &runtime, Coroutine *coroutine, yg_stack *to);
/** It is dead, and nobody needs its frames. */
void retire(Runtime &runtime, Coroutine *coroutine);
/** At the beginning of a collection. */
void take_retired_stacks(Runtime &runtime);
/** The frames of a coroutine that dies of an error stay, for tracebacks, until it is collected. */
constexpr uint16_t kDiedOfError = 1;
inline bool died_of_error(const Coroutine *coroutine) { return coroutine->header.flags & kDiedOfError; }
inline void mark_as_failed(Coroutine *coroutine) { coroutine->header.flags |= kDiedOfError; }
/** At the end of a collection: the coroutines that nobody can resume any more go, with their stacks. */
void free_unmarked_coroutines(Runtime &runtime);
/** Give up all stacks. */
void free_all_stacks(Runtime &runtime);
/** "suspended", "running", "normal", "dead". */
const char *status_text(uint32_t status);

} // namespace yl
