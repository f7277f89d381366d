// SPDX-License-Identifier: MIT
#include "error.h"

#include <cstdio>
#include <cstdlib>

#include "builtins/prelude.h"
#include "frame-walk.h"
#include "generated.h"
#include "traceback.h"

namespace yl {

void throw_value(Value value) { throw LuaError{value}; }

void throw_message(Coroutine *co, const std::string &message) { throw LuaError{runtime_of(co).string_value(message)}; }

void throw_at_caller(Coroutine *co, const std::string &message) { throw_message(co, position(co, 1) + message); }

std::string position(Coroutine *co, int level) {
  FrameWalk walk(co);
  LanguageFrame frame;
  for (int at = 1; walk.next(&frame); at++)
    if (at == level) return is_prelude(frame.proto) ? "" : frame.proto->description.source + ":" + std::to_string(frame.proto->line_at(frame.pc)) + ": ";
  return "";
}

void throw_type_error(Coroutine *co, const char *what, Value culprit, Operand operand, uint32_t offset) {
  std::string type = std::string("a ") + type_name(culprit) + " value", described = type;
  LanguageFrame frame;
  if (FrameWalk(co).next(&frame)) {
    uint64_t instruction = frame.proto->instructions[frame.pc];
    uint32_t field = operand == Operand::kA ? operand_a(instruction) : operand == Operand::kB ? operand_b(instruction) : operand_c(instruction);
    if (const OperandName *name = frame.proto->find_operand_name(frame.pc, field + offset))
      described = std::string(operand_kind_text(name->kind)) + " '" + frame.proto->description.name_strings[name->name] + "' (" + type + ")";
  }
  throw_at_caller(co, std::string("attempt to ") + what + " " + described);
}

namespace {

/** Replace all frames of a paused stack by one that swaps to `next`. */
void leave_instead(Coroutine *co, yg_stack *next) {
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) {
    while ((status = yg_cursor_step(&cursor)) == YG_OK) {
    }
    if (status == YG_ERROR_BOTTOM) status = yg_pop_frames_to(&cursor);
  }
  yl_leave_payload payload{&co->stack, next};
  if (status == YG_OK)
    status = yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_leave), &payload, sizeof payload, nullptr);
  if (status == YG_OK) return;
  // The stack can be neither resumed nor left: generated code without a stackmap, or memory that has been overwritten.
  fprintf(stderr, "yugong: cannot unwind a language stack: %s\n", yg_status_message(status));
  abort();
}

} // namespace

yg_pair raise(Coroutine *co, Value error) noexcept {
  Runtime &runtime = runtime_of(co);
  co->status = kDead;
  if (co == runtime.main) {
    runtime.traceback = make_traceback(co);
    leave_instead(co, &runtime.host_stack);
  } else {
    Coroutine *resumer = co->resumer;
    co->resumer = nullptr;
    resumer->status = kRunning;
    runtime.swap_count++;
    leave_instead(co, &resumer->stack);
  }
  runtime.in_builtin = false;
  return {error, static_cast<uintptr_t>(kFailed)};
}

yg_pair abort_program(Coroutine *co, std::exception_ptr exception) noexcept {
  Runtime &runtime = runtime_of(co);
  runtime.hook_exception = std::move(exception);
  for (Coroutine *at = co; at; at = at->resumer) at->status = kDead;
  leave_instead(co, &runtime.host_stack);
  return {kNil, static_cast<uintptr_t>(kAborted)};
}

} // namespace yl
