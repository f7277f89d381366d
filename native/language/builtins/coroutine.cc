// SPDX-License-Identifier: MIT
// coroutine: create, status, wrap here; resume, yield and what wrap returns are generated, since they swap stacks directly.
#include "../coroutine.h"
#include "../generated.h"
#include "../helpers.h"
#include "call.h"

namespace yl {

namespace {

/** As in lua5.1, the body must not be a builtin. */
Coroutine *make(Call &call) {
  Value body = call.argument(1);
  if (!is_function(body) || !proto_of(as_function(body))) call.argument_error(1, "Lua function expected");
  return coroutine_new(call.runtime, body);
}

yg_pair create(Call &call) { return call.one(box(make(call))); }

yg_pair wrap(Call &call) { return call.one(box(wrapped_new(call.runtime, make(call)))); }

yg_pair status(Call &call) {
  if (!is_thread(call.argument(1))) call.argument_error(1, "coroutine expected");
  return call.one(yl_leaf_coroutine_status(call.co, as_coroutine(call.argument(1))));
}

/** Nil in the main program. */
yg_pair running(Call &call) {
  Coroutine *running = call.runtime.coroutine_of_program(call.co);
  return call.one(running == call.runtime.main ? kNil : box(running));
}

} // namespace

void open_coroutine(Runtime &runtime) {
  Library library(runtime);
  Table *table = library.table();
  library.set_field(table, "create", box(library.function("coroutine.create", create)));
  library.set_field(table, "wrap", box(library.function("coroutine.wrap", wrap)));
  library.set_field(table, "status", box(library.function("coroutine.status", status)));
  library.set_field(table, "running", box(library.function("coroutine.running", running)));
  auto entry = [](auto *function) { return reinterpret_cast<const void *>(function); };
  runtime.library.coroutine_resume = library.generated("coroutine.resume", entry(yl_builtin_coroutine_resume));
  library.set_field(table, "resume", box(runtime.library.coroutine_resume));
  library.set_field(table, "yield", box(library.generated("coroutine.yield", entry(yl_builtin_coroutine_yield))));
  runtime.library.coroutine_wrapped = library.generated("coroutine.wrapped", entry(yl_builtin_coroutine_wrapped));
  for (uint32_t status = kSuspended; status <= kDead; status++)
    runtime.library.coroutine_statuses[status] = runtime.string(status_text(status));
  library.set_global("coroutine", box(table));
}

} // namespace yl
