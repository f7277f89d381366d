// SPDX-License-Identifier: MIT
// One engine: all state of one program. Nothing here is global, so that several can live in one process.
#pragma once
#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "assumptions.h"
#include "builtins/library-state.h"
#include "code-table.h"
#include "delegation.h"
#include "events.h"
#include "globals.h"
#include "handles.h"
#include "heap.h"
#include "output.h"
#include "probes.h"
#include "proto.h"
#include "shape.h"
#include "stack-supply.h"
#include "stress.h"
#include "string-table.h"
#include "table.h"
#include "value.h"

namespace yl {

class DeoptRecorder;

struct Options {
  size_t memory_limit_bytes = size_t{1} << 30;
  size_t main_stack_bytes = size_t{64} << 20;
  size_t coroutine_stack_bytes = size_t{1} << 20; // of the extension; no more than kFirstStackBytes: there is none
  int32_t hot_threshold = -1; // negative: never hot
  Injection failing_guards, disturbed_calls;
  bool record_switches = false; // of coroutines, as events
  uint32_t probe_capacity = 0;  // so many deopts, OSR entries and invalidations are measured, see probes.h; 0: none
  bool publish_stacks = false;  // to debuggers, see yugong-publish.h
  bool record_deopts = false;   // what they do to the stack, see deopt-recorder.h
  uint32_t extend_after = 0;  // for tests: a coroutine goes on elsewhere after so many bytes; 0: when its first stack is full
  uint32_t collect_every = 0; // for tests: collect at every so many-th safepoint, and overwrite what is freed; 0: when it is useful
};

/** Which files a program may open. The standard streams are always there. */
struct FilePolicy {
  bool everywhere = true;
  std::vector<std::string> trees; // else: `io` only within these directories, which are absolute and without symbolic links
  /** No tree: then programs and modules are not read either. */
  bool none() const { return !everywhere && trees.empty(); }
};

/** What Coroutine::arguments and results point to. */
struct TransferBuffers {
  TransferBuffers();
  ~TransferBuffers();
  TransferBuffers(const TransferBuffers &) = delete;
  TransferBuffers &operator=(const TransferBuffers &) = delete;
  Value *arguments, *results;
};

/** A chunk that was compiled at run time, or why it was not. */
struct LoadResult {
  ProtoInfo *proto; // null: it does not compile
  std::string message;
};

/** What a host function gives: its results, or the value of an error; `at_caller`: the caller's place goes before that text. */
struct HostResult {
  bool ok;
  std::vector<Value> values;
  bool at_caller;
};

/** What became of the frames of code that was invalidated. */
struct Invalidation {
  uint32_t suspended = 0; // coroutines that slept in it, deoptimized on the spot
  uint32_t waiting = 0;   // frames that are deoptimized when control returns into them
};

/** Calls out of the engine, made on the host stack. What they throw ends the program and comes out of Runtime::run. */
struct Hooks {
  std::function<uintptr_t(uint32_t proto_id, int64_t pc, const std::vector<uint8_t> &types)> on_hot;
  std::function<void(uint64_t csid, uint64_t count)> on_deopt;
  std::function<void()> on_events;
  /** An assumption has ended that this code was compiled with; it is invalid now. */
  std::function<void(uint32_t code, Invalidation, const std::string &reason)> on_invalidate;
  /** Compiles a chunk; returns the id of its prototype. */
  std::function<uint32_t(const std::string &source, const std::string &name)> on_compile;
  /** The same at run time; `is_file`: the source is what a file has. */
  std::function<LoadResult(const std::string &source, const std::string &name, bool is_file)> on_load;
  std::function<HostResult(uint32_t index, const std::vector<Value> &arguments)> on_host_function;
};

struct RunResult {
  bool ok;
  std::string message, traceback;
};

/** What a call from the host comes to: the function's results, or the error value, of which `traceback` says where it was raised. */
struct Outcome {
  bool ok = false;
  std::vector<Value> values;
  std::string traceback;
};

/** A call from the host that is in progress. */
struct HostEntry {
  Coroutine *co;     // runs it
  Coroutine *caller; // waits for the host function that has made it; null: the outermost
};

/** Engine is the part that generated code knows. */
struct Runtime : Engine {
  explicit Runtime(Options options, Hooks hooks);
  ~Runtime();
  Runtime(const Runtime &) = delete;
  Runtime &operator=(const Runtime &) = delete;

  // ---- prototypes -------------------------------------------------------------------------------------------------------
  /** `description` is checked: indexes in range, children known. Throws std::invalid_argument. */
  ProtoInfo *add_proto(ProtoDescription description);
  ProtoInfo *proto(uint32_t id) { return id < protos.size() ? protos[id].get() : nullptr; }
  /** Null for a builtin's. */
  ProtoInfo *proto_of_code(const Code *code);
  /** The policy is asked after so many entries and back-edges. Loops whose code is installed are entered meanwhile. */
  void set_hotness(ProtoInfo *proto, int32_t value);
  /**
   * Code for `proto` is being made in the background: when it gets hot meanwhile, the policy is asked only once some code is ready, or at the
   * `times`-th time. `every`: the hotness for each.
   */
  void await_code(ProtoInfo *proto, int32_t every, uint32_t times);
  bool is_code_ready() const { return code_notice && __atomic_load_n(code_notice, __ATOMIC_ACQUIRE) != 0; }

  // ---- optimized code ---------------------------------------------------------------------------------------------------
  OptimizedCode *register_code(const CodeDescription &description, uint64_t failure_limit, std::string *error);
  void install_entry(ProtoInfo *proto, uintptr_t address);
  void install_loop_entry(ProtoInfo *proto, uint32_t pc, uintptr_t address);
  /** Nothing enters it from now on, and frames of it are left before they go on. See deoptimizer.h. */
  Invalidation invalidate_code(OptimizedCode *code);
  /** `subject` is about to change: code that relies on it is invalidated, and the policy told why. Only on the host stack. */
  void end_assumption(const void *subject, const std::string &reason);
  /** Forget invalid code that no stack has frames of; ids of it. */
  std::vector<uint32_t> reclaim_code();

  // ---- running ----------------------------------------------------------------------------------------------------------
  // In host-entry.cc. Both throw what a hook has thrown, Interrupted and ExitProgram; std::logic_error when the engine is running and
  // it is not a host function that calls.
  /**
   * As the stand-alone lua5.1 does. `words` is a command line, of which word number `script` is the program: what follows it are its
   * arguments, and global `arg` has all of them, the program at index 0. No words, no `arg`.
   */
  RunResult run(ProtoInfo *main_proto, const std::vector<std::string> &words, size_t script = 0);
  Outcome call(Value function, const std::vector<Value> &arguments);
  bool is_running() const { return !entries.empty(); }
  /** The coroutine as the program knows it: what runs on behalf of a host function is the coroutine that has called that. */
  Coroutine *coroutine_of_program(Coroutine *co) const;
  /** Who waits for the host function that has called `co`; null if none has. */
  Coroutine *caller_of(const Coroutine *co) const;

  // ---- objects ----------------------------------------------------------------------------------------------------------
  /** Whether to collect at this safepoint, given that a collection is wanted. */
  bool is_collection_due() { return (heap_state.collection_wanted & kWantedForSpace) || ++safepoint_count % options.collect_every == 0; }

  String *string(std::string_view bytes) { return strings.intern(bytes); }
  Value string_value(std::string_view bytes) { return box(strings.intern(bytes)); }
  Function *new_closure(Proto *proto);
  Value &global(std::string_view name) { return globals.cell(string(name)).value; }

  Options options;
  Hooks hooks;
  Heap heap;
  StringTable strings;
  Shapes shapes;
  Delegations delegations;
  TableSites table_sites;
  TableSpace tables;
  Globals globals;
  std::deque<FeedbackCases> feedback_cases;
  std::vector<std::unique_ptr<ProtoInfo>> protos;
  std::deque<Builtin> builtins;
  CodeTable code;
  Assumptions assumptions;
  EventRing events;
  std::unique_ptr<Probes> probes; // null: nothing is measured
  std::unique_ptr<DeoptRecorder> deopt_recorder; // null: nobody wants to know
  Output output;
  Value out_of_memory_message, error_in_handler_message;
  std::string scratch;               // for results of concatenation
  std::string traceback;             // of the error that ends the main program
  std::exception_ptr hook_exception; // what a hook has thrown

  int32_t step_multiplier = 200; // what collectgarbage was told; every step is a whole collection
  uint64_t safepoint_count = 0, collection_count = 0, collection_ticks = 0;

  TransferBuffers transfer;
  std::vector<Value> payload;        // a frame that is being rebuilt, before it is pushed

  static constexpr size_t kMetamethods = 16;
  String *metamethod_names[kMetamethods]; // by Metamethod

  yg_stack host_stack{};
  Coroutine *coroutines = nullptr; // all but the main program and entry_coroutines
  uint32_t next_coroutine_id = 0;
  std::vector<HostEntry> entries;             // calls from the host in progress, outermost first
  std::vector<Coroutine *> entry_coroutines;  // run all but the outermost, by depth; they are never suspended
  Coroutine *host_caller = nullptr;           // waits for the host function that is running
  Handles handles;
  const uint32_t *code_notice = nullptr; // the compiling session's: not zero when it has finished something
  std::unordered_map<uint32_t, std::vector<Value>> held; // objects whose addresses are in code that is being made, by the policy's number for it
  Value host_error = kNil;                    // the last message that is of an exception of the host's
  std::chrono::milliseconds time_limit{0}; // of a run; 0: none
  bool interrupt_on_signal = false;
  bool in_builtin = false; // what is being raised comes from a builtin that the innermost language frame has called
  StackSupply first_stacks, extensions; // of coroutines, see stack-extension.h
  Function *ipairs_iterator = nullptr, *pairs_iterator = nullptr; // what loops call
  Function *next_function = nullptr, *tostring_function = nullptr, *pcall_function = nullptr;
  LibraryState library; // see builtins/
  FilePolicy files;
};

/** An InterpreterPayload outside any stack, until it is pushed. One at a time. */
class PayloadBuilder {
 public:
  PayloadBuilder(Runtime &runtime, uint64_t register_count, uint64_t vararg_count) : words_(runtime.payload) {
    words_.resize(sizeof(InterpreterPayload) / sizeof(Value) + register_count + vararg_count);
    payload().register_count = register_count;
    payload().vararg_count = vararg_count;
  }
  InterpreterPayload &payload() { return *reinterpret_cast<InterpreterPayload *>(words_.data()); }
  yg_status push(yg_cursor *cursor, uintptr_t function) {
    return yg_push_frame_payload(cursor, function, words_.data(), words_.size() * sizeof(Value), nullptr);
  }

 private:
  std::vector<Value> &words_;
};

inline Runtime &runtime_of(Coroutine *co) { return *static_cast<Runtime *>(co->engine); }

} // namespace yl
