// SPDX-License-Identifier: MIT
#include "frame-roots.h"

#include <cstdio>
#include <cstdlib>

#include "collector.h"
#include "frame-walk.h"
#include "generated.h"
#include "stack-extension.h"

namespace yl {

namespace {

[[noreturn]] void cannot_mark(const yg_cursor &cursor, const char *why) {
  fprintf(stderr, "yugong: the collector cannot read a frame: pc %#llx, call site %llu: %s\n", static_cast<unsigned long long>(yg_cursor_pc(&cursor)),
          static_cast<unsigned long long>(yg_get_csid(&cursor)), why);
  abort();
}

void keepalives(const yg_cursor &cursor, uint64_t *words, uint32_t count) {
  if (yg_status status = yg_keepalive_words(&cursor, words, static_cast<int>(count))) cannot_mark(cursor, yg_status_message(status));
}

void mark_interpreter_frame(const yg_cursor &cursor, Marker &marker) {
  uint64_t words[kInterpreterKeepAlives];
  keepalives(cursor, words, kInterpreterKeepAlives);
  marker.value(words[kKeepClosure]);
  auto *registers = reinterpret_cast<const Value *>(words[kKeepRegisters]);
  if (!registers) return; // at its entry: they hold nothing yet
  auto *proto = static_cast<ProtoInfo *>(proto_of(as_function(words[kKeepClosure])));
  auto pc = static_cast<uint32_t>(words[kKeepPc]);
  for (uint32_t number = 0; number < proto->register_count; number++)
    if (proto->is_live(pc, number)) marker.value(registers[number]);
  marker.values(registers + proto->register_count, registers[-1]);
}

/** The constants of code in use are marked anyway; this is out of use, and still runs here. */
void mark_invalid_code(Runtime &runtime, OptimizedCode &code, Marker &marker) {
  uint64_t collection = runtime.collection_count + 1;
  if (code.last_marked == collection) return;
  code.last_marked = collection;
  marker.values(code.constants.data(), code.constants.size());
}

void mark_optimized_frame(Runtime &runtime, const yg_cursor &cursor, const CallSite &site, Marker &marker) {
  uint64_t words[kMaximumKeepAlives];
  keepalives(cursor, words, site.keepalive_count);
  if (!site.code->valid) mark_invalid_code(runtime, *site.code, marker);
  site.state->for_each_source([&](const ValueSource &source) {
    if (source.representation() == Representation::kBoxed) marker.value(words[source.index]);
  });
  if (const VirtualFrame *outermost = site.state->outermost(); outermost->varargs_in_memory())
    marker.values(reinterpret_cast<const Value *>(words[outermost->varargs()[0].index]), words[outermost->varargs()[1].index]);
}

/** A frame that the runtime has pushed and that has not begun; or the bottom of the stack. */
void mark_pushed_frame(const yg_cursor &cursor, Marker &marker) {
  auto is = [pc = yg_cursor_pc(&cursor)](auto *function) { return pc == reinterpret_cast<uintptr_t>(function); };
  size_t size;
  void *payload = yg_cursor_payload(&cursor, &size);
  if (!payload) return;
  if (is(&yl_interpreter_resume)) {
    auto *frame = static_cast<InterpreterPayload *>(payload);
    marker.value(frame->closure);
    marker.values(frame->registers(), frame->register_count + frame->vararg_count);
  } else if (is(&yl_concat_continue)) {
    auto *rest = static_cast<yl_concat_payload *>(payload);
    marker.values(rest->values(), rest->count);
  } else if (is(&yl_continue_frame)) {
    auto *rest = static_cast<yl_continue_payload *>(payload);
    marker.values(rest->values(), rest->count);
  } else if (is(&yl_start) || is(&yl_coroutine_main)) {
    auto *start = static_cast<yl_start_payload *>(payload);
    for (Value value : {start->callee, start->a0, start->a1, start->a2}) marker.value(value);
  } else if (!is(&yl_leave) && !is(&yl_negate) && !is(&yl_resume_rest) && !is(&yl_wrapped_rest) && !is(&yl_coroutine_rest) &&
             !is(&yl_end_extension)) {
    cannot_mark(cursor, "a pushed function that it does not know");
  }
}

} // namespace

void mark_waiting_results(Marker &marker, Coroutine *co) {
  Runtime &runtime = runtime_of(co);
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &co->stack) != YG_OK) return;
  const CallSite *site = runtime.code.find(yg_get_csid(&cursor));
  if (!site) return;
  const VirtualFrame *innermost = site->state->outermost();
  for (uint32_t number = 1; number < site->state->frame_count; number++) innermost = innermost->next();
  const ProtoInfo &proto = *runtime.proto(innermost->proto_id);
  if (site->state->has_results()) return; // they have been marked with the frame, and the buffer holds others
  if (innermost->mode == FrameMode::kExecute && proto.is_live(innermost->pc, proto.register_count)) marker.values(co->results, co->result_count);
}

void mark_frames(Runtime &runtime, Coroutine *co, Marker &marker) {
  yg_cursor cursor;
  if (yg_cursor_new(&cursor, &co->stack) != YG_OK) return; // it has none any more
  yg_status status;
  do {
    yg_csid csid = yg_get_csid(&cursor);
    if (csid >= kFirstOptimizedCsid) {
      const CallSite *site = runtime.code.find(csid);
      if (!site) cannot_mark(cursor, "it is not registered");
      mark_optimized_frame(runtime, cursor, *site, marker);
    } else if (csid == kXpcallCsid) {
      Value handler;
      keepalives(cursor, &handler, 1);
      marker.value(handler);
    } else if (csid >= kFirstInterpreterCsid && csid < kFirstGeneratedBuiltinCsid) {
      mark_interpreter_frame(cursor, marker);
    } else if (csid == 0) {
      mark_pushed_frame(cursor, marker);
    }
    status = step_frame(co, &cursor);
  } while (status == YG_OK);
  if (status != YG_ERROR_BOTTOM) cannot_mark(cursor, yg_status_message(status));
}

} // namespace yl
