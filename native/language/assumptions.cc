// SPDX-License-Identifier: MIT
#include "assumptions.h"

#include <algorithm>
#include <utility>

namespace yl {

uint32_t Assumptions::assume(const void *subject) {
  auto [found, is_new] = by_subject_.try_emplace(subject, static_cast<uint32_t>(all_.size()));
  if (is_new) all_.emplace_back();
  return found->second;
}

void Assumptions::remove_dependent(uint32_t id, uint32_t code) {
  std::vector<uint32_t> &dependents = all_[id].dependents;
  dependents.erase(std::remove(dependents.begin(), dependents.end(), code), dependents.end());
}

std::vector<uint32_t> Assumptions::end(const void *subject) {
  auto found = by_subject_.find(subject);
  if (found == by_subject_.end()) return {};
  Assumption &assumption = all_[found->second];
  by_subject_.erase(found);
  assumption.holds = false;
  return std::exchange(assumption.dependents, {});
}

} // namespace yl
