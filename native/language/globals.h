// SPDX-License-Identifier: MIT
// Global variables, and _G: a table whose string keys are the global variables. All else about it is as in any table.
#pragma once
#include <deque>
#include <functional>
#include <unordered_map>

#include "object.h"

namespace yl {

class Globals {
 public:
  /** The variable of that name; nil when it is new. */
  GlobalCell &cell(String *name) {
    GlobalCell *&found = by_name_[name];
    if (!found) found = &cells_.emplace_back(GlobalCell{kNil, name, kGlobalWatched, count()});
    return *found;
  }
  /** Null when nobody has named it yet. */
  GlobalCell *find(String *name) const {
    auto found = by_name_.find(name);
    return found == by_name_.end() ? nullptr : found->second;
  }
  /** Every assignment but the quick ones of generated code, which leaves cells with flags alone. */
  void set(GlobalCell &cell, Value value) {
    if (cell.flags & kGlobalWatched && before_change) before_change(cell);
    cell.value = value;
  }
  uint32_t count() const { return static_cast<uint32_t>(cells_.size()); }
  GlobalCell &at(uint32_t index) { return cells_[index]; }

  /** Called before a watched variable gets another value; clears the flag unless that is its definition. */
  std::function<void(GlobalCell &)> before_change;

  template <class Visit> void for_each(Visit visit) {
    for (GlobalCell &cell : cells_) visit(cell);
  }

 private:
  std::deque<GlobalCell> cells_;
  std::unordered_map<String *, GlobalCell *> by_name_;
};

struct GlobalsTable : Table { Globals *globals; };

/** Of a table whose shape says is_globals. */
inline Globals &globals_of(Table *table) { return *static_cast<GlobalsTable *>(table)->globals; }

} // namespace yl
