// SPDX-License-Identifier: MIT
#include "gdb_jit.h"

#include <mutex>

extern "C" {

enum jit_actions_t : uint32_t { JIT_NOACTION, JIT_REGISTER_FN, JIT_UNREGISTER_FN };

struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag;
  jit_code_entry *relevant_entry, *first_entry;
};

// Weak: LLVM's JIT defines the same two, and all of a process's entries may share one list.
__attribute__((weak, visibility("default"))) extern jit_descriptor __jit_debug_descriptor;
jit_descriptor __jit_debug_descriptor = {1, JIT_NOACTION, nullptr, nullptr};

__attribute__((weak, visibility("default"), noinline)) void __jit_debug_register_code() { __asm__ volatile("" ::: "memory"); }

}  // extern "C"

namespace yg::dynamic {
namespace {

std::mutex mutex;

void tell(jit_actions_t action, jit_code_entry *entry) {
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_descriptor.relevant_entry = entry;
  __jit_debug_register_code();
}

}  // namespace

void addToDebugger(jit_code_entry *entry) {
  std::lock_guard<std::mutex> lock(mutex);
  entry->prev_entry = nullptr;
  entry->next_entry = __jit_debug_descriptor.first_entry;
  if (entry->next_entry != nullptr) entry->next_entry->prev_entry = entry;
  __jit_debug_descriptor.first_entry = entry;
  tell(JIT_REGISTER_FN, entry);
}

void removeFromDebugger(jit_code_entry *entry) {
  std::lock_guard<std::mutex> lock(mutex);
  (entry->prev_entry != nullptr ? entry->prev_entry->next_entry : __jit_debug_descriptor.first_entry) = entry->next_entry;
  if (entry->next_entry != nullptr) entry->next_entry->prev_entry = entry->prev_entry;
  tell(JIT_UNREGISTER_FN, entry);
}

}  // namespace yg::dynamic
