// SPDX-License-Identifier: MIT
//
// The GDB JIT interface (gdb manual, "JIT Compilation Interface"): a list of object files in memory; gdb has a breakpoint in
// __jit_debug_register_code and reads the list when it is hit, or when it attaches.
#ifndef YUGONG_DYNAMIC_GDB_JIT_H
#define YUGONG_DYNAMIC_GDB_JIT_H

#include <cstddef>
#include <cstdint>

extern "C" struct jit_code_entry {
  jit_code_entry *next_entry, *prev_entry;
  const char *symfile_addr;
  uint64_t symfile_size;
};

namespace yg::dynamic {

void addToDebugger(jit_code_entry *entry);
void removeFromDebugger(jit_code_entry *entry);

}  // namespace yg::dynamic

#endif
