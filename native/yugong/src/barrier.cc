// SPDX-License-Identifier: MIT
#include "barrier.h"

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>

#include "cursor.h"

// The lists; barrier.S refers to them.
extern "C" {
__attribute__((visibility("hidden"))) yg::BarrierRecord *_yg_barrier_table[1 << YG_BARRIER_BITS];
}

namespace yg {
namespace {

std::mutex mutex;
BarrierRecord *spare_records;

BarrierRecord **listOf(uintptr_t slot) { return &_yg_barrier_table[(slot * YG_BARRIER_FACTOR) >> (64 - YG_BARRIER_BITS)]; }

BarrierRecord *topOf(const yg_stack *stack) { return reinterpret_cast<BarrierRecord *>(stack->barriers); }
void setTopOf(yg_stack *stack, BarrierRecord *record) { stack->barriers = reinterpret_cast<yg_barrier *>(record); }

BarrierRecord *find(uintptr_t slot) {
  BarrierRecord *record = *listOf(slot);
  while (record != nullptr && record->slot != slot) record = record->next;
  return record;
}

// An unwinder may be searching the lists, so each store leaves them whole.
void link(BarrierRecord *record) {
  BarrierRecord **list = listOf(record->slot);
  record->next = *list;
  __atomic_store_n(list, record, __ATOMIC_RELEASE);
}

void unlink(BarrierRecord *record) {
  BarrierRecord **at = listOf(record->slot);
  while (*at != record) at = &(*at)->next;
  __atomic_store_n(at, record->next, __ATOMIC_RELEASE);
  record->next = nullptr;
}

// Put the return address back, unless the word is something else by now.
void dissolve(BarrierRecord *record) {
  if (loadWord(record->slot) == addressOf(_yg_barrier_cont)) storeWord(record->slot, record->return_address);
  unlink(record);
  record->below = spare_records;
  spare_records = record;
}

void removeAbove(yg_stack *stack, uintptr_t slot) {
  BarrierRecord *record = topOf(stack);
  while (record != nullptr && record->slot < slot) {
    BarrierRecord *below = record->below;
    dissolve(record);
    record = below;
  }
  setTopOf(stack, record);
}

BarrierRecord *takeSpare() {
  BarrierRecord *record = spare_records;
  if (record == nullptr) return new (std::nothrow) BarrierRecord;
  spare_records = record->below;
  return record;
}

// The cursor's frame has a barrier, and the cursor may be asked.
yg_status findFor(const Cursor *cursor, BarrierRecord **out) {
  if (yg_status status = checkFresh(cursor)) return status;
  *out = loadWord(cursor->slot) == addressOf(_yg_barrier_cont) ? find(cursor->slot) : nullptr;
  return *out == nullptr ? YG_ERROR_NO_BARRIER : YG_OK;
}

}  // namespace

uintptr_t barrierReturnAddress(uintptr_t slot) {
  std::lock_guard<std::mutex> lock(mutex);
  BarrierRecord *record = find(slot);
  return record == nullptr ? 0 : record->return_address;
}

bool hasBarrierFor(const yg_stack *stack, uintptr_t start, uintptr_t size) {
  std::lock_guard<std::mutex> lock(mutex);
  for (BarrierRecord *record = topOf(stack); record != nullptr; record = record->below)
    if (record->return_address - start <= size) return true;
  return false;
}

void giveBarriersTo(yg_stack *stack) {
  if (YG_LIKELY(stack->barriers == nullptr)) return;
  std::lock_guard<std::mutex> lock(mutex);
  for (BarrierRecord *record = topOf(stack); record != nullptr; record = record->below) record->stack = stack;
}

void removeBarriersAbove(yg_stack *stack, uintptr_t slot) {
  if (YG_LIKELY(stack->barriers == nullptr)) return;
  std::lock_guard<std::mutex> lock(mutex);
  removeAbove(stack, slot);
}

// What barrier.S does next.
struct BarrierCall {
  yg_stack *stack;
  void *cookie;
  yg_barrier_function function;
  uintptr_t on_host;
};
static_assert(offsetof(BarrierCall, stack) == YG_CALL_STACK && offsetof(BarrierCall, cookie) == YG_CALL_COOKIE &&
                  offsetof(BarrierCall, function) == YG_CALL_FUNCTION && offsetof(BarrierCall, on_host) == YG_CALL_ON_HOST,
              "assembly reads these");

}  // namespace yg

using namespace yg;

// Control returns through the barrier at `slot`.
extern "C" __attribute__((visibility("hidden"))) void yg_barrier_take(uintptr_t slot, BarrierCall *call) {
  std::lock_guard<std::mutex> lock(mutex);
  BarrierRecord *record = find(slot);
  if (record == nullptr) {
    std::fputs("yugong: a return through a barrier that has not been set on this stack\n", stderr);
    std::abort();
  }
  yg_stack *stack = record->stack;
  *call = {stack, record->cookie, record->function, stack->host != nullptr && stack->host->sp != 0};
  // An exception or longjmp may have left barriers above, with their frames.
  removeAbove(stack, slot + 1);
}

yg_status yg_set_return_barrier(yg_cursor *opaque, yg_barrier_function function, void *cookie) {
  Cursor *cursor = cursorOf(opaque);
  if (yg_status status = checkFresh(cursor)) return status;
  if (function == nullptr) return YG_ERROR_ARGUMENT;
  if (cursor->kind == FrameKind::SaveArea || cursor->has_new_pc) return YG_ERROR_ARGUMENT;
  if (isAligned(cursor->slot, 16)) return YG_ERROR_ALIGNMENT;
  yg_stack *stack = cursor->stack;
  std::lock_guard<std::mutex> lock(mutex);
  removeAbove(stack, stack->sp);  // left there by an exception
  BarrierRecord *above = nullptr, *record = topOf(stack);
  while (record != nullptr && record->slot < cursor->slot) above = record, record = record->below;
  bool is_new = record == nullptr || record->slot != cursor->slot;
  if (is_new) {
    BarrierRecord *below = record;
    record = takeSpare();
    if (record == nullptr) return YG_ERROR_MEMORY;
    record->slot = cursor->slot;
    record->stack = stack;
    record->below = below;
    if (above != nullptr) above->below = record;
    else setTopOf(stack, record);
  }
  record->function = function;
  record->cookie = cookie;
  if (loadWord(cursor->slot) != addressOf(_yg_barrier_cont)) record->return_address = loadWord(cursor->slot);
  if (is_new) link(record);
  storeWord(cursor->slot, addressOf(_yg_barrier_cont));
  return YG_OK;
}

yg_status yg_clear_return_barrier(yg_cursor *opaque) {
  Cursor *cursor = cursorOf(opaque);
  BarrierRecord *record;
  std::lock_guard<std::mutex> lock(mutex);
  if (yg_status status = findFor(cursor, &record)) return status;
  BarrierRecord *above = topOf(cursor->stack);
  if (above == record) setTopOf(cursor->stack, record->below);
  for (; above != nullptr && above != record; above = above->below)
    if (above->below == record) {
      above->below = record->below;
      break;
    }
  dissolve(record);
  return YG_OK;
}

yg_status yg_get_return_barrier(const yg_cursor *opaque, yg_barrier_function *function, void **cookie) {
  BarrierRecord *record;
  std::lock_guard<std::mutex> lock(mutex);
  if (yg_status status = findFor(cursorOf(opaque), &record)) return status;
  if (function != nullptr) *function = record->function;
  if (cookie != nullptr) *cookie = record->cookie;
  return YG_OK;
}
