// SPDX-License-Identifier: MIT
#pragma once
#include <gtest/gtest.h>

#include "collector.h"
#include "string-table.h"
#include "table.h"
#include "value.h"

namespace yl {

/** A heap with strings and tables, no engine. */
class HeapTest : public testing::Test {
 protected:
  HeapTest() { heap.release_object = release_object; }
  String *name(std::string_view text) { return strings.intern(text); }
  Value text(std::string_view bytes) { return box(strings.intern(bytes)); }
  Table *make(uint32_t elements = 0, uint32_t fields = 0) { return table_new(space, elements, fields); }
  void set(Table *table, Value key, Value value) { table_set(space, table, key, value); }

  HeapState state{};
  Heap heap{64 << 20, state};
  StringTable strings{heap};
  Shapes shapes;
  Delegations delegations{shapes};
  TableSites sites;
  TableSpace space{heap, shapes, delegations, sites};
};

} // namespace yl
