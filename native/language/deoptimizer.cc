// SPDX-License-Identifier: MIT
#include "deoptimizer.h"

#include <cstdlib>

#include "error.h"
#include "generated.h"
#include "helpers.h"

namespace yl {

namespace {

/** A payload on the host's stack, before the core copies it. */
struct PayloadBuffer {
  InterpreterPayload payload;
  Value registers[256];
};

void drain_if_half_full(Runtime &runtime) {
  if (runtime.events.half_full() && runtime.hooks.on_events) runtime.hooks.on_events();
}

} // namespace

yg_status rebuild_frames(Runtime &runtime, Coroutine *co, yg_cursor *cursor, const CallSite &site) {
  uint64_t keepalives[kMaximumKeepAlives];
  if (yg_status status = yg_keepalive_words(cursor, keepalives, static_cast<int>(site.keepalive_count))) return status;
  if (yg_status status = yg_cursor_step(cursor)) return status;
  if (yg_status status = yg_pop_frames_to(cursor)) return status;

  PayloadBuffer buffer;
  const Value *constants = site.code->constants.data();
  const VirtualFrame *frame = site.state->outermost();
  for (uint32_t number = 0; number < site.state->frame_count; number++, frame = frame->next()) {
    uint32_t register_count = runtime.protos[frame->proto_id]->register_count;
    buffer.payload.coroutine = co;
    buffer.payload.closure = read_source(frame->closure, keepalives, constants);
    buffer.payload.pc = frame->pc;
    buffer.payload.mode = frame->mode == FrameMode::kExecute ? kModeExecute : kModeAfterCall;
    buffer.payload.register_count = register_count;
    for (uint32_t at = 0; at < register_count; at++) buffer.registers[at] = kNil;
    for (uint32_t at = 0; at < frame->value_count; at++) {
      const ValueSource &source = frame->values()[at];
      buffer.registers[source.register_number()] = read_source(source, keepalives, constants);
    }
    size_t size = sizeof(InterpreterPayload) + register_count * sizeof(Value);
    if (yg_status status = yg_push_frame_payload(cursor, reinterpret_cast<uintptr_t>(&yl_interpreter_resume), &buffer, size, nullptr))
      return status;
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
  do {
    csid = yg_get_csid(&cursor);
    if (csid != 0 && (csid < kFirstGeneratedBuiltinCsid || csid >= kFirstOptimizedCsid)) break;
  } while (yg_cursor_step(&cursor) == YG_OK);
  CallSite *site = runtime.code.find(csid);
  if (!site || site->code != code) return false;
  const VirtualFrame *innermost = site->state->outermost();
  for (uint32_t number = 1; number < site->state->frame_count; number++) innermost = innermost->next();
  if (innermost->mode != FrameMode::kAfterCall) return false;
  if (rebuild_frames(runtime, co, &cursor, *site) != YG_OK) abort();
  runtime.deopt_count++;
  runtime.events.record({static_cast<double>(csid), started, ticks_now(), site->state->frame_count, co->id, EventKind::kSuspendedDeopt});
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
    // The next back-edge asks the policy, which sees whether the loop's code still suits the frame.
    runtime.proto(site->state->outermost()->proto_id)->loop_entries.clear();
    runtime.deopt_count++;
    uint64_t failures = ++site->failures, limit = site->code->failure_limit;
    runtime.events.record({static_cast<double>(csid), started, ticks_now(), site->state->frame_count, co->id, EventKind::kEagerDeopt});
    if (limit && failures % limit == 0 && runtime.hooks.on_deopt) runtime.hooks.on_deopt(csid, failures);
    drain_if_half_full(runtime);
    return no_result();
  });
}
