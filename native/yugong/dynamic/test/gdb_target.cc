// SPDX-License-Identifier: MIT
//
// What gdb_walk.py runs: every hand-assembled procedure is published to gdb and called.
#include <cstdio>

#include "procedures.h"
#include "yugong-publish.h"

// gdb stops here, and knows all procedures then.
extern "C" __attribute__((noinline)) void dyn_all_published() { __asm__ volatile(""); }

int main() {
  Procedures procedures;
  for (auto &procedure : procedures.all) {
    yg_dyn_publication *publication;
    // Registered too: aliases are looked up among what is registered.
    yg_dyn_status status = procedure->enter();
    if (status == YG_DYN_OK) status = yg_dyn_publish(&procedure->info, YG_PUBLISH_GDB, &publication);
    if (status != YG_DYN_OK) return std::printf("%s: %s\n", procedure->name.c_str(), yg_dyn_status_message(status)), 1;
  }
  dyn_all_published();
  for (auto &procedure : procedures.all)
    for (long argument : {0, 0x33}) reinterpret_cast<void (*)(long)>(procedure->info.start_ip)(argument);
  return 0;
}
