// SPDX-License-Identifier: MIT
//
// When is code that nobody enters any more really gone?
//
// Retired code passes through these states, in this order:
//
//   waiting for stacks    Frames of it may be on the tracked stacks. Its call sites stay published, so these frames are walked as ever.
//                         A stack is crossed off once it has been seen paused without a word that points into the code: since nothing
//                         enters the code any more, none will come back. The look at a stack is conservative (any word counts) and
//                         optimistic: it is void if the stack's generation or SP has changed by the end, because it has run meanwhile.
//   waiting for readers   The call sites are unpublished, and the code is stamped with the epoch, which then advances. A reader section
//                         that began in an epoch up to the stamp may still use what it has found.
//   released              All such sections have ended: `release` is called, the yg_code freed.
//
// Readers never wait: entering a section is one store to a record of the thread's own, and a fence. Who retires or reclaims does the work.
#include "reclaim.h"

#include <algorithm>
#include <mutex>

#include "barrier.h"
#include "cursor.h"

namespace yg {
namespace {

// ---- readers -----------------------------------------------------------------------------------------------------------------------

struct alignas(64) Reader {
  std::atomic<uint64_t> epoch{0};  // in which the section began; 0: in none
  std::atomic<bool> taken{false};
  uint32_t depth = 0;
  Reader *next = nullptr;
};

std::atomic<uint64_t> current_epoch{1};
std::atomic<Reader *> readers{nullptr};  // only ever grows; records of threads that have ended are taken again

Reader *takeReader() {
  for (Reader *reader = readers.load(std::memory_order_acquire); reader != nullptr; reader = reader->next) {
    bool free = false;
    if (reader->taken.compare_exchange_strong(free, true)) return reader;
  }
  Reader *reader = new Reader;
  reader->taken.store(true, std::memory_order_relaxed);
  reader->next = readers.load(std::memory_order_relaxed);
  while (!readers.compare_exchange_weak(reader->next, reader, std::memory_order_release)) {
  }
  return reader;
}

struct ReaderOfThread {
  Reader *reader = nullptr;
  ~ReaderOfThread() {
    if (reader == nullptr) return;
    reader->depth = 0;
    reader->epoch.store(0, std::memory_order_release);
    reader->taken.store(false, std::memory_order_release);
  }
};
thread_local ReaderOfThread reader_of_thread;

uint64_t oldestReader() {
  uint64_t oldest = UINT64_MAX;
  for (Reader *reader = readers.load(std::memory_order_acquire); reader != nullptr; reader = reader->next) {
    uint64_t epoch = reader->epoch.load(std::memory_order_seq_cst);
    if (epoch != 0 && epoch < oldest) oldest = epoch;
  }
  return oldest;
}

// ---- stacks ------------------------------------------------------------------------------------------------------------------------

struct Retired {
  yg_code *code;
  yg_release_function release;
  void *cookie;
  std::vector<const yg_stack *> stacks;  // not yet crossed off
  uint64_t epoch = 0;                    // 0: waiting for stacks
};

std::mutex mutex;
std::vector<const yg_stack *> &trackedStacks() {
  static auto *stacks = new std::vector<const yg_stack *>;
  return *stacks;
}
std::vector<Retired> &retiredCodes() {
  static auto *codes = new std::vector<Retired>;
  return *codes;
}

template <typename T>
T loadShared(const T *word) {
  return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

// Another thread may resume the stack and write to it meanwhile; what was read is thrown away then. TSan cannot know.
__attribute__((no_sanitize("thread", "address"))) bool hasWordInside(uintptr_t from, uintptr_t to, const yg_code *code) {
  for (uintptr_t at = from; at + 8 <= to; at += 8) {
    // Acquire: SP and generation are looked at afterwards.
    uintptr_t word = __atomic_load_n(reinterpret_cast<const uintptr_t *>(at), __ATOMIC_ACQUIRE);
    if (word - code->start <= code->size) return true;
  }
  return false;
}

// The stack is paused and has no frame of the code.
bool isSeenWithout(const yg_stack *stack, const yg_code *code) {
  uintptr_t generation = loadShared(&stack->generation), sp = loadShared(&stack->sp);
  if (sp == 0 || sp < stack->start || sp - stack->start > stack->size) return false;
  if (hasBarrierFor(stack, code->start, code->size)) return false;
  if (hasWordInside(sp, stack->start + stack->size, code)) return false;
  return loadShared(&stack->sp) == sp && loadShared(&stack->generation) == generation;
}

void crossOff(Retired &retired) {
  auto is_seen = [&](const yg_stack *stack) { return isSeenWithout(stack, retired.code); };
  auto &stacks = retired.stacks;
  stacks.erase(std::remove_if(stacks.begin(), stacks.end(), is_seen), stacks.end());
  if (!stacks.empty()) return;
  unpublish(retired.code);
  retired.epoch = current_epoch.fetch_add(1, std::memory_order_seq_cst);
}

}  // namespace
}  // namespace yg

using namespace yg;

bool yg::isRetired(yg_code *code) {
  std::lock_guard<std::mutex> lock(mutex);
  auto &codes = retiredCodes();
  return std::any_of(codes.begin(), codes.end(), [&](const Retired &retired) { return retired.code == code; });
}

void yg_reader_enter(void) {
  ReaderOfThread &mine = reader_of_thread;
  if (mine.reader == nullptr) mine.reader = takeReader();
  if (mine.reader->depth++ != 0) return;
  // Seen by whoever unpublishes later; whoever did earlier is seen by us.
  mine.reader->epoch.store(current_epoch.load(std::memory_order_seq_cst), std::memory_order_seq_cst);
}

void yg_reader_leave(void) {
  Reader *reader = reader_of_thread.reader;
  if (reader == nullptr || reader->depth == 0) return;
  if (--reader->depth == 0) reader->epoch.store(0, std::memory_order_release);
}

yg_status yg_stack_track(yg_stack *stack) {
  if (stack == nullptr || stack->size == 0) return YG_ERROR_ARGUMENT;
  std::lock_guard<std::mutex> lock(mutex);
  auto &stacks = trackedStacks();
  if (std::find(stacks.begin(), stacks.end(), stack) != stacks.end()) return YG_ERROR_IN_USE;
  stacks.push_back(stack);
  stack->tracked = 1;
  // It may have been running retired code all the time.
  for (Retired &retired : retiredCodes())
    if (retired.epoch == 0) retired.stacks.push_back(stack);
  return YG_OK;
}

yg_status yg_stack_untrack(yg_stack *stack) {
  std::lock_guard<std::mutex> lock(mutex);
  auto drop = [&](std::vector<const yg_stack *> &stacks) {
    auto found = std::find(stacks.begin(), stacks.end(), stack);
    if (found == stacks.end()) return false;
    *found = stacks.back();
    stacks.pop_back();
    return true;
  };
  if (!drop(trackedStacks())) return YG_ERROR_ARGUMENT;
  stack->tracked = 0;
  for (Retired &retired : retiredCodes()) drop(retired.stacks);
  return YG_OK;
}

yg_status yg_code_retire(yg_code *code, yg_release_function release, void *cookie) {
  {
    std::lock_guard<std::mutex> lock(mutex);
    auto &codes = retiredCodes();
    auto is_it = [&](const Retired &retired) { return retired.code == code; };
    if (std::any_of(codes.begin(), codes.end(), is_it)) return YG_ERROR_IN_USE;
    // Before anything of it is read: it may have been unregistered, and freed.
    if (!isPublished(code) || code->size == 0) return YG_ERROR_ARGUMENT;
    codes.push_back({code, release, cookie, trackedStacks()});
  }
  yg_code_reclaim();
  return YG_OK;
}

size_t yg_code_reclaim(void) {
  std::vector<Retired> ready;
  size_t left;
  {
    std::lock_guard<std::mutex> lock(mutex);
    auto &codes = retiredCodes();
    for (Retired &retired : codes)
      if (retired.epoch == 0) crossOff(retired);
    uint64_t oldest = oldestReader();
    auto is_waiting = [&](const Retired &retired) { return retired.epoch == 0 || oldest <= retired.epoch; };
    auto first_ready = std::stable_partition(codes.begin(), codes.end(), is_waiting);
    std::move(first_ready, codes.end(), std::back_inserter(ready));
    codes.erase(first_ready, codes.end());
    left = codes.size();
  }
  // Without the lock: `release` may register and retire code.
  for (Retired &retired : ready) {
    if (retired.release != nullptr) retired.release(retired.code, retired.cookie);
    delete retired.code;
  }
  return left;
}
