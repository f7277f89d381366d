// SPDX-License-Identifier: MIT
#include "engine.h"

#include <sys/mman.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "builtins/call.h"
#include "collector.h"
#include "coroutine.h"
#include "deopt-recorder.h"
#include "error.h"
#include "generated.h"
#include "opcodes.h"
#include "stack-extension.h"
#include "yugong-publish.h"

namespace yl {

namespace {
constexpr size_t kSpareValues = 512; // what is checked is the number of values before a few more are added
constexpr size_t kTransferBytes = (kTransferCapacity + kSpareValues) * sizeof(Value);
}

TransferBuffers::TransferBuffers() {
  void *memory = mmap(nullptr, 2 * kTransferBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) throw OutOfMemory();
  arguments = static_cast<Value *>(memory);
  results = arguments + kTransferCapacity + kSpareValues;
}

TransferBuffers::~TransferBuffers() { munmap(arguments, 2 * kTransferBytes); }

Runtime::Runtime(Options given, Hooks given_hooks)
    : Engine{}, options(given), hooks(std::move(given_hooks)), heap(given.memory_limit_bytes, heap_state), strings(heap), delegations(shapes),
      tables{heap, shapes, delegations, table_sites}, first_stacks(std::min(given.coroutine_stack_bytes, kFirstStackBytes), kWarmFirstStacks),
      extensions(given.coroutine_stack_bytes, kWarmExtensions) {
  host = &host_stack;
  record_switches = given.record_switches;
  if (given.record_deopts) deopt_recorder = std::make_unique<DeoptRecorder>();
  // Taking the events makes optimized loops leave, so it should be rare.
  if (given.record_switches) events.set_capacity(1 << 18);
  if (given.probe_capacity) probes = std::make_unique<Probes>(given.probe_capacity);
  failing_guard = options.failing_guards.next(0);
  disturbed_call = options.disturbed_calls.next(0);
  heap.release_object = release_object;
  empty_shape = shapes.empty();
  error_in_handler_message = string_value("error in error handling");
  out_of_memory_message = string_value("not enough memory");
  static const char *const names[kMetamethods] = {"__index", "__newindex", "__call", "__add", "__sub", "__mul", "__div", "__mod",
                                                  "__pow", "__unm", "__concat", "__eq", "__lt", "__le", "__tostring", "__metatable"};
  for (size_t at = 0; at < kMetamethods; at++) metamethod_names[at] = string(names[at]);
  delegations.set_names(metamethod_names[0], metamethod_names[1]);
  delegations.on_break = [this](const Assumption &broken) { end_assumption(&broken, "what tables inherit has changed"); };
  if (given.publish_stacks) yg_stack_publish(&host_stack, "host");
  main = host_coroutine_new(*this, options.main_stack_bytes);
  globals_table = table_new_globals(tables, globals);
  global("_G") = box(globals_table);
  open_base(*this);
  open_metatables(*this);
  open_load(*this);
  open_math(*this);
  open_coroutine(*this);
  open_os(*this);
  open_string(*this);
  open_table(*this);
  open_bit(*this);
  open_io(*this);
  open_prelude(*this);
  open_host_functions(*this);
  open_package(*this);
  // Strings are indexed through the string library. Their prototype has a shape of its own, by which a field access knows what it has seen.
  Table *string_metatable = table_new(tables, 0, 1);
  table_set_string(tables, string_metatable, metamethod_names[0], box(library.string));
  string_prototype = table_new(tables, 0, 0);
  delegations.set_string_prototype(string_prototype);
  delegations.set_metatable(string_prototype, string_metatable);
  if (options.collect_every) heap.set_stress();
  globals.before_change = [this](GlobalCell &cell) {
    if (cell.value == kNil) return; // its definition; code relies on variables only once they have a value
    cell.flags &= ~kGlobalWatched;
    end_assumption(&cell, "global '" + std::string(view(cell.name)) + "' was assigned");
  };
}

Runtime::~Runtime() {
  free_all_stacks(*this);
  yg_stack_unpublish(&host_stack); // if it is published
}

Function *Runtime::new_closure(Proto *proto) {
  auto *function = heap.allocate<Function>(kKindFunction, sizeof(Function) + proto->capture_count * sizeof(Value));
  function->code = &proto->code;
  auto *info = static_cast<ProtoInfo *>(proto);
  info->last_closure = function;
  if (info->closure_count < kCountedClosures) info->closure_count++;
  function->capture_count = proto->capture_count;
  for (uint32_t at = 0; at < proto->capture_count; at++) function->captures()[at] = kNil;
  return function;
}

ProtoInfo *Runtime::add_proto(ProtoDescription given) {
  auto require = [](bool holds, const char *what) {
    if (!holds) throw std::invalid_argument(what);
  };
  require(!given.code.empty() && given.code.size() < (1u << 16), "code: between 1 and 65535 instructions");
  require(given.register_count <= 250 && given.parameter_count <= given.register_count, "registerCount: at most 250, and room for all parameters");
  require(given.lines.size() == given.code.size(), "lines: one an instruction");
  require(given.liveness.size() == given.code.size() * live_words(given.register_count), "liveness: a set of registers an instruction");
  for (uint32_t child : given.protos) require(proto(child) != nullptr, "protos: children come first");
  for (const OperandName &name : given.operand_names)
    require(name.name < given.name_strings.size() && name.kind <= OperandKind::kMethod, "operandNames: kind or name out of range");
  for (const CaptureSource &capture : given.captures) require(capture.from <= kFromSelf, "captures: unknown source");

  auto info = std::make_unique<ProtoInfo>();
  info->description = std::move(given);
  ProtoDescription &description = info->description;
  for (const std::string &name : description.globals) info->global_addresses.push_back(&global(name));
  for (uint32_t child : description.protos) info->children.push_back(protos[child].get());
  info->feedback_storage.resize(description.code.size());
  info->parameter_feedback_storage.resize(description.parameter_count);

  Proto &proto = *info;
  proto.code.entry = reinterpret_cast<void *>(&yl_interpreter);
  proto.instructions = description.code.data();
  proto.constants = description.constants.data();
  proto.globals = info->global_addresses.data();
  proto.protos = info->children.data();
  proto.feedback = info->feedback_storage.data();
  proto.register_count = description.register_count;
  proto.parameter_count = description.parameter_count;
  proto.capture_count = static_cast<uint32_t>(description.captures.size());
  proto.instruction_count = static_cast<uint32_t>(description.code.size());
  proto.hotness = options.hot_threshold >= 0 ? options.hot_threshold : INT32_MAX;
  proto.id = static_cast<uint32_t>(protos.size());
  proto.entries = 0;
  proto.parameter_feedback = info->parameter_feedback_storage.data();
  proto.vararg_mask = description.uses_varargs ? ~uint64_t{0} : 0;
  proto.capture_sources = description.captures.data();
  proto.closure_count = 0;
  for (size_t at = 0; at < description.code.size(); at++) {
    uint64_t instruction = description.code[at];
    if ((instruction & 0xFFFF) == kOpNewTable && operand_b(instruction) == 0) table_sites.add(info->feedback_storage[at]);
  }
  return protos.emplace_back(std::move(info)).get();
}

ProtoInfo *Runtime::proto_of_code(const Code *code) {
  for (auto &proto : protos)
    if (&proto->code == code) return proto.get();
  return nullptr;
}

void Runtime::set_hotness(ProtoInfo *proto, int32_t value) {
  /** A loop that has no code is looked at now and then if another one has some. */
  constexpr int32_t kLongestStep = 64;
  proto->awaits_code = false;
  proto->count_down(value, proto->loop_entries.empty() ? value : std::min(value, kLongestStep));
}

void Runtime::await_code(ProtoInfo *proto, int32_t every, uint32_t times) {
  proto->awaits_code = true;
  proto->count_down(int64_t{every} * times, every);
}

OptimizedCode *Runtime::register_code(const CodeDescription &description, uint64_t failure_limit, std::string *error) {
  auto find = [](void *context, uint32_t id, ProtoLimits *out) {
    ProtoInfo *info = static_cast<Runtime *>(context)->proto(id);
    if (info) *out = {info->register_count, info->instruction_count};
    return info != nullptr;
  };
  auto find_line = [](void *context, uint32_t id, uint32_t pc, uint32_t *line) -> const char * {
    ProtoInfo *info = static_cast<Runtime *>(context)->proto(id);
    if (!info) return nullptr;
    *line = static_cast<uint32_t>(info->line_at(pc));
    return info->description.source.c_str();
  };
  for (uint32_t id : description.assumptions)
    if (!assumptions.holds(id)) {
      *error = description.name + ": an assumption has ended that it was compiled with";
      return nullptr;
    }
  OptimizedCode *added = code.add(description, failure_limit, find, find_line, this, error);
  if (added)
    for (uint32_t id : added->assumptions) assumptions.add_dependent(id, added->id);
  return added;
}

void Runtime::install_entry(ProtoInfo *proto, uintptr_t address) {
  proto->code.entry = address ? reinterpret_cast<void *>(address) : reinterpret_cast<void *>(&yl_interpreter);
}

void Runtime::install_loop_entry(ProtoInfo *proto, uint32_t pc, uintptr_t address) {
  auto &entries = proto->loop_entries;
  for (size_t at = entries.size(); at-- > 0;)
    if (entries[at].pc == pc) entries.erase(entries.begin() + static_cast<ptrdiff_t>(at));
  if (address) entries.push_back({pc, address, false});
}

} // namespace yl
