// SPDX-License-Identifier: MIT
// Values that the host holds. Each is a root of the collector until it is released.
#pragma once
#include <unordered_map>
#include <vector>

#include "value.h"

namespace yl {

class Handles {
 public:
  /** The slot of a value; of the same value, the same slot. */
  uint32_t hold(Value value) {
    auto [found, is_new] = slots_.try_emplace(value, 0);
    if (!is_new) return found->second;
    if (free_.empty()) {
      free_.push_back(static_cast<uint32_t>(values_.size()));
      values_.push_back(kNotFound);
    }
    found->second = free_.back();
    free_.pop_back();
    values_[found->second] = value;
    return found->second;
  }
  /** kNotFound when nothing is held there. */
  Value at(uint64_t slot) const { return slot < values_.size() ? values_[slot] : kNotFound; }
  void release(uint64_t slot) {
    if (at(slot) == kNotFound) return;
    slots_.erase(values_[slot]);
    values_[slot] = kNotFound;
    free_.push_back(static_cast<uint32_t>(slot));
  }
  size_t count() const { return slots_.size(); }
  template <class Visit> void for_each(Visit visit) const {
    for (const auto &[value, slot] : slots_) visit(value);
  }

 private:
  std::vector<Value> values_;
  std::vector<uint32_t> free_;
  std::unordered_map<Value, uint32_t> slots_;
};

} // namespace yl
