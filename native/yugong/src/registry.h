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

// One cache line: all that a cursor step needs.
struct alignas(64) CallSite {
  std::atomic<uintptr_t> return_address{0};
  std::atomic<yg_csid> id{0};
  std::atomic<yg_code *> code{nullptr};
  const KeepAlive *keep_alives = nullptr;
  uint16_t keep_alive_count = 0;
  bool has_wide_keep_alives = false;  // larger than a word, or unavailable: words cannot carry them
  UnwindPlan plan;
};
static_assert(sizeof(CallSite) == 64, "one cache line");

struct CallSiteTable {
  uintptr_t mask;  // number of sites - 1, a power of two - 1
  unsigned shift;
  CallSite *sites;

  uintptr_t home(uintptr_t return_address) const { return (return_address * 0x9e3779b97f4a7c15u) >> shift; }
};

extern std::atomic<const CallSiteTable *> current_table;

constexpr uintptr_t kEmptySite = 0, kRemovedSite = 1;

// Null when the address is not a known return address.
inline const CallSite *findCallSite(uintptr_t return_address) {
  const CallSiteTable *table = current_table.load(std::memory_order_acquire);
  uintptr_t i = table->home(return_address);
  for (;; i = (i + 1) & table->mask) {
    const CallSite *site = &table->sites[i];
    uintptr_t found = site->return_address.load(std::memory_order_acquire);
    if (YG_LIKELY(found == return_address)) return YG_LIKELY(found > kRemovedSite) ? site : nullptr;
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
