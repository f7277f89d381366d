// SPDX-License-Identifier: MIT
#include "foreign.h"

#include <link.h>

#include "loaded_objects.h"

namespace yg {
namespace {

bool planOf(LoadedObjects &objects, uintptr_t return_address, UnwindPlan *plan) {
  Fde fde;
  const char *message;
  *plan = UnwindPlan{};
  if (objects.find(return_address - 1, &fde) && makePlan(fde, return_address - 1, plan, &message) != YG_OK) *plan = UnwindPlan{};
  return plan->exists() || plan->cfa_register == kOutermost;
}

// How many objects the dynamic loader has unloaded so far.
unsigned long long countUnloads() {
  unsigned long long count = 0;
  auto read = [](dl_phdr_info *info, size_t size, void *data) -> int {
    if (size >= offsetof(dl_phdr_info, dlpi_subs) + sizeof info->dlpi_subs) *static_cast<unsigned long long *>(data) = info->dlpi_subs;
    return 1;
  };
  dl_iterate_phdr(read, &count);
  return count;
}

std::atomic<unsigned long long> unloads_seen{0};

}  // namespace

void forgetUnloadedCode() {
  unsigned long long unloads = countUnloads();
  if (YG_LIKELY(unloads_seen.load(std::memory_order_relaxed) == unloads)) return;
  LoadedObjects objects;
  // What is still there has the plan that it had, and its site stays where it is, because other walks may be at it.
  for (const ForeignPlan &known : foreignPlans()) {
    UnwindPlan plan;
    bool same = planOf(objects, known.return_address, &plan) && std::memcmp(&plan, &known.plan, sizeof plan) == 0;
    if (!same) removeForeignSite(known.return_address);
  }
  unloads_seen.store(unloads, std::memory_order_relaxed);
}

const CallSite *foreignSite(uintptr_t return_address) {
  forgetUnloadedCode();
  if (const CallSite *site = findCallSite(return_address)) return site;
  LoadedObjects objects;
  UnwindPlan plan;
  if (!planOf(objects, return_address, &plan)) {
    // Not kept: libunwind has a cache of its own, and may learn about the code later.
    static const CallSite without_plan;
    return &without_plan;
  }
  return addSite(plan, 0, return_address);
}

}  // namespace yg
