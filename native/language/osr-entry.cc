// SPDX-License-Identifier: MIT
// yl_hot: a function or a loop has run often enough. Asks for optimized code, and replaces the running interpreter frame by it.
//
//     before                               after
//     │ caller           │                 │ caller                          │
//     │ interpreter at pc│ ◄─ paused       │ payload: closure, pc, registers │ ◄─ resumed: the optimized loop entry
#include <algorithm>
#include <utility>

#include "error.h"
#include "frame-walk.h"
#include "generated.h"
#include "helpers.h"

namespace yl {

namespace {

/** Replace the top frame by the loop entry, which begins with `start`. */
template <class Probing>
void enter_loop(Runtime &runtime, Coroutine *co, Value closure, uint32_t pc, const Value *registers, uintptr_t start, Probing probing) {
  uint64_t started = ticks_now();
  Proto *proto = proto_of(as_function(closure));
  uint64_t vararg_count = registers[-1];
  PayloadBuilder builder(runtime, proto->register_count, vararg_count);
  InterpreterPayload &payload = builder.payload();
  payload.coroutine = co;
  payload.closure = closure;
  payload.pc = pc;
  payload.mode = kModeExecute;
  memcpy(payload.registers(), registers, (proto->register_count + vararg_count) * sizeof(Value));

  probing.mark(Border::kRead);
  yg_cursor cursor;
  yg_status status = yg_cursor_new(&cursor, &co->stack);
  if (status == YG_OK) status = yg_cursor_step(&cursor);
  if (status == YG_OK) status = yg_pop_frames_to(&cursor);
  if (status == YG_OK) status = builder.push(&cursor, start);
  if (status != YG_OK) throw_message(co, std::string("cannot enter optimized code: ") + yg_status_message(status));
  probing.mark(Border::kRebuilt);
  probing.say(1, proto->register_count);
  runtime.osr_entry_count++;
  // Nobody asks how long it took: that would cost as much as the frame.
  runtime.events.record({static_cast<double>(proto->id) * 65536 + pc, started, started, 1, co->id, EventKind::kOsrEntry});
  if (runtime.events.half_full() && runtime.hooks.on_events) runtime.hooks.on_events();
  probing.mark(Border::kReturned);
}

/**
 * A function that is called so often while it gets hot, or whose loops are entered so often, is hot as a whole: compiled like that it is entered by
 * a call, and knows what was before the loop.
 */
constexpr int64_t kEntriesPerThreshold = 32;

/** The address of code for the loop at `pc`, or 0. */
uintptr_t ask_policy(Runtime &runtime, ProtoInfo *proto, int64_t pc, const Value *registers) {
  int32_t before = proto->hotness;
  uintptr_t address = 0;
  if (std::exchange(proto->entries, 0) >= kEntriesPerThreshold) pc = -1;
  if (runtime.hooks.on_hot) {
    std::vector<uint8_t> types;
    for (uint32_t at = 0; pc >= 0 && at < proto->register_count; at++) types.push_back(type_bits(registers[at]));
    address = runtime.hooks.on_hot(proto->id, pc, types);
  }
  // Whoever was asked says when to ask again; if it said nothing, not at the very next back-edge.
  if (proto->hotness <= before) runtime.set_hotness(proto, runtime.options.hot_threshold >= 0 ? runtime.options.hot_threshold : INT32_MAX);
  return pc < 0 ? 0 : address;
}

} // namespace
} // namespace yl

using namespace yl;

yg_pair yl_host_hot(Coroutine *co, Value closure, int64_t pc, const Value *registers) {
  return at_boundary(co, [&] {
    Runtime &runtime = runtime_of(co);
    uint64_t entered = runtime.probes ? ticks_now() : 0;
    auto *proto = static_cast<ProtoInfo *>(proto_of(as_function(closure)));
    LoopEntry *entry = pc < 0 ? nullptr : proto->loop_entry(static_cast<uint32_t>(pc));
    uintptr_t address = entry && !entry->is_doubted ? entry->address : 0;
    bool is_awaited = proto->awaits_code && runtime.is_code_ready();
    if (address) {
      proto->patience = std::max<int64_t>(0, proto->patience - runtime.options.hot_threshold / kEntriesPerThreshold);
      proto->look_again_after(is_awaited ? 0 : 1);
    } else if (!entry && proto->patience > 0 && !is_awaited) {
      proto->look_again_after(2 * proto->step);
    } else {
      address = ask_policy(runtime, proto, pc, registers);
    }
    if (!address) return no_result();
    if (Probe *probe = runtime.probes ? runtime.probes->begin(ProbeKind::kOsrEntry) : nullptr) {
      probe->at[static_cast<size_t>(Border::kEntered)] = entered;
      Probed probing{probe};
      probing.mark(Border::kFound);
      enter_loop(runtime, co, closure, static_cast<uint32_t>(pc), registers, reinterpret_cast<uintptr_t>(&yl_probed_resume), probing);
      return yg_pair{reinterpret_cast<uintptr_t>(&probe->at[static_cast<size_t>(Border::kResumed)]), address};
    }
    enter_loop(runtime, co, closure, static_cast<uint32_t>(pc), registers, address, Unprobed());
    return no_result();
  });
}
