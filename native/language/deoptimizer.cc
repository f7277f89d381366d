// SPDX-License-Identifier: MIT
#include "deoptimizer.h"

#include <cstdlib>
#include <unordered_set>

#include "coroutine.h"
#include "deopt-recorder.h"
#include "error.h"
#include "generated.h"
#include "helpers.h"
#include "requests.h"
#include "stack-extension.h"
#include "virtual-objects.h"

namespace yl {

namespace {

const uintptr_t kInterpreter = reinterpret_cast<uintptr_t>(&yl_interpreter_resume);

void drain_if_half_full(Runtime &runtime) {
  if (runtime.events.half_full() && runtime.hooks.on_events) runtime.hooks.on_events();
}

[[noreturn]] void cannot_deoptimize(yg_csid csid, yg_status status) {
  fprintf(stderr, "yugong: cannot deoptimize at call site %llu: %s\n", static_cast<unsigned long long>(csid), yg_status_message(status));
  abort();
}

/** A frame that waits in the swap of a resume gets its results from one above. */
yg_status push_rest(Coroutine *co, yg_cursor *cursor, FrameMode mode) {
  if (mode != FrameMode::kCompleteResume && mode != FrameMode::kCompleteWrapped) return YG_OK;
  yl_rest_payload payload{co, 0};
  auto *rest = mode == FrameMode::kCompleteResume ? &yl_resume_rest : &yl_wrapped_rest;
  return yg_push_frame_payload(cursor, reinterpret_cast<uintptr_t>(rest), &payload, sizeof payload, nullptr);
}

/**
 * What the frames of interpreters take that are rebuilt there, from one of them on: the payload of each, of which the innermost makes its
 * registers. `varargs`: as many are in memory.
 */
size_t rebuilt_bytes(const Runtime &runtime, const FrameState &state, uint32_t from, size_t varargs) {
  constexpr size_t kRestOfFrame = 256;
  size_t words = 0;
  const VirtualFrame *frame = state.outermost();
  for (uint32_t number = 0; number < state.frame_count; number++, frame = frame->next())
    if (number >= from) words += runtime.protos[frame->proto_id]->register_count + (frame->varargs_in_memory() ? 2 * varargs : frame->vararg_count);
  return 2 * words * sizeof(Value) + (state.frame_count - from) * kRestOfFrame;
}

/** Room for the frames of those coroutines that have run without stacks, on the ones that they have now. False: one of these is too small. */
bool make_room_for_bodies(const Runtime &runtime, const FrameState &state, const Value *objects) {
  for (uint32_t number = 0; number < state.frame_count; number++) {
    uint32_t object = coroutine_from(state, number);
    if (object != kNoCoroutine && !make_room(coroutine_of_wrapped(objects[object]), rebuilt_bytes(runtime, state, number, 0))) return false;
  }
  return true;
}

/**
 * Where the frames of a state are pushed: from the body of a coroutine on that has run without a stack, on the one that it has now. Its resumer waits
 * beneath yl_leave, which passes on what the topmost frame is to begin with.
 */
class Bodies {
 public:
  Bodies(Runtime &runtime, Coroutine *co, yg_cursor *cursor, const FrameState &state, const Value *objects)
      : runtime_(runtime), first_(co), current_(co), cursor_(cursor), state_(state), objects_(objects) {}

  /** The one on whose stack the frames go. */
  Coroutine *coroutine() const { return current_; }

  yg_status begin_frame(uint32_t number) {
    uint32_t object = coroutine_from(state_, number);
    if (object == kNoCoroutine) return YG_OK;
    if (current_ == first_)
      if (yg_status status = leave_for(innermost())) return status;
    Coroutine *body = coroutine_of_wrapped(objects_[object]);
    body->resumer() = reinterpret_cast<uint64_t>(current_);
    current_ = body;
    return yg_cursor_new(cursor_, &body->stack);
  }

  void run() {
    if (current_ == first_) return;
    current_->result_count = first_->result_count;
    set_current(current_);
    if (runtime_.record_switches) yl_leaf_record_switch(current_);
  }

 private:
  Coroutine *innermost() const {
    for (uint32_t number = state_.frame_count; number-- > 0;)
      if (uint32_t object = coroutine_from(state_, number); object != kNoCoroutine) return coroutine_of_wrapped(objects_[object]);
    return first_;
  }
  yg_status leave_for(Coroutine *next) {
    yl_leave_payload payload{&first_->stack, &next->stack};
    return yg_push_frame_payload(cursor_, reinterpret_cast<uintptr_t>(&yl_leave), &payload, sizeof payload, nullptr);
  }

  Runtime &runtime_;
  Coroutine *first_, *current_;
  yg_cursor *cursor_;
  const FrameState &state_;
  const Value *objects_;
};

/**
 * Replace the cursor's frame, which is at `site` and becomes the top, by interpreter frames, of which the innermost begins with `start`.
 * YG_ERROR_SIZE when there is no room. That, and OutOfMemory, which is thrown, leave everything unchanged.
 */
template <class Probing>
yg_status rebuild_frames(Runtime &runtime, Coroutine *co, yg_cursor *cursor, const CallSite &site, uintptr_t start, EventKind kind,
                         Probing probing) {
  uint64_t keepalives[kMaximumKeepAlives];
  Value objects[kMaximumVirtualObjects];
  // Not for the caller, who would take a value too wide for a word for a stack without room.
  if (yg_status status = yg_keepalive_words(cursor, keepalives, static_cast<int>(site.keepalive_count)))
    cannot_deoptimize(yg_get_csid(cursor), status);
  make_objects(runtime, site, keepalives, objects);
  // Varargs in memory may lie in the frame that goes away; only the outermost virtual frame can have such.
  std::vector<Value> varargs;
  if (const VirtualFrame *outermost = site.state->outermost(); outermost->varargs_in_memory()) {
    auto *first = reinterpret_cast<const Value *>(keepalives[outermost->varargs()[0].index]);
    varargs.assign(first, first + keepalives[outermost->varargs()[1].index]);
  }
  size_t bytes = rebuilt_bytes(runtime, *site.state, 0, varargs.size());
  if (!make_room_for_bodies(runtime, *site.state, objects)) return YG_ERROR_SIZE;
  bool extends = !has_room(co, bytes);
  if (extends && !can_extend(co)) return YG_ERROR_SIZE;
  yg_stack extension = extends ? runtime.extensions.take() : yg_stack{};
  RecordedDeopt *recorded = runtime.deopt_recorder ? runtime.deopt_recorder->begin(runtime, co, site, kind) : nullptr;
  if (recorded) recorded->keepalives.assign(keepalives, keepalives + site.keepalive_count);
  if (site.state->has_results()) {
    for (uint32_t at = 0; at < site.state->result_count; at++)
      co->results[at] = read_source(site.state->results()[at], keepalives, site.code->constants.data(), objects);
    co->result_count = site.state->result_count;
  }
  probing.mark(Border::kRead);
  if (yg_status status = yg_cursor_step(cursor)) return status;
  if (yg_status status = yg_pop_frames_to(cursor)) return status;
  if (extends) {
    extend(runtime, co, extension);
    if (yg_status status = yg_cursor_new(cursor, &co->stack)) return status;
  }
  if (recorded) recorded->after.push_back(record_stack(runtime, co));

  Bodies bodies(runtime, co, cursor, *site.state, objects);
  const Value *constants = site.code->constants.data();
  const VirtualFrame *frame = site.state->outermost();
  for (uint32_t number = 0; number < site.state->frame_count; number++, frame = frame->next()) {
    if (yg_status status = bodies.begin_frame(number)) return status;
    uint32_t register_count = runtime.protos[frame->proto_id]->register_count;
    uint32_t vararg_count = frame->varargs_in_memory() ? static_cast<uint32_t>(varargs.size()) : frame->vararg_count;
    PayloadBuilder builder(runtime, register_count, vararg_count);
    InterpreterPayload &payload = builder.payload();
    payload.coroutine = bodies.coroutine();
    payload.closure = read_source(frame->closure, keepalives, constants, objects);
    payload.pc = frame->pc;
    payload.mode = frame->mode == FrameMode::kExecute ? kModeExecute : kModeComplete;
    Value *registers = payload.registers();
    for (uint32_t at = 0; at < register_count; at++) registers[at] = kNil;
    for (uint32_t at = 0; at < frame->value_count; at++) {
      const ValueSource &source = frame->values()[at];
      registers[source.register_number()] = read_source(source, keepalives, constants, objects);
    }
    for (uint32_t at = 0; at < vararg_count; at++)
      registers[register_count + at] = frame->varargs_in_memory() ? varargs[at] : read_source(frame->varargs()[at], keepalives, constants, objects);
    if (yg_status status = builder.push(cursor, number + 1 < site.state->frame_count ? kInterpreter : start)) return status;
    if (recorded) {
      recorded->after.push_back(record_stack(runtime, bodies.coroutine()));
      recorded->values.push_back(record_values(*frame, registers));
    }
    if (yg_status status = push_rest(bodies.coroutine(), cursor, frame->mode)) return status;
  }
  bodies.run();
  probing.mark(Border::kRebuilt);
  probing.say(site.state->frame_count, site.keepalive_count);
  return YG_OK;
}

const VirtualFrame *innermost_of(const FrameState &state) {
  const VirtualFrame *frame = state.outermost();
  for (uint32_t number = 1; number < state.frame_count; number++) frame = frame->next();
  return frame;
}

/** Replace the top frame of a paused stack, or throw "stack overflow". The call site that it was at. */
template <class Probing>
CallSite *leave_top_frame(Runtime &runtime, Coroutine *co, EventKind kind, uintptr_t start, Probing probing) {
  probing.mark(Border::kEntered);
  uint64_t started = ticks_now();
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  yg_csid csid = status == YG_OK ? yg_get_csid(&cursor) : 0;
  CallSite *site = runtime.code.find(csid);
  if (!site) {
    fprintf(stderr, "yugong: call site %llu is to be left, and is not registered\n", static_cast<unsigned long long>(csid));
    abort();
  }
  probing.mark(Border::kFound);
  status = rebuild_frames(runtime, co, &cursor, *site, start, kind, probing);
  if (status == YG_ERROR_SIZE) throw_message(co, "stack overflow");
  if (status != YG_OK) cannot_deoptimize(csid, status);
  runtime.deopt_count++;
  runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, kind});
  return site;
}

template <class Probing> yg_pair leave_invalid_frame(Coroutine *co, yg_pair values, Probing probing) {
  return at_boundary(co, [&] {
    Runtime &runtime = runtime_of(co);
    leave_top_frame(runtime, co, EventKind::kLazyDeopt, kInterpreter, probing);
    drain_if_half_full(runtime);
    probing.mark(Border::kReturned);
    return values;
  });
}

/** The return barrier of a frame of invalid code: what it waited for has returned `values`, which the interpreter's frame gets. */
yg_pair on_return_to_invalid_frame(yg_stack *stack, void *, yg_pair values) {
  auto *co = reinterpret_cast<Coroutine *>(stack);
  if (auto &probes = runtime_of(co).probes) return leave_invalid_frame(co, values, Probed{probes->begin(ProbeKind::kLazyDeopt)});
  return leave_invalid_frame(co, values, Unprobed());
}

/** Put a return barrier on each of these frames, which are in the order of a walk. Those deep down first: then each takes constant time. */
uint32_t set_barriers(const std::vector<yg_cursor> &frames) {
  uint32_t count = 0;
  for (size_t at = frames.size(); at-- > 0;) {
    yg_cursor cursor = frames[at];
    if (yg_get_return_barrier(&cursor, nullptr, nullptr) == YG_OK) continue;
    if (yg_status status = yg_set_return_barrier(&cursor, on_return_to_invalid_frame, nullptr)) cannot_deoptimize(yg_get_csid(&cursor), status);
    count++;
  }
  return count;
}

/** Deoptimize a sleeping coroutine if its top language frame is of invalid code and waits for a yield to return. */
bool deoptimize_suspended(Runtime &runtime, Coroutine *co) {
  uint64_t started = ticks_now();
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &co->stack) != YG_OK) return false;
  yg_csid csid;
  // Yield's frame may go, see coroutine.h; a protected call's may not.
  while ((csid = yg_get_csid(&cursor)) >= kFirstOtherBuiltinCsid && csid < kFirstOptimizedCsid)
    if (yg_cursor_step(&cursor) != YG_OK) return false;
  CallSite *site = csid < kFirstOptimizedCsid ? nullptr : runtime.code.find(csid);
  if (!site || site->code->valid || innermost_of(*site->state)->mode != FrameMode::kComplete) return false;
  try {
    yg_status status = rebuild_frames(runtime, co, &cursor, *site, kInterpreter, EventKind::kSuspendedDeopt, Unprobed());
    if (status == YG_ERROR_SIZE) return false; // as the following
    if (status != YG_OK) cannot_deoptimize(csid, status);
  } catch (const OutOfMemory &) {
    return false; // it gets a return barrier: the coroutine is told when it runs again
  }
  runtime.deopt_count++;
  runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kSuspendedDeopt});
  return true;
}

/** f(coroutine) for each that has frames and is not running at this moment: on the host stack, that is all of them. */
template <class F> void for_each_paused(Runtime &runtime, F &&f) {
  for (const HostEntry &entry : runtime.entries) f(entry.co);
  for (Coroutine *co = runtime.coroutines; co; co = co->next)
    if (!is_dead(co)) f(co);
}

/** Of the topmost frames, at most so many, add those of optimized code that have no barrier yet. */
void find_frames(Runtime &runtime, Coroutine *co, size_t most, std::vector<yg_cursor> *out) {
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  for (; status == YG_OK && most > 0; status = step_frame(co, &cursor), most--)
    if (runtime.code.code_at(cursor) && yg_get_return_barrier(&cursor, nullptr, nullptr) != YG_OK) out->push_back(cursor);
}

template <class Probing> Invalidation leave_invalid_code(Runtime &runtime, Probing probing) {
  probing.mark(Border::kEntered);
  Invalidation out;
  std::vector<yg_cursor> frames;
  for_each_paused(runtime, [&](Coroutine *co) {
    if (is_suspended(co) && deoptimize_suspended(runtime, co)) out.suspended++;
    frames.clear();
    yg_cursor cursor;
    for (yg_status status = yg_cursor_new(&cursor, &co->stack); status == YG_OK; status = step_frame(co, &cursor)) {
      OptimizedCode *code = runtime.code.code_at(cursor);
      if (code && !code->valid) frames.push_back(cursor);
    }
    out.waiting += set_barriers(frames);
  });
  probing.mark(Border::kReturned);
  probing.say(out.waiting, out.suspended);
  return out;
}

Invalidation leave_invalid_code(Runtime &runtime) {
  if (auto &probes = runtime.probes) return leave_invalid_code(runtime, Probed{probes->begin(ProbeKind::kInvalidation)});
  return leave_invalid_code(runtime, Unprobed());
}

void close_entries(Runtime &runtime, OptimizedCode *code) {
  code->valid = false;
  for (auto &proto : runtime.protos) {
    if (code->contains(reinterpret_cast<uintptr_t>(proto->code.entry))) runtime.install_entry(proto.get(), 0);
    auto &entries = proto->loop_entries;
    for (size_t at = entries.size(); at-- > 0;)
      if (code->contains(entries[at].address)) entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
  }
  for (uint32_t id : code->assumptions) runtime.assumptions.remove_dependent(id, code->id);
}

/** The next back-edge of a loop that is entered in this code asks the policy, which sees whether it still suits the frame. */
void doubt_entries(ProtoInfo *proto, const OptimizedCode &code) {
  for (LoopEntry &entry : proto->loop_entries) {
    if (!code.contains(entry.address)) continue;
    entry.is_doubted = true;
    proto->hotness = 0;
  }
}

void count_failure(Runtime &runtime, CallSite *site) {
  doubt_entries(runtime.proto(site->state->outermost()->proto_id), *site->code);
  uint64_t failures = ++site->failures, limit = site->code->failure_limit;
  if (limit && failures % limit == 0 && runtime.hooks.on_deopt) runtime.hooks.on_deopt(site->csid, failures);
}

/** A guard has failed, or is said to have. */
template <class Probing> void leave_by_guard(Coroutine *co, uintptr_t start, Probing probing) {
  Runtime &runtime = runtime_of(co);
  bool injected = runtime.guard_count >= runtime.failing_guard;
  CallSite *site = leave_top_frame(runtime, co, injected ? EventKind::kInjectedDeopt : EventKind::kEagerDeopt, start, probing);
  if (injected) {
    // The guard held, so this says nothing about the code. The last one is told at once: the program may not live to its end.
    runtime.failing_guard = runtime.options.failing_guards.next(runtime.guard_count);
    if (runtime.failing_guard == kNeverInjected && runtime.hooks.on_events) runtime.hooks.on_events();
    return drain_if_half_full(runtime);
  }
  // A safepoint's guard says nothing against its code: the interpreter serves the request, and the loop is entered again.
  if (!is_requested(runtime)) {
    count_failure(runtime, site);
    drain_if_half_full(runtime);
  }
  probing.mark(Border::kReturned);
}

} // namespace

Coroutine *leave_bodies(Coroutine *co) {
  Runtime &runtime = runtime_of(co);
  uint64_t started = ticks_now();
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &co->stack) != YG_OK) return co;
  if (yg_cursor_pc(&cursor) == reinterpret_cast<uintptr_t>(&yl_leave)) { // they have been left
    size_t size;
    yg_stack *next = static_cast<yl_leave_payload *>(yg_cursor_payload(&cursor, &size))->next;
    return next == &runtime.host_stack ? co : reinterpret_cast<Coroutine *>(next);
  }
  yg_csid csid = yg_get_csid(&cursor);
  CallSite *site = csid < kFirstOptimizedCsid ? nullptr : runtime.code.find(csid);
  if (!site || !site->state->has_bodies()) return co;
  yg_status status = rebuild_frames(runtime, co, &cursor, *site, kInterpreter, EventKind::kEagerDeopt, Unprobed());
  if (status == YG_ERROR_SIZE) throw OutOfMemory();
  if (status != YG_OK) cannot_deoptimize(csid, status);
  runtime.deopt_count++;
  runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kEagerDeopt});
  count_failure(runtime, site);
  return leave_bodies(co);
}

void disturb_caller(Runtime &runtime, Coroutine *co) {
  runtime.disturbed_call = runtime.options.disturbed_calls.next(runtime.call_count);
  constexpr size_t kMostFrames = 32;
  constexpr int kMostSleepers = 4;
  std::vector<yg_cursor> frames;
  for (Coroutine *at = co; at; at = resumer_of(at)) find_frames(runtime, at, kMostFrames, &frames);
  int sleepers = 0;
  for (Coroutine *at = runtime.coroutines; at && sleepers < kMostSleepers; at = at->next, sleepers++)
    if (is_suspended(at)) find_frames(runtime, at, kMostFrames, &frames);
  if (!frames.empty()) set_barriers({frames[runtime.call_count % frames.size()]});
}

Invalidation Runtime::invalidate_code(OptimizedCode *invalid) {
  close_entries(*this, invalid);
  return leave_invalid_code(*this);
}

void Runtime::end_assumption(const void *subject, const std::string &reason) {
  std::vector<uint32_t> dependents = assumptions.end(subject);
  if (dependents.empty()) return;
  for (uint32_t id : dependents) close_entries(*this, code.code(id));
  Invalidation invalidation = leave_invalid_code(*this);
  for (uint32_t id : dependents) {
    if (hooks.on_invalidate) hooks.on_invalidate(id, invalidation, reason);
    invalidation = {}; // told once
  }
}

std::vector<uint32_t> Runtime::reclaim_code() {
  std::unordered_set<OptimizedCode *> candidates;
  code.for_each([&](OptimizedCode &each) {
    if (!each.valid) candidates.insert(&each);
  });
  if (candidates.empty()) return {};
  for_each_paused(*this, [&](Coroutine *co) {
    yg_cursor cursor;
    for (yg_status status = yg_cursor_new(&cursor, &co->stack); status == YG_OK; status = step_frame(co, &cursor))
      if (OptimizedCode *used = code.code_at(cursor)) candidates.erase(used);
  });
  std::vector<uint32_t> ids;
  for (OptimizedCode *unused : candidates) {
    ids.push_back(unused->id);
    code.remove(unused);
  }
  return ids;
}

} // namespace yl

using namespace yl;

yg_pair yl_host_deopt(Coroutine *co) { return at_boundary(co, [co] { return leave_by_guard(co, kInterpreter, Unprobed()), no_result(); }); }

yg_pair yl_host_probed_deopt(Coroutine *co, uint64_t left) {
  return at_boundary(co, [co, left] {
    Probe *probe = runtime_of(co).probes->begin(ProbeKind::kEagerDeopt);
    if (!probe) return leave_by_guard(co, kInterpreter, Unprobed()), no_result();
    probe->at[static_cast<size_t>(Border::kLeft)] = left;
    leave_by_guard(co, reinterpret_cast<uintptr_t>(&yl_probed_resume), Probed{probe});
    return yg_pair{reinterpret_cast<uintptr_t>(&probe->at[static_cast<size_t>(Border::kResumed)]), kInterpreter};
  });
}

yg_pair yl_host_stress_call(Coroutine *co) {
  return at_boundary(co, [&] {
    disturb_caller(runtime_of(co), co);
    return no_result();
  });
}
