// SPDX-License-Identifier: MIT
// The thunks of the host helpers, and the table of all addresses for code that is linked at run time.
#include "helpers.h"

#include <utility>

#include "generated.h"
#include "safepoint.h"
#include "yugong-asm.h"

// Thunks move to the host stack and come to yl_enter_<name>: a safepoint, then the helper.
#define YL_HOST(name, signature, result)                                                                                                  \
  struct Letters_##name { static constexpr char letters[] = signature; };                                                               \
  extern "C" __attribute__((used, visibility("hidden"))) yg_pair yl_enter_##name(yl::Coroutine *co, uint64_t a, uint64_t b, uint64_t c,   \
                                                                                  uint64_t d, uint64_t e) {                               \
    return yl::enter<Letters_##name>(yl_host_##name, co, {a, b, c, d, e});                                                                \
  }                                                                                                                                       \
  YG_HOST_THUNK(yl_##name, yl_enter_##name);
#include "helpers.def"

extern "C" void _yg_host_call(void);
extern "C" void _yg_stack_switch(void);

namespace yl {

namespace {
template <class T> uintptr_t address_of(const T &symbol) { return reinterpret_cast<uintptr_t>(&symbol); }
} // namespace

const HelperAddress kHelperAddresses[] = {
#define YL_HOST(name, signature, result) {"yl_" #name, address_of(yl_##name)},
#define YL_LEAF(name, signature, result) {"yl_leaf_" #name, address_of(yl_leaf_##name)},
#include "helpers.def"
    {"yl_interpreter", address_of(yl_interpreter)},
    {"yl_interpreter_resume", address_of(yl_interpreter_resume)},
    {"yl_builtin_coroutine_resume", address_of(yl_builtin_coroutine_resume)},
    {"yl_builtin_coroutine_yield", address_of(yl_builtin_coroutine_yield)},
    {"yl_builtin_coroutine_wrapped", address_of(yl_builtin_coroutine_wrapped)},
    {"yl_builtin_pcall", address_of(yl_builtin_pcall)},
    {"yl_builtin_xpcall", address_of(yl_builtin_xpcall)},
    {"yg_stack_swap2", address_of(yg_stack_swap2)},
    {"_yg_stack_switch", address_of(_yg_stack_switch)},
    {"_yg_host_call", address_of(_yg_host_call)},
    {nullptr, 0},
};

} // namespace yl
