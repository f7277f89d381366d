// SPDX-License-Identifier: MIT
//
// The same chain of frames walked by our cursor and by other unwinders. The cursor walks the suspended stack from the host; the others know
// only the stack that they run on, so the chain's leaf calls them.
#include <dlfcn.h>
#include <unwind.h>

#include <memory>

#include "bench.h"

#if YUGONG_HAS_LIBUNWIND
#define UNW_LOCAL_ONLY
#include <libunwind.h>
#endif

namespace bench {
namespace {

// For a walker that runs on the language stack.
long passes;
uintptr_t expected_frames;
bool all_right;

bool walkOnStack(Prepared &prepared, uintptr_t depth, void (*walker)(), long count) {
  passes = count;
  expected_frames = depth;
  all_right = true;
  prepared.enter();
  yg_stack_swap(&bench_host, &bench_language, address(walker));
  prepared.leave();
  return all_right;
}

// A walker sees the chain, itself, the leaf, the bottom; libraries differ in whether they show their own frame and the end.
void check(uintptr_t frames) { all_right &= frames >= expected_frames + 2 && frames <= expected_frames + 6; }

#if YUGONG_HAS_LIBUNWIND
void walkByLibunwindStep() {
  for (long i = 0; i < passes; i++) {
    unw_context_t context;
    unw_cursor_t cursor;
    unw_getcontext(&context);
    unw_init_local(&cursor, &context);
    uintptr_t frames = 1, sum = 0;
    do {
      unw_word_t pc;
      unw_get_reg(&cursor, UNW_REG_IP, &pc);
      sum += pc;
      frames++;
    } while (unw_step(&cursor) > 0);
    asm volatile("" : : "r"(sum));
    check(frames);
  }
}

void walkByLibunwindBacktrace() {
  static void *buffer[4096];
  for (long i = 0; i < passes; i++) check(static_cast<uintptr_t>(unw_backtrace(buffer, 4096)) + 1);
}
#endif

// libunwind has functions of the same names, so libgcc's are asked for by library.
template <typename F>
F *libgcc(const char *name, F *) {
  static void *library = dlopen("libgcc_s.so.1", RTLD_NOW);
  return library == nullptr ? nullptr : reinterpret_cast<F *>(dlsym(library, name));
}

struct Count {
  uintptr_t frames, sum;
};

_Unwind_Reason_Code countFrame(_Unwind_Context *context, void *data) {
  static auto *get_ip = libgcc("_Unwind_GetIP", &_Unwind_GetIP);
  Count *count = static_cast<Count *>(data);
  count->frames++;
  count->sum += get_ip(context);
  return _URC_NO_REASON;
}

void walkByLibgcc() {
  static auto *backtrace = libgcc("_Unwind_Backtrace", &_Unwind_Backtrace);
  for (long i = 0; i < passes; i++) {
    Count count{1, 0};
    backtrace(countFrame, &count);
    check(count.frames);
  }
}

// Loads are all there is to it, so the processor begins the next walk long before one has ended, unless each needs what the last has found.
template <bool one_by_one>
__attribute__((noinline, optimize("no-omit-frame-pointer"))) void walkByFramePointers() {
  uintptr_t *start = static_cast<uintptr_t *>(__builtin_frame_address(0));
  for (long i = 0; i < passes; i++) {
    uintptr_t *frame = start;
    uintptr_t sum = 0, frames = 2;
    for (; frames < expected_frames + 3; frames++) {
      sum += frame[1];
      frame = reinterpret_cast<uintptr_t *>(frame[0]);
    }
    asm volatile("" : : "r"(sum), "r"(frame) : "memory");
    check(frames);
    if (one_by_one) {
      uintptr_t nothing = reinterpret_cast<uintptr_t>(frame);
      asm volatile("andq $0, %0" : "+r"(nothing));
      start += nothing;
    }
  }
}

bool walkByCursor(Prepared &prepared, uintptr_t depth, long count) {
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    yg_cursor_new(&cursor, &prepared.stack);
    uintptr_t frames = 1, sum = 0;
    do {
      sum += yg_cursor_pc(&cursor);
      frames++;
    } while (yg_cursor_step(&cursor) == YG_OK);
    asm volatile("" : : "r"(sum));
    right &= frames == depth + 3;
  }
  return right;
}

// What the callee-saved registers hold: of each frame, or of the last one, which is found out by bringing them along from the first.
constexpr int kSavedRegisters[] = {3, 6, 12, 13, 14, 15};

bool addRegisters(const yg_cursor *cursor, uintptr_t *sum) {
  for (int number : kSavedRegisters) {
    uintptr_t value;
    if (yg_ll_register(cursor, number, &value) != YG_OK) return false;
    *sum += value;
  }
  return true;
}

template <bool of_each>
bool walkForRegisters(Prepared &prepared, uintptr_t depth, long count) {
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    yg_cursor_new(&cursor, &prepared.stack);
    uintptr_t frames = 1, sum = 0;
    do {
      if (of_each) right &= addRegisters(&cursor, &sum);
      frames++;
    } while (yg_cursor_step(&cursor) == YG_OK);
    if (!of_each) right &= addRegisters(&cursor, &sum);
    asm volatile("" : : "r"(sum));
    right &= frames == depth + 3;
  }
  return right;
}

constexpr uintptr_t kStacks = 10000, kFramesOfEach = 8;

// Suspended stacks as a program has them with that many coroutines.
struct Suspended {
  Suspended() {
    yg_slab_new(&slab, 4096, kStacks, YG_SLAB_GUARDLESS);
    for (uintptr_t i = 0; i < kStacks; i++) stacks.push_back(std::make_unique<Prepared>(address(bench_recurse), kFramesOfEach, slab));
  }
  ~Suspended() {
    stacks.clear();
    yg_slab_free(slab);
  }
  yg_slab *slab;
  std::vector<std::unique_ptr<Prepared>> stacks;
};

// What a collector does with them: all frames, all keep-alives.
bool readAllRoots(const Suspended &suspended, long count) {
  uint64_t roots = 0;
  for (long i = 0; i < count; i++)
    for (const auto &prepared : suspended.stacks) {
      yg_cursor cursor;
      yg_cursor_new(&cursor, &prepared->stack);
      do {
        uint64_t words[16];
        int keep_alives = yg_keepalive_count(&cursor);
        if (keep_alives == 0) continue;
        if (yg_keepalive_words(&cursor, words, keep_alives) != YG_OK || words[3] != 7) return false;
        roots += static_cast<uint64_t>(keep_alives);
      } while (yg_cursor_step(&cursor) == YG_OK);
    }
  // The leaf keeps 16 values, each of the others 4.
  return roots == static_cast<uint64_t>(count) * kStacks * (16 + 4 * kFramesOfEach);
}

bool readKeepAlives(Prepared &prepared, int steps, int expected, long count) {
  yg_cursor cursor;
  yg_cursor_new(&cursor, &prepared.stack);
  for (int i = 0; i < steps; i++) yg_cursor_step(&cursor);
  uint64_t words[16] = {};
  bool right = yg_keepalive_count(&cursor) == expected;
  for (long i = 0; i < count; i++) {
    right &= yg_keepalive_words(&cursor, words, expected) == YG_OK;
    asm volatile("" : : "r"(words) : "memory");
  }
  return right && words[3] == 7;
}

bool readKeepAlivesOneByOne(Prepared &prepared, long count) {
  yg_cursor cursor;
  yg_cursor_new(&cursor, &prepared.stack);
  uint64_t word = 0;
  size_t size;
  bool right = true;
  for (long i = 0; i < count; i++)
    for (int index = 0; index < 16; index++) right &= yg_keepalive_get(&cursor, index, &word, sizeof word, &size) == YG_OK;
  return right && word == 7;
}

}  // namespace

void addWalking(Suite &suite) {
  for (uintptr_t depth : {20, 200, 2000}) {
    std::string group = "walk, " + std::to_string(depth) + " frames";
    double frames = static_cast<double>(depth) + 2;
    auto prepared = std::make_shared<Prepared>(address(bench_recurse), depth);
    auto addWalker = [&](const char *name, void (*walker)()) {
      suite.add({group, name, [=](long count) { return walkOnStack(*prepared, depth, walker, count); }, frames});
    };
    suite.add({group, "yg_cursor_step", [=](long count) { return walkByCursor(*prepared, depth, count); }, frames});
    suite.add({group, "yg_cursor_step, all callee-saved registers of the last frame",
               [=](long count) { return walkForRegisters<false>(*prepared, depth, count); }, frames});
    suite.add({group, "yg_cursor_step, all callee-saved registers of each frame",
               [=](long count) { return walkForRegisters<true>(*prepared, depth, count); }, frames});
    addWalker("frame-pointer walk", walkByFramePointers<false>);
    addWalker("frame-pointer walk, each after the last", walkByFramePointers<true>);
#if YUGONG_HAS_LIBUNWIND
    addWalker("libunwind unw_step", walkByLibunwindStep);
    addWalker("libunwind unw_backtrace", walkByLibunwindBacktrace);
#endif
    if (libgcc("_Unwind_Backtrace", &_Unwind_Backtrace) != nullptr) addWalker("libgcc _Unwind_Backtrace", walkByLibgcc);
  }
#if !YUGONG_HAS_LIBUNWIND
  suite.missing("libunwind", "libunwind-dev was not installed when this was configured");
#endif

  auto prepared = std::make_shared<Prepared>(address(bench_recurse), 4);
  suite.add({"keep-alives, a value", "yg_keepalive_words, 16 values", [=](long count) { return readKeepAlives(*prepared, 0, 16, count); }, 16});
  suite.add({"keep-alives, a value", "yg_keepalive_words, 4 values", [=](long count) { return readKeepAlives(*prepared, 1, 4, count); }, 4});
  if (suite.wants("roots of 10 000 suspended stacks")) {
    auto suspended = std::make_shared<Suspended>();
    suite.add({"roots of 10 000 suspended stacks", "all frames and their keep-alives", [=](long count) { return readAllRoots(*suspended, count); }});
  }
  suite.add({"keep-alives, a value", "yg_keepalive_get", [=](long count) { return readKeepAlivesOneByOne(*prepared, count); }, 16});
}

}  // namespace bench
