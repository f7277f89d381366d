// SPDX-License-Identifier: MIT
#include "error.h"

#include <cstdio>
#include <cstdlib>

#include "builtins/prelude.h"
#include "coroutine.h"
#include "deoptimizer.h"
#include "frame-walk.h"
#include "generated.h"
#include "helpers.h"
#include "opcodes.h"
#include "requests.h"
#include "stack-extension.h"
#include "stack-limit.h"
#include "traceback.h"

namespace yl {

void throw_value(Value value) { throw LuaError{value}; }

void throw_message(Coroutine *co, const std::string &message) { throw LuaError{runtime_of(co).string_value(message)}; }

void throw_at_caller(Coroutine *co, const std::string &message) { throw_message(co, position(co, 1) + message); }

namespace {

bool is_of_program(const LanguageFrame &frame) { return !frame.is_builtin() && !is_prelude(frame.proto); }

/** Whether the frame waits in a tail call. Of a function, it is gone in unoptimized code; optimized code that has inlined the function still has it. */
bool waits_in_tail_call(const LanguageFrame &frame) {
  return is_of_program(frame) && (frame.proto->instructions[frame.pc] & 0xFFFF) == kOpTailCall;
}

} // namespace

std::string position(Coroutine *co, int level) {
  FrameWalk walk(co);
  LanguageFrame frame;
  bool called_function = false;
  for (int at = 1; walk.next(&frame);) {
    bool counts = !(called_function && waits_in_tail_call(frame));
    called_function = is_of_program(frame);
    if (!counts || at++ != level) continue;
    return called_function ? frame.proto->description.source + ":" + std::to_string(frame.proto->line_at(frame.pc)) + ": " : "";
  }
  return "";
}

void throw_type_error(Coroutine *co, const char *what, Value culprit, Operand operand, uint32_t offset) {
  std::string type = std::string("a ") + type_name(culprit) + " value", described = type;
  LanguageFrame frame;
  if (FrameWalk(co).next(&frame) && !frame.is_builtin()) {
    uint64_t instruction = frame.proto->instructions[frame.pc];
    uint32_t field = operand == Operand::kA ? operand_a(instruction) : operand == Operand::kB ? operand_b(instruction) : operand_c(instruction);
    if (const OperandName *name = frame.proto->find_operand_name(frame.pc, field + offset))
      described = std::string(operand_kind_text(name->kind)) + " '" + frame.proto->description.name_strings[name->name] + "' (" + type + ")";
  }
  throw_at_caller(co, std::string("attempt to ") + what + " " + described);
}

namespace {

[[noreturn]] void cannot_unwind(yg_status status) {
  // The stack can be neither resumed nor left: generated code without a stackmap, or memory that has been overwritten.
  fprintf(stderr, "yugong: cannot unwind a language stack: %s\n", yg_status_message(status));
  abort();
}

/** Push a frame that swaps to `next`; the frames beneath stay as they are. */
void leave_above(Coroutine *co, yg_stack *next, yg_cursor *cursor) {
  yl_leave_payload payload{&co->stack, next};
  yg_status status = yg_push_frame_payload(cursor, reinterpret_cast<uintptr_t>(&yl_leave), &payload, sizeof payload, nullptr);
  if (status != YG_OK) cannot_unwind(status);
}

/** Replace all frames of a paused stack by one that swaps to `next`. */
void leave_instead(Coroutine *co, yg_stack *next) {
  if (is_extended(co)) leave_extension(runtime_of(co), co);
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) {
    while ((status = yg_cursor_step(&cursor)) == YG_OK) {
    }
    if (status == YG_ERROR_BOTTOM) status = yg_pop_frames_to(&cursor);
  }
  if (status != YG_OK) cannot_unwind(status);
  leave_above(co, next, &cursor);
}

/** The nearest protected call of a paused stack. */
struct ProtectedCall {
  yg_cursor cursor;
  bool found = false, has_handler = false;
  Value handler = kNil;
  int handlers_running = 0;

  explicit ProtectedCall(Coroutine *co) {
    yg_status status = yg_cursor_new(&cursor, &co->stack);
    for (; status == YG_OK; status = step_frame(co, &cursor)) {
      yg_csid csid = yg_get_csid(&cursor);
      handlers_running += csid == kHandlerCsid;
      found = csid == kPcallCsid || csid == kXpcallCsid;
      if (!found) continue;
      has_handler = csid == kXpcallCsid;
      if (has_handler) status = yg_keepalive_words(&cursor, &handler, 1);
      if (status != YG_OK) cannot_unwind(status);
      return;
    }
    if (status != YG_ERROR_BOTTOM) cannot_unwind(status);
  }

  /** Pop to it; what its call returns. */
  yg_pair fail(Coroutine *co, Value error) {
    if (is_extended(co) && !lies_on(co->stack)) {
      leave_extension(runtime_of(co), co);
      return ProtectedCall(co).fail(co, error);
    }
    if (yg_status status = yg_pop_frames_to(&cursor)) cannot_unwind(status);
    set_stack_limit(co);
    set_current(co);
    return {error, static_cast<uintptr_t>(kFailed)};
  }

 private:
  bool lies_on(const yg_stack &stack) const { return yg_cursor_sp(&cursor) - stack.start <= stack.size; }
};

/** lua5.1 gives up on a handler that fails itself after so many times (its C stack is full then). */
constexpr int kMostHandlers = 220;

/** Push a frame that calls the handler; false when there is no room for it, or no memory for some. */
bool push_handler(Coroutine *co, Value handler, Value error) {
  try {
    if (!make_room(co, sizeof(yl_handler_payload))) return false;
  } catch (const OutOfMemory &) {
    return false;
  }
  yg_cursor top;
  yl_handler_payload payload{co, handler, error, 0};
  if (yg_cursor_new(&top, &co->stack) != YG_OK) return false;
  if (yg_push_frame_payload(&top, reinterpret_cast<uintptr_t>(&yl_run_handler), &payload, sizeof payload, nullptr) != YG_OK) return false;
  // The error may be a stack overflow: the handler gets most of what is kept in reserve.
  lower_stack_limit(co);
  set_current(co);
  return true;
}

/** Nobody catches it: the coroutine is dead. Its frames stay, for tracebacks. */
yg_pair die(Coroutine *co, Value error) {
  Runtime &runtime = runtime_of(co);
  Coroutine *resumer = resumer_of(co);
  co->resumer() = kDeadResumer;
  if (!resumer) { // called from the host
    runtime.traceback = make_traceback(co);
    leave_instead(co, &runtime.host_stack);
  } else {
    mark_as_failed(co);
    set_current(resumer);
    runtime.swap_count++;
    if (runtime.record_switches) yl_leaf_record_switch(resumer);
    yg_cursor top;
    if (yg_status status = yg_cursor_new(&top, &co->stack)) cannot_unwind(status);
    leave_above(co, &resumer->stack, &top);
  }
  return {error, static_cast<uintptr_t>(kFailed)};
}

} // namespace

yg_pair raise(Coroutine *co, Value error) noexcept {
  Runtime &runtime = runtime_of(co);
  try {
    co = leave_bodies(co);
  } catch (const OutOfMemory &) {
    // Then it is as if the resumer had failed itself.
  } catch (...) {
    return abort_program(co, std::current_exception());
  }
  ProtectedCall call(co);
  yg_pair out;
  if (!call.found) {
    out = die(co, error);
  } else if (!call.has_handler) {
    out = call.fail(co, error);
  } else if (is_function(call.handler) && call.handlers_running < kMostHandlers && push_handler(co, call.handler, error)) {
    out = no_result();
  } else {
    out = call.fail(co, runtime.error_in_handler_message);
  }
  runtime.in_builtin = false;
  return out;
}

yg_pair abort_program(Coroutine *co, std::exception_ptr exception) noexcept {
  Runtime &runtime = runtime_of(co);
  runtime.hook_exception = std::move(exception);
  for (Coroutine *at = co, *resumer; at; at = resumer) {
    resumer = resumer_of(at);
    if (resumer) retire(runtime, at);
  }
  leave_instead(co, &runtime.host_stack);
  return {kNil, static_cast<uintptr_t>(kAborted)};
}

} // namespace yl

using namespace yl;

yg_pair yl_host_unwind(Coroutine *co, Value error) { return ProtectedCall(co).fail(co, error); }
