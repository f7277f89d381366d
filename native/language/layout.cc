// SPDX-License-Identifier: MIT
// Facts about the layouts that assembly and generated code take for granted.
#include "generated.h"
#include "object.h"

namespace yl {

static_assert(offsetof(Coroutine, stack) == 0, "_yg_host_call takes the stack's address in RDI, generated code the coroutine's");
static_assert(offsetof(Proto, code) == 0 && offsetof(Builtin, code) == 0, "Function::code points to either");
static_assert(offsetof(Code, entry) == 0, "callers load the entry through one pointer");
static_assert(sizeof(Function) == 24 && sizeof(Function) % sizeof(Value) == 0, "captures follow the function");
static_assert(sizeof(String) == 16, "bytes follow the string");
static_assert(sizeof(Feedback) == 32, "generated code finds the feedback of an instruction by shifting its offset");
static_assert(offsetof(GlobalCell, value) == 0, "a cell's address is its value's");
static_assert(sizeof(CaptureSource) == 6, "three 16-bit words");
static_assert(sizeof(InterpreterPayload) % 16 == 0, "registers follow the payload");
// frames-x86_64.S has these numbers.
static_assert(offsetof(yl_end_extension_payload, co) == 0);
static_assert(offsetof(yl_leave_payload, current) == 0 && offsetof(yl_leave_payload, next) == 8);
static_assert(offsetof(yl_start_payload, co) == 0 && offsetof(yl_start_payload, callee) == 8 && offsetof(yl_start_payload, entry) == 16);
static_assert(offsetof(yl_start_payload, argc) == 24 && offsetof(yl_start_payload, a0) == 32 && offsetof(yl_start_payload, a2) == 48);
static_assert(offsetof(InterpreterPayload, coroutine) == 0 && offsetof(InterpreterPayload, closure) == 8 && offsetof(InterpreterPayload, mode) == 24);

static_assert(kNil == 0xFFFA000000000000);

} // namespace yl
