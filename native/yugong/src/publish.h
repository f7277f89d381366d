// SPDX-License-Identifier: MIT
//
// What of the process outside knows about our code and stacks; see yugong-publish.h. The registry and the makers of stacks call the
// functions at the top. Below them is one pair of functions for each place that code is published at, in a file of its own:
//
//   publish_frames.cc      libgcc and libunwind, which share a copy of the unwind section
//   publish_gdb.cc         the GDB JIT interface; publish_elf.cc makes the image
//   publish_perf_map.cc    /tmp/perf-PID.map
//   publish_jitdump.cc     jit-PID.dump
//   publish_stacks.cc      the list of stacks
#ifndef YUGONG_PUBLISH_INTERNAL_H
#define YUGONG_PUBLISH_INTERNAL_H

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "publish_eh_frame.h"
#include "yugong-publish.h"

namespace yg {

// ---- hooks: a load and a branch each, unless something is published -----------------------------------------------------------------

extern std::atomic<uint32_t> publish_targets;     // of the options
extern std::atomic<uintptr_t> published_stacks, published_codes;  // how many

void publishCodeSlowly(const yg_code_description &description, const yg_code *code);
void unpublishCodeSlowly(const yg_code *code);
void listStack(yg_stack *stack, const char *name);
bool unlistStack(yg_stack *stack);
void relistStack(yg_stack *to, yg_stack *from);

// After `code` has been registered.
inline void publishCode(const yg_code_description &description, const yg_code *code) {
  if (publish_targets.load(std::memory_order_relaxed) != 0) publishCodeSlowly(description, code);
}
// Before `code` is freed.
inline void unpublishCode(const yg_code *code) {
  if (published_codes.load(std::memory_order_relaxed) != 0) unpublishCodeSlowly(code);
}
inline void publishStack(yg_stack *stack) {
  if ((publish_targets.load(std::memory_order_relaxed) & YG_PUBLISH_STACKS) != 0) listStack(stack, nullptr);
}
inline void unpublishStack(yg_stack *stack) {
  if (published_stacks.load(std::memory_order_relaxed) != 0) unlistStack(stack);
}
// What is known as `from` is known as `to`, by the same name.
inline void republishStack(yg_stack *to, yg_stack *from) {
  if (published_stacks.load(std::memory_order_relaxed) != 0) relistStack(to, from);
}

// ---- a piece of published code ------------------------------------------------------------------------------------------------------

struct PublishedSymbol {
  uintptr_t start, size;
  std::string name;
};

struct FramesRecord;  // publish_frames.cc
struct GdbEntry;      // publish_gdb.cc

struct Publication {
  uintptr_t start = 0, size = 0;
  uint32_t reached = 0;  // YG_PUBLISH_...
  std::vector<PublishedSymbol> symbols;  // sorted by address
  FramesRecord *frames = nullptr;
  GdbEntry *gdb = nullptr;
};

// What is known only while code is being published.
struct PublicationSource {
  const UnwindSection *unwind;  // without FDEs when there is none
  const yg_publish_line *lines;
  size_t line_count;

  // The lines of [start, start + size), the one in force at `start` included.
  std::vector<yg_publish_line> linesOf(uintptr_t start, uintptr_t size) const;
};

// All of these are called with one mutex held. Each publishes at some of `wanted` and says at which.
uint32_t publishFrames(Publication &publication, const PublicationSource &source, uint32_t wanted);
void unpublishFrames(Publication &publication);
bool publishToGdb(Publication &publication, const PublicationSource &source);
void unpublishFromGdb(Publication &publication);
bool publishToPerfMap(const Publication &publication);
void unpublishFromPerfMap(const Publication &publication, bool prune);
bool publishToJitdump(const Publication &publication, const PublicationSource &source, const std::string &directory);

// Guards gdb's list in this library; for all who change it.
std::mutex &gdbListMutex();

std::vector<uint8_t> makeElfImage(const Publication &publication, const PublicationSource &source);

}  // namespace yg

#endif
