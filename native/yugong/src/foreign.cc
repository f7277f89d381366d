// SPDX-License-Identifier: MIT
#include "foreign.h"

#include "loaded_objects.h"

namespace yg {

const CallSite *foreignSite(uintptr_t return_address) {
  LoadedObjects objects;
  Fde fde;
  UnwindPlan plan;
  const char *message;
  if (objects.find(return_address - 1, &fde) && makePlan(fde, return_address - 1, &plan, &message) != YG_OK) plan = UnwindPlan{};
  if (!plan.exists() && plan.cfa_register != kOutermost) {
    // Not kept: libunwind has a cache of its own, and may learn about the code later.
    static const CallSite without_plan;
    return &without_plan;
  }
  return addSite(plan, 0, return_address);
}

}  // namespace yg
