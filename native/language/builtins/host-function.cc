// SPDX-License-Identifier: MIT
// Functions of the host, as values of the language: a builtin whose capture is the number by which the host knows the function.
#include <utility>

#include "../error.h"
#include "call.h"

namespace yl {

namespace {

yg_pair call_host(Call &call) {
  Runtime &runtime = call.runtime;
  runtime.output.flush(); // what the host writes comes after it
  auto index = static_cast<uint32_t>(as_int(call.callee->captures()[0]));
  std::vector<Value> arguments(call.arguments, call.arguments + call.count);
  Coroutine *outer = std::exchange(runtime.host_caller, call.co);
  HostResult result;
  try {
    result = runtime.hooks.on_host_function(index, arguments);
  } catch (...) {
    runtime.host_caller = outer;
    throw;
  }
  runtime.host_caller = outer;
  if (!result.ok) {
    Value error = result.values[0];
    if (result.at_caller && is_string(error))
      runtime.host_error = error = runtime.string_value(position(call.co, 1) + std::string(view(as_string(error))));
    throw_value(error);
  }
  if (!call.has_room_for(static_cast<int64_t>(result.values.size()))) call.error("stack overflow (too many results of a host function)");
  std::copy(result.values.begin(), result.values.end(), call.co->results);
  return {result.values.empty() ? kNil : result.values[0], result.values.size()};
}

} // namespace

void open_host_functions(Runtime &runtime) { runtime.library.host_function = builtin_of(Library(runtime).function("host function", call_host)); }

Function *host_function_new(Runtime &runtime, uint32_t index) {
  auto *function = runtime.heap.allocate<Function>(kKindBuiltin, sizeof(Function) + sizeof(Value));
  function->code = &runtime.library.host_function->code;
  function->capture_count = 1;
  function->captures()[0] = box_int(static_cast<int32_t>(index));
  return function;
}

} // namespace yl
