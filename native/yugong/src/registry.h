// SPDX-License-Identifier: MIT
//
// Which call sites are known, by return address.
//
// A global hash table with open addressing. Readers take no lock: they load the table pointer and probe. Writers hold a mutex; a call
// site's fields are written before its return address is published. A table that has been outgrown stays allocated, because a reader or
// a cursor may still point into it; tables double, so all the old ones together are no larger than the one in use.
//
// What the caller owes: code is unregistered only when no frame of it is on any stack, and no cursor refers to one. Only yg_csid_at may
// be asked about code that is going away at the same time (by a sampling profiler, say).
#ifndef YUGONG_REGISTRY_H
#define YUGONG_REGISTRY_H

#include <atomic>
#include <string>
#include <vector>

#include "memory.h"
#include "unwind_plan.h"

namespace yg {

// One operand of a "deopt" bundle, ready to be read.
struct KeepAlive {
  enum Kind : uint8_t { Load8, Load4, Load2, Load1, Address, Constant, Register, LoadWide, Unavailable } kind;
  uint8_t register_index;
  uint16_t size;
  int32_t offset;
  uint64_t constant;
};

constexpr uintptr_t kEmptySite = UINTPTR_MAX, kRemovedSite = UINTPTR_MAX - 1;

// One cache line: all that a cursor step needs.
//
// `caller` is what the last walk found below this frame: usually it is there again, and comparing one word is cheaper than hashing. Only
// a guess: who takes it compares the return address. Sites never move and are never freed, so the pointer stays good.
struct alignas(64) CallSite {
  enum Flags : uint8_t {
    HasWideKeepAlives = 1,    // larger than a word, or unavailable: words cannot carry them
    KeepsInRegisters = 2,     // some keep-alive needs a register other than RSP and RBP
    IsServiceRoutine = 4,     // not a return address: see yg_push_adapter_frame
  };
  std::atomic<uintptr_t> return_address{kEmptySite};
  mutable std::atomic<const CallSite *> caller{&no_site};
  UnwindPlan plan;
  uint16_t keep_alive_count = 0;
  uint8_t flags = 0;
  std::atomic<yg_csid> id{0};
  std::atomic<yg_code *> code{nullptr};  // null: foreign code, whose plan somebody has needed
  const KeepAlive *keep_alives = nullptr;

  bool isForeign() const { return code.load(std::memory_order_relaxed) == nullptr && (flags & IsServiceRoutine) == 0; }

  static const CallSite no_site;
};
static_assert(sizeof(CallSite) == 64, "one cache line");

struct CallSiteTable {
  uintptr_t mask;  // number of sites - 1, a power of two - 1
  unsigned shift;
  CallSite *sites;

  uintptr_t home(uintptr_t return_address) const { return (return_address * 0x9e3779b97f4a7c15u) >> shift; }
};

extern std::atomic<const CallSiteTable *> current_table;

// No words that a stack might hold where a return address should be: a zero word ends many stacks.
constexpr bool isAddress(uintptr_t return_address) { return return_address < kRemovedSite; }

// Publish a site that belongs to no yg_code: foreign code, or a service routine. Null when memory is short; an existing one wins.
const CallSite *addSite(const UnwindPlan &plan, uint8_t flags, uintptr_t address);

// Foreign code that is known, and forgetting some of it again.
struct ForeignPlan {
  uintptr_t return_address;
  UnwindPlan plan;
};
std::vector<ForeignPlan> foreignPlans();
void removeForeignSite(uintptr_t return_address);

// Null when the address is not a known return address.
inline const CallSite *findCallSite(uintptr_t return_address) {
  const CallSiteTable *table = current_table.load(std::memory_order_acquire);
  uintptr_t i = table->home(return_address);
  for (;; i = (i + 1) & table->mask) {
    const CallSite *site = &table->sites[i];
    uintptr_t found = site->return_address.load(std::memory_order_acquire);
    if (YG_LIKELY(found == return_address)) return YG_LIKELY(isAddress(found)) ? site : nullptr;
    if (found == kEmptySite) return nullptr;
  }
}

}  // namespace yg

struct yg_code {
  uintptr_t start, size;
  std::string name;
  void *cookie;
  std::vector<yg::KeepAlive> keep_alives;
  std::vector<uintptr_t> return_addresses;
};

#endif
