// SPDX-License-Identifier: MIT
// Global variables. Generated code has the addresses of their values, so a cell never moves and is never removed.
#pragma once
#include <deque>
#include <unordered_map>

#include "object.h"

namespace yl {

struct GlobalCell { Value value; String *name; };

class Globals {
 public:
  /** The cell of `name`, nil when it is new. */
  GlobalCell &cell(String *name) {
    GlobalCell *&found = by_name_[name];
    if (!found) found = &cells_.emplace_back(GlobalCell{kNil, name});
    return *found;
  }

 private:
  std::deque<GlobalCell> cells_;
  std::unordered_map<String *, GlobalCell *> by_name_;
};

} // namespace yl
