// SPDX-License-Identifier: MIT
// Calls that go wrong, calls of builtins, and the error paths of the generated coroutine functions.
#include <algorithm>

#include "builtins/call.h"
#include "coroutine.h"
#include "error.h"
#include "frame-walk.h"
#include "generated.h"
#include "helpers.h"
#include "metatable.h"
#include "number-text.h"
#include "requests.h"
#include "stack-extension.h"
#include "stack-limit.h"

using namespace yl;

namespace {

/** An error from now on is a builtin's, which the traceback shows. It is raise that ends this when there is one. */
void enter_builtin(Coroutine *co) { runtime_of(co).in_builtin = true; }

yg_status pop_top_frame(Coroutine *co) {
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) status = yg_cursor_step(&cursor);
  return status == YG_OK ? yg_pop_frames_to(&cursor) : status;
}

/** A frame that begins the function, whose arguments 3.. are in the buffer. */
yg_status push_start(Coroutine *co, Value callee, int64_t argc, Value a0, Value a1, Value a2) {
  yl_start_payload payload{co, callee, as_function(callee)->code->entry, argc, a0, a1, a2, 0};
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  return status == YG_OK ? yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_start), &payload, sizeof payload, nullptr) : status;
}

/** What a function's frame takes at most, but for what the stack limit leaves room for anyway. */
size_t frame_bytes(Value callee, int64_t argc) {
  if (as_function(callee)->header.kind != kKindFunction) return 0;
  const Proto *proto = proto_of(as_function(callee));
  uint64_t varargs = argc > proto->parameter_count ? (static_cast<uint64_t>(argc) - proto->parameter_count) & proto->vararg_mask : 0;
  return (proto->register_count + varargs) * sizeof(Value);
}

} // namespace

yg_pair yl_host_call_error(Coroutine *co, Value callee, int64_t argc, Value a0, Value a1, Value a2) {
  return at_boundary(co, [&]() -> yg_pair {
    if (is_function(metamethod(runtime_of(co), callee, Metamethod::kCall))) {
      const Value first[] = {a0, a1, a2};
      std::copy(first, first + 3, co->arguments);
      return call_buffered(co, callee, argc);
    }
    throw_type_error(co, "call", callee, Operand::kA);
  });
}

yg_pair yl_host_tail_call(Coroutine *co, Value callee, int64_t argc, Value a0, Value a1, Value a2) {
  return at_boundary(co, [&] {
    yg_status status = pop_top_frame(co);
    if (status == YG_OK) status = push_start(co, callee, argc, a0, a1, a2);
    if (status != YG_OK) throw_message(co, std::string("tail call: ") + yg_status_message(status));
    return no_result();
  });
}

yg_pair yl_host_too_many_values(Coroutine *co) {
  return at_boundary(co, [&]() -> yg_pair { throw_at_caller(co, "stack overflow"); });
}

yg_pair yl_host_serve(Coroutine *co) {
  return at_boundary(co, [&] {
    serve(co);
    return no_result();
  });
}

yg_pair yl_host_stack_limit(Coroutine *co, Value callee, int64_t argc, Value a0, Value a1, Value a2) {
  return at_boundary(co, [&]() -> yg_pair {
    Runtime &runtime = runtime_of(co);
    if (runtime.stack_limit != co->stack_limit()) serve(co); // a request has raised it
    if (co->stack.sp - frame_bytes(callee, argc) >= co->stack_limit()) return no_result();
    if (can_extend(co)) {
      // The function begins again there. It has done nothing yet.
      yg_stack extension = runtime.extensions.take();
      yg_status status = pop_top_frame(co);
      if (status == YG_OK) extend(runtime, co, extension);
      if (status == YG_OK) status = push_start(co, callee, argc, a0, a1, a2);
      if (status != YG_OK) throw_message(co, std::string("stack overflow: ") + yg_status_message(status));
      return no_result();
    }
    if (move_stack_limit(co, frame_bytes(callee, argc))) return no_result();
    // The check is at the callee's entry, before its first instruction; lua5.1 blames the line of the call.
    LanguageFrame frame;
    bool at_entry = FrameWalk(co).next(&frame) && !frame.is_builtin() && frame.pc == 0;
    std::string where = at_entry ? position(co, 2) : "";
    throw_message(co, (at_entry ? where : position(co, 1)) + "stack overflow");
  });
}

yg_pair yl_host_builtin(Coroutine *co, Value callee, int64_t argc, Value a0, Value a1, Value a2) {
  return at_boundary(co, [&] {
    enter_builtin(co);
    co->arguments[0] = a0;
    co->arguments[1] = a1;
    co->arguments[2] = a2;
    Call call{runtime_of(co), co, as_function(callee), static_cast<int>(argc), co->arguments};
    yg_pair results = reinterpret_cast<BuiltinFunction>(builtin_of(call.callee)->function)(call);
    call.runtime.in_builtin = false;
    return results;
  });
}

yg_pair yl_host_coroutine_bad_resume(Coroutine *co, Value target) {
  return at_boundary(co, [&] {
    if (!is_thread(target)) {
      enter_builtin(co);
      Call call{runtime_of(co), co, nullptr, 0, co->arguments};
      call.argument_error(1, "coroutine expected");
    }
    Runtime &runtime = runtime_of(co);
    const char *status = status_text(status_of(as_coroutine(target), runtime.coroutine_of_program(co)));
    return result(runtime.string_value(std::string("cannot resume ") + status + " coroutine"));
  });
}

yg_pair yl_host_coroutine_bad_yield(Coroutine *co) {
  return at_boundary(co, [&]() -> yg_pair {
    enter_builtin(co);
    throw_message(co, "attempt to yield across metamethod/C-call boundary");
  });
}

yg_pair yl_host_new_wrapped(Coroutine *co, Value body, int64_t pc, int64_t count) {
  return at_boundary(co, [&] {
    Runtime &runtime = runtime_of(co);
    CoroutineState state = pc >= 0 ? CoroutineState::kSuspended : pc == -1 ? CoroutineState::kStart : CoroutineState::kEnd;
    Value wrapped = box(wrapped_new(runtime, state));
    Coroutine *coroutine = coroutine_of_wrapped(wrapped);
    coroutine->function = body;
    if (state == CoroutineState::kSuspended) {
      BodyFrame frame(runtime, *static_cast<ProtoInfo *>(proto_of(as_function(body))), coroutine, static_cast<uint32_t>(pc));
      std::copy_n(co->arguments, count, frame.registers());
      frame.push();
    }
    return result(wrapped);
  });
}

yg_pair yl_host_missing_argument(Coroutine *co, int64_t number) {
  return at_boundary(co, [&]() -> yg_pair {
    enter_builtin(co);
    Call call{runtime_of(co), co, nullptr, 0, co->arguments};
    call.argument_error(static_cast<int>(number), "value expected");
  });
}

yg_pair yl_host_rethrow(Coroutine *co, Value error) {
  return at_boundary(co, [&]() -> yg_pair {
    enter_builtin(co);
    // lua5.1 puts the position of the caller before a message that has one already.
    if (is_string(error)) throw_at_caller(co, std::string(view(as_string(error))));
    if (is_number(error)) throw_at_caller(co, std::string(format_number(error).view()));
    throw_value(error);
  });
}
