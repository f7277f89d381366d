// SPDX-License-Identifier: MIT
#pragma once
#include <vector>

#include "object.h"

namespace yl {

/** Values that somebody outside of the language holds: they live until they are let go. */
class Roots {
 public:
  /** Returns the value's place; O(1). */
  size_t hold(Value value) {
    if (free_.empty()) {
      values_.push_back(value);
      return values_.size() - 1;
    }
    size_t at = free_.back();
    free_.pop_back();
    values_[at] = value;
    return at;
  }
  Value operator[](size_t at) const { return values_[at]; }
  void let_go(size_t at) {
    values_[at] = kNil;
    free_.push_back(at);
  }
  const Value *data() const { return values_.data(); }
  size_t size() const { return values_.size(); }

 private:
  std::vector<Value> values_;
  std::vector<size_t> free_;
};

} // namespace yl
