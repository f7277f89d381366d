// SPDX-License-Identifier: MIT
// Calls from the host into the language: the main program, and what host functions call back.
//
//     Node's stack                        main                        entry coroutine 1
//       Runtime::call    ── swap ──►        yl_leave, main chunk
//         host function  ◄── host call ──   … log(…)   (paused)
//           Runtime::call    ── swap ─────────────────────────────►     yl_leave, callback
//                            ◄── yl_leave ─────────────────────────     returns, or dies of an error
//
// A call within a call has a stack of its own, so that errors end at its bottom, and nothing that happens on it touches the frames that
// wait for the host function. It has no resumer: it cannot yield, as in lua5.1 across a C function.
#include <optional>
#include <stdexcept>
#include <utility>

#include "builtins/call.h"
#include "coroutine.h"
#include "error.h"
#include "generated.h"
#include "helpers.h"
#include "requests.h"
#include "signal-interrupt.h"
#include "stack-limit.h"

namespace yl {

namespace {

/** As in lua5.1 (LUAI_MAXCCALLS): each takes some of Node's stack. */
constexpr size_t kMostEntries = 200;

void check(yg_status status, const char *what) {
  if (status != YG_OK) throw std::runtime_error(std::string(what) + ": " + yg_status_message(status));
}

/** What a stack in this state holds: nothing but a frame that leaves to the host, and above it one that begins the function. */
void prepare_stack(Runtime &runtime, Coroutine *co, Value function, const std::vector<Value> &arguments) {
  std::copy(arguments.begin(), arguments.end(), co->arguments);
  for (size_t at = arguments.size(); at < 3; at++) co->arguments[at] = kNil;
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) {
    while ((status = yg_cursor_step(&cursor)) == YG_OK) { // what the last run has left
    }
    if (status == YG_ERROR_BOTTOM) status = yg_pop_frames_to(&cursor);
  }
  check(status, "cannot clear a stack");
  void *entry = is_function(function) ? as_function(function)->code->entry : const_cast<char *>(yl_call_error);
  auto argc = static_cast<int64_t>(arguments.size());
  yl_leave_payload leave{&co->stack, &runtime.host_stack};
  yl_start_payload start{co, function, entry, argc, co->arguments[0], co->arguments[1], co->arguments[2], 0};
  check(yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_leave), &leave, sizeof leave, nullptr), "cannot enter the language");
  check(yg_push_frame_payload(&cursor, reinterpret_cast<uintptr_t>(&yl_start), &start, sizeof start, nullptr), "cannot enter the language");
}

Coroutine *coroutine_for_entry(Runtime &runtime, size_t depth) {
  if (depth == 0) return runtime.main;
  while (runtime.entry_coroutines.size() < depth) runtime.entry_coroutines.push_back(host_coroutine_new(runtime, runtime.options.coroutine_stack_bytes));
  return runtime.entry_coroutines[depth - 1];
}

Value make_arg_table(Runtime &runtime, const std::vector<std::string> &words, size_t script) {
  Table *table = table_new(runtime.tables, static_cast<uint32_t>(words.size() - script), 0);
  for (size_t at = 0; at < words.size(); at++)
    table_set_int(runtime.tables, table, static_cast<int32_t>(at) - static_cast<int32_t>(script), runtime.string_value(words[at]));
  return box(table);
}

/** What is in force during one call. */
class Entry {
 public:
  Entry(Runtime &runtime, Coroutine *co) : runtime_(runtime), co_(co), caller_(runtime.host_caller), in_builtin_(runtime.in_builtin) {
    if (runtime.entries.empty()) {
      withdraw(runtime, kInterruptRequest | kTimeLimitRequest);
      if (runtime.time_limit.count() > 0) limit_.emplace(runtime, runtime.time_limit);
      if (runtime.interrupt_on_signal) signal_.emplace(runtime);
    }
    runtime.entries.push_back({co, caller_});
    runtime.host_caller = nullptr;
    runtime.in_builtin = false;
    co->resumer() = kHostResumer;
    set_stack_limit(co);
    set_current(co);
  }
  ~Entry() {
    co_->resumer() = kDeadResumer;
    runtime_.entries.pop_back();
    runtime_.host_caller = caller_;
    runtime_.in_builtin = in_builtin_;
    if (caller_) set_current(caller_);
  }
  Entry(const Entry &) = delete;
  Entry &operator=(const Entry &) = delete;

 private:
  Runtime &runtime_;
  Coroutine *co_, *caller_;
  bool in_builtin_;
  std::optional<TimeLimit> limit_;
  std::optional<SignalInterrupt> signal_;
};

Outcome enter(Runtime &runtime, Coroutine *co) {
  Entry entry(runtime, co);
  yg_pair pair = yg_stack_swap2(&runtime.host_stack, &co->stack, kNil, 0);
  auto count = static_cast<int64_t>(pair.second);
  if (count == kAborted) std::rethrow_exception(std::exchange(runtime.hook_exception, nullptr));
  Outcome outcome;
  outcome.ok = count != kFailed;
  if (!outcome.ok) {
    outcome.values = {pair.first};
    outcome.traceback = std::exchange(runtime.traceback, "");
  } else if (count > 0) {
    outcome.values.assign(co->results, co->results + count);
    outcome.values[0] = pair.first;
  }
  return outcome;
}

} // namespace

Outcome Runtime::call(Value function, const std::vector<Value> &arguments) {
  if (is_running() && !host_caller) throw std::logic_error("the engine is running: only a host function can call it");
  if (entries.size() > kMostEntries) return {false, {string_value("C stack overflow")}, ""};
  if (arguments.size() > static_cast<size_t>(kTransferCapacity)) return {false, {string_value("stack overflow (too many arguments)")}, ""};
  Coroutine *co = coroutine_for_entry(*this, entries.size());
  prepare_stack(*this, co, function, arguments);
  Outcome outcome;
  std::exception_ptr ended;
  try {
    outcome = enter(*this, co);
  } catch (...) {
    ended = std::current_exception();
  }
  if (!is_running()) output.flush();
  if (ended) std::rethrow_exception(ended);
  return outcome;
}

RunResult Runtime::run(ProtoInfo *main_proto, const std::vector<std::string> &words, size_t script) {
  if (is_running()) throw std::logic_error("the engine is running already");
  if (!words.empty()) globals.set(globals.cell(string("arg")), make_arg_table(*this, words, script));
  std::vector<Value> arguments;
  for (size_t at = script + 1; at < words.size(); at++) arguments.push_back(string_value(words[at]));
  Outcome outcome = call(box(new_closure(main_proto)), arguments);
  if (outcome.ok) return {true, "", ""};
  Value error = outcome.values[0];
  // As the stand-alone lua5.1 reports it; of a nil it says nothing at all.
  if (error == kNil) return {false, "", ""};
  if (is_string(error) || is_number(error)) return {false, to_text(error), std::move(outcome.traceback)};
  return {false, "(error object is not a string)", ""};
}

Coroutine *Runtime::caller_of(const Coroutine *co) const {
  for (const HostEntry &entry : entries)
    if (entry.co == co) return entry.caller;
  return nullptr;
}

Coroutine *Runtime::coroutine_of_program(Coroutine *co) const {
  while (Coroutine *caller = caller_of(co)) co = caller;
  return co;
}

} // namespace yl
