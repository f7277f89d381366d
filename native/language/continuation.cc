// SPDX-License-Identifier: MIT
#include "continuation.h"

#include "deoptimizer.h"
#include "error.h"
#include "generated.h"
#include "helpers.h"
#include "metatable.h"

namespace yl {

yg_pair call_then(Call &call, Value function, std::initializer_list<Value> arguments, Continuation next, const std::vector<Value> &state) {
  call.co = leave_bodies(call.co);
  std::vector<Value> words(sizeof(yl_continue_payload) / sizeof(Value) + state.size());
  auto *payload = reinterpret_cast<yl_continue_payload *>(words.data());
  *payload = {call.co, reinterpret_cast<void *>(next), state.size(), 0};
  std::copy(state.begin(), state.end(), payload->values());
  push_frame(call.co, reinterpret_cast<uintptr_t>(&yl_continue_frame), words.data(), words.size() * sizeof(Value));
  return call_value(call.co, function, arguments);
}

} // namespace yl

using namespace yl;

yg_pair yl_host_continue(Coroutine *co, yl_continue_payload *payload, Value first, int64_t count) {
  return at_boundary(co, [&] {
    Runtime &runtime = runtime_of(co);
    runtime.in_builtin = true;
    co->results[0] = first;
    std::copy(co->results, co->results + count, co->arguments);
    Call call{runtime, co, nullptr, static_cast<int>(count), co->arguments};
    yg_pair results = reinterpret_cast<Continuation>(payload->function)(call, payload->values(), payload->count);
    runtime.in_builtin = false;
    return results;
  });
}
