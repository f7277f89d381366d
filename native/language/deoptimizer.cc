// SPDX-License-Identifier: MIT
#include "deoptimizer.h"

#include <cstdlib>

#include "error.h"
#include "generated.h"
#include "helpers.h"
#include "requests.h"

namespace yl {

namespace {

void drain_if_half_full(Runtime &runtime) {
  if (runtime.events.half_full() && runtime.hooks.on_events) runtime.hooks.on_events();
}

} // namespace

yg_status rebuild_frames(Runtime &runtime, Coroutine *co, yg_cursor *cursor, const CallSite &site) {
  uint64_t keepalives[kMaximumKeepAlives];
  if (yg_status status = yg_keepalive_words(cursor, keepalives, static_cast<int>(site.keepalive_count))) return status;
  // Varargs in memory may lie in the frame that goes away; only the outermost virtual frame can have such.
  std::vector<Value> varargs;
  if (const VirtualFrame *outermost = site.state->outermost(); outermost->varargs_in_memory()) {
    auto *first = reinterpret_cast<const Value *>(keepalives[outermost->varargs()[0].index]);
    varargs.assign(first, first + keepalives[outermost->varargs()[1].index]);
  }
  if (yg_status status = yg_cursor_step(cursor)) return status;
  if (yg_status status = yg_pop_frames_to(cursor)) return status;

  const Value *constants = site.code->constants.data();
  const VirtualFrame *frame = site.state->outermost();
  for (uint32_t number = 0; number < site.state->frame_count; number++, frame = frame->next()) {
    uint32_t register_count = runtime.protos[frame->proto_id]->register_count;
    uint32_t vararg_count = frame->varargs_in_memory() ? static_cast<uint32_t>(varargs.size()) : frame->vararg_count;
    PayloadBuilder builder(runtime, register_count, vararg_count);
    InterpreterPayload &payload = builder.payload();
    payload.coroutine = co;
    payload.closure = read_source(frame->closure, keepalives, constants);
    payload.pc = frame->pc;
    payload.mode = frame->mode == FrameMode::kExecute ? kModeExecute : kModeAfterCall;
    Value *registers = payload.registers();
    for (uint32_t at = 0; at < register_count; at++) registers[at] = kNil;
    for (uint32_t at = 0; at < frame->value_count; at++) {
      const ValueSource &source = frame->values()[at];
      registers[source.register_number()] = read_source(source, keepalives, constants);
    }
    for (uint32_t at = 0; at < vararg_count; at++)
      registers[register_count + at] = frame->varargs_in_memory() ? varargs[at] : read_source(frame->varargs()[at], keepalives, constants);
    if (yg_status status = builder.push(cursor, reinterpret_cast<uintptr_t>(&yl_interpreter_resume))) return status;
  }
  return YG_OK;
}

namespace {

/** Deoptimize a suspended coroutine if its top language frame is in `code` and waits for a yield to return. */
bool deoptimize_suspended(Runtime &runtime, Coroutine *co, OptimizedCode *code) {
  uint64_t started = ticks_now();
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &co->stack) != YG_OK) return false;
  yg_csid csid;
  // Yield's frame may go, see coroutine.h; a protected call's may not.
  while ((csid = yg_get_csid(&cursor)) >= kFirstOtherBuiltinCsid && csid < kFirstOptimizedCsid)
    if (yg_cursor_step(&cursor) != YG_OK) return false;
  CallSite *site = runtime.code.find(csid);
  if (!site || site->code != code) return false;
  const VirtualFrame *innermost = site->state->outermost();
  for (uint32_t number = 1; number < site->state->frame_count; number++) innermost = innermost->next();
  if (innermost->mode != FrameMode::kAfterCall) return false;
  if (rebuild_frames(runtime, co, &cursor, *site) != YG_OK) abort();
  runtime.deopt_count++;
  runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kSuspendedDeopt});
  return true;
}

} // namespace

uint32_t Runtime::invalidate_code(OptimizedCode *invalid) {
  invalid->valid = false;
  for (auto &proto : protos) {
    if (invalid->contains(reinterpret_cast<uintptr_t>(proto->code.entry))) install_entry(proto.get(), 0);
    auto &entries = proto->loop_entries;
    for (size_t at = entries.size(); at-- > 0;)
      if (invalid->contains(entries[at].address)) entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
  }
  uint32_t count = 0;
  for (Coroutine *co = coroutines; co; co = co->next)
    if (co->status == kSuspended) count += deoptimize_suspended(*this, co, invalid);
  return count;
}

} // namespace yl

using namespace yl;

yg_pair yl_host_deopt(Coroutine *co) {
  return at_boundary(co, [&] {
    uint64_t started = ticks_now();
    Runtime &runtime = runtime_of(co);
    yg_cursor cursor;
    yg_status status = yg_cursor_new(&cursor, &co->stack);
    yg_csid csid = status == YG_OK ? yg_get_csid(&cursor) : 0;
    CallSite *site = runtime.code.find(csid);
    if (!site) {
      fprintf(stderr, "yugong: a guard failed at call site %llu, which is not registered\n", static_cast<unsigned long long>(csid));
      abort();
    }
    status = rebuild_frames(runtime, co, &cursor, *site);
    if (status == YG_ERROR_SIZE) throw_message(co, "stack overflow");
    if (status != YG_OK) {
      fprintf(stderr, "yugong: cannot deoptimize at call site %llu: %s\n", static_cast<unsigned long long>(csid), yg_status_message(status));
      abort();
    }
    runtime.deopt_count++;
    if (runtime.guard_count >= runtime.failing_guard) {
      // The guard held, so this says nothing about the code. The last one is told at once: the program may not live to its end.
      runtime.failing_guard = runtime.options.failing_guards.next(runtime.guard_count);
      runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kInjectedDeopt});
      if (runtime.failing_guard == kNeverInjected && runtime.hooks.on_events) runtime.hooks.on_events();
      drain_if_half_full(runtime);
      return no_result();
    }
    // A safepoint's guard says nothing against its code: the interpreter serves the request, and the loop is entered again.
    if (is_requested(runtime)) {
      runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kEagerDeopt});
      return no_result();
    }
    // The next back-edge asks the policy, which sees whether the loop's code still suits the frame.
    runtime.proto(site->state->outermost()->proto_id)->loop_entries.clear();
    uint64_t failures = ++site->failures, limit = site->code->failure_limit;
    runtime.events.record({static_cast<double>(csid), started, ticks_now(), double(site->state->frame_count), co->id, EventKind::kEagerDeopt});
    if (limit && failures % limit == 0 && runtime.hooks.on_deopt) runtime.hooks.on_deopt(csid, failures);
    drain_if_half_full(runtime);
    return no_result();
  });
}
