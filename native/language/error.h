// SPDX-License-Identifier: MIT
// Errors of the language. Inside a host helper an error is a C++ exception; at the helper's boundary it becomes surgery:
//
//   protected                                 main program                      coroutine
//   │ main chunk         │                    │ yl_leave ──► host  │ ◄─ popped   │ yl_coroutine_main    │
//   │ pcall              │ ◄─ popped to here  │ main chunk         │    to here  │ f                    │
//   │ f                  │                    │ f                  │             │ paused in a helper   │
//   │ paused in a helper │                    │ paused in a helper │             │ yl_leave ──► resumer │ ◄─ pushed above
//
// The frame on top is then resumed with {error value, kFailed}: pcall's call returns that, the others swap away with it. When the
// nearest protected call is xpcall's, nothing is popped yet: yl_run_handler is pushed above, calls the handler and then unwinds.
#pragma once
#include <string>

#include "engine.h"

namespace yl {

struct LuaError { Value value; };

/** In place of kFailed: a hook has thrown, the whole program ends. */
constexpr int64_t kAborted = -2;

[[noreturn]] void throw_value(Value value);
/** The message as it is, without a position. */
[[noreturn]] void throw_message(Coroutine *co, const std::string &message);
/** "chunk:line: message", at the innermost language frame: what an instruction raises, and a builtin for its caller. */
[[noreturn]] void throw_at_caller(Coroutine *co, const std::string &message);

/** "chunk:line: " of the language frame `level` (1 the innermost); empty when there is none. */
std::string position(Coroutine *co, int level);

/** A field of the instruction that is being executed. */
enum class Operand { kA, kB, kC };
/**
 * "attempt to <what> local 'x' (a nil value)": the culprit is in the register that the operand says, or `offset` registers above it.
 */
[[noreturn]] void throw_type_error(Coroutine *co, const char *what, Value culprit, Operand operand, uint32_t offset = 0);

/** Run the body of a host helper; an exception becomes what the drawing above shows. */
template <class Body> yg_pair at_boundary(Coroutine *co, Body &&body) noexcept;

/** The surgery. Returns what the paused stack is to be resumed with. */
yg_pair raise(Coroutine *co, Value error) noexcept;
/** End the program: leave to the host from whichever coroutine this is. */
yg_pair abort_program(Coroutine *co, std::exception_ptr exception) noexcept;

template <class Body> yg_pair at_boundary(Coroutine *co, Body &&body) noexcept {
  try {
    return body();
  } catch (const LuaError &error) {
    return raise(co, error.value);
  } catch (const OutOfMemory &) {
    return raise(co, runtime_of(co).out_of_memory_message);
  } catch (const std::bad_alloc &) {
    return raise(co, runtime_of(co).out_of_memory_message);
  } catch (...) {
    return abort_program(co, std::current_exception());
  }
}

/** A pair from a helper's one result. */
inline yg_pair result(Value value) { return {value, 0}; }
inline yg_pair no_result() { return {kNil, 0}; }

} // namespace yl
