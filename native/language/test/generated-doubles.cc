// SPDX-License-Identifier: MIT
// In place of the generated interpreter: these tests never get as far as running a program, but the linker wants the symbols. The
// interpreter's double returns its callee, which is enough to see a program begin and end.
#include <cstdlib>

#include "generated.h"

using namespace yl;

yg_pair yl_interpreter(Coroutine *, Value callee, int64_t, Value, Value, Value) { return {callee, 1}; }
void yl_coroutine_main(yl_start_payload *, Value, uint64_t) { abort(); }
void yl_coroutine_rest(yl_rest_payload *, uint64_t, uint64_t) { abort(); }
yg_pair yl_builtin_coroutine_resume(Coroutine *, Value, int64_t, Value, Value, Value) { abort(); }
yg_pair yl_builtin_coroutine_yield(Coroutine *, Value, int64_t, Value, Value, Value) { abort(); }
yg_pair yl_builtin_coroutine_wrapped(Coroutine *, Value, int64_t, Value, Value, Value) { abort(); }
yg_pair yl_builtin_pcall(Coroutine *, Value, int64_t, Value, Value, Value) { abort(); }
yg_pair yl_builtin_xpcall(Coroutine *, Value, int64_t, Value, Value, Value) { abort(); }
void yl_run_handler(yl_handler_payload *, Value, uint64_t) { abort(); }
void yl_resume_rest(yl_rest_payload *, uint64_t, uint64_t) { abort(); }
void yl_wrapped_rest(yl_rest_payload *, uint64_t, uint64_t) { abort(); }
void yl_negate(void *, Value, uint64_t) { abort(); }
void yl_concat_continue(yl_concat_payload *, Value, uint64_t) { abort(); }
void yl_continue_frame(yl_continue_payload *, Value, uint64_t) { abort(); }
