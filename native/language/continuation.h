// SPDX-License-Identifier: MIT
// Builtins that call functions of the language: print (tostring), sort (its comparator), gsub (its replacement), dofile, …
//
// A builtin runs on the host's stack and cannot wait for such a call. It says what to call and what to go on with, and returns; a frame
// of the language stack (yl_continue_frame) waits in its place, with a copy of the builtin's state:
//
//     yg_pair each(Call &call, const Value *state, size_t count);         // state: table, function, index
//
//     yg_pair foreachi(Call &call) { return call_then(call, function, {key, value}, each, {table, function, index}); }
//
// `each` is called with the function's results as call.arguments, and returns the builtin's results, or what another call_then returns.
// So the function may yield, fail, and be optimized as any other.
#pragma once
#include <initializer_list>
#include <vector>

#include "builtins/call.h"

namespace yl {

using Continuation = yg_pair (*)(Call &call, const Value *state, size_t state_count);

/** Up to three arguments; `function` may be anything callable. All state is values, so that the collector finds them. */
yg_pair call_then(Call &call, Value function, std::initializer_list<Value> arguments, Continuation next, const std::vector<Value> &state);

} // namespace yl
