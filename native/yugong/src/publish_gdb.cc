// SPDX-License-Identifier: MIT
//
// The GDB JIT interface ("JIT Interface" in gdb's manual): a list of ELF images, and a function on which gdb sets a breakpoint.
//
// The two symbols are weak, so that a program that links another JIT's copies statically has one list; and protected, so that in a process
// where another shared object has its own, each keeps to its own (gdb reads the list of every object).
#include "publish.h"

extern "C" {

struct YgJitCodeEntry {
  YgJitCodeEntry *next, *previous;
  const char *image;
  uint64_t image_size;
};

struct YgJitDescriptor {
  uint32_t version, action;
  YgJitCodeEntry *relevant, *first;
};

__attribute__((weak, visibility("protected"), used)) YgJitDescriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};
__attribute__((weak, visibility("protected"), used, noinline)) void __jit_debug_register_code() { asm volatile("" : : : "memory"); }

}  // extern "C"

namespace yg {

struct GdbEntry {
  YgJitCodeEntry entry;
  std::vector<uint8_t> image;
};

namespace {

enum Action : uint32_t { kNothing, kRegister, kUnregister };

void tellGdb(Action action, YgJitCodeEntry *entry) {
  __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = action;
  __jit_debug_register_code();
  __jit_debug_descriptor.action = kNothing;
  __jit_debug_descriptor.relevant = nullptr;
}

}  // namespace

std::mutex &gdbListMutex() {
  static std::mutex *instance = new std::mutex;
  return *instance;
}

bool publishToGdb(Publication &publication, const PublicationSource &source) {
  GdbEntry *gdb = new GdbEntry;
  gdb->image = makeElfImage(publication, source);
  std::lock_guard<std::mutex> lock(gdbListMutex());
  YgJitCodeEntry *first = __jit_debug_descriptor.first;
  gdb->entry = {first, nullptr, reinterpret_cast<const char *>(gdb->image.data()), gdb->image.size()};
  if (first != nullptr) first->previous = &gdb->entry;
  __jit_debug_descriptor.first = &gdb->entry;
  publication.gdb = gdb;
  tellGdb(kRegister, &gdb->entry);
  return true;
}

void unpublishFromGdb(Publication &publication) {
  std::lock_guard<std::mutex> lock(gdbListMutex());
  YgJitCodeEntry *entry = &publication.gdb->entry;
  if (entry->previous != nullptr)
    entry->previous->next = entry->next;
  else
    __jit_debug_descriptor.first = entry->next;
  if (entry->next != nullptr) entry->next->previous = entry->previous;
  tellGdb(kUnregister, entry);
  delete publication.gdb;
  publication.gdb = nullptr;
}

}  // namespace yg
