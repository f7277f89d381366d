// SPDX-License-Identifier: MIT
//
// libunwind is loaded when a frame first needs it, and by name: linked in, it would take the place of libgcc's unwinder for C++
// exceptions, since both define _Unwind_RaiseException.
#include "foreign.h"

#if YUGONG_LIBUNWIND

#include <dlfcn.h>
#define UNW_LOCAL_ONLY
#include <libunwind.h>

namespace yg {
namespace {

#define YG_STRING_OF(x) #x
#define YG_NAME_OF(x) YG_STRING_OF(x)

struct Libunwind {
  decltype(&unw_init_local) init_local = nullptr;
  decltype(&unw_step) step = nullptr;
  decltype(&unw_get_reg) get_reg = nullptr;

  Libunwind() {
    void *library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) return;
    init_local = reinterpret_cast<decltype(init_local)>(dlsym(library, YG_NAME_OF(unw_init_local)));
    step = reinterpret_cast<decltype(step)>(dlsym(library, YG_NAME_OF(unw_step)));
    get_reg = reinterpret_cast<decltype(get_reg)>(dlsym(library, YG_NAME_OF(unw_get_reg)));
  }
  bool isThere() const { return init_local != nullptr && step != nullptr && get_reg != nullptr; }
};

// By RegisterIndex.
constexpr int kContextRegisters[kRegisterCount] = {REG_R15, REG_R14, REG_R13, REG_R12, REG_RBX, REG_RBP, REG_RSP};
constexpr unw_regnum_t kUnwindRegisters[kRegisterCount] = {UNW_X86_64_R15, UNW_X86_64_R14, UNW_X86_64_R13, UNW_X86_64_R12,
                                                           UNW_X86_64_RBX, UNW_X86_64_RBP, UNW_X86_64_RSP};

}  // namespace

yg_status stepByLibunwind(uintptr_t pc, uintptr_t *registers) {
  static const Libunwind libunwind;
  if (!libunwind.isThere()) return YG_ERROR_NO_PLAN;
  unw_context_t context{};
  greg_t *machine = context.uc_mcontext.gregs;
  for (int i = 0; i < kRegisterCount; i++) machine[kContextRegisters[i]] = static_cast<greg_t>(registers[i]);
  machine[REG_RIP] = static_cast<greg_t>(pc);
  unw_cursor_t cursor;
  if (libunwind.init_local(&cursor, &context) != 0) return YG_ERROR_NO_PLAN;
  int moved = libunwind.step(&cursor);
  if (moved == 0) return YG_ERROR_BOTTOM;
  if (moved < 0) return YG_ERROR_NO_PLAN;
  for (int i = 0; i < kRegisterCount; i++) {
    unw_word_t value;
    if (libunwind.get_reg(&cursor, kUnwindRegisters[i], &value) != 0) return YG_ERROR_NO_PLAN;
    registers[i] = value;
  }
  return YG_OK;
}

}  // namespace yg

#else

yg_status yg::stepByLibunwind(uintptr_t, uintptr_t *) { return YG_ERROR_NO_PLAN; }

#endif
