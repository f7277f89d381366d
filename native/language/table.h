// SPDX-License-Identifier: MIT
// Tables: array part, slots under a shape, hash part; see Table in object.h. Keys here are never nil or NaN: the helpers check that.
#pragma once
#include "delegation.h"
#include "globals.h"
#include "hash-part.h"
#include "heap.h"
#include "shape.h"
#include "table-sites.h"

namespace yl {

/** What tables of one engine share. */
struct TableSpace {
  Heap &heap;
  Shapes &shapes;
  Delegations &delegations;
  TableSites &sites;
};

Table *table_new(TableSpace &space, uint32_t array_elements, uint32_t fields);
/** _G: its string keys are these variables. */
Table *table_new_globals(TableSpace &space, Globals &globals);

Value table_get(Table *table, Value key);
Value table_get_string(Table *table, String *key);
Value table_get_int(Table *table, int32_t key);

void table_set(TableSpace &space, Table *table, Value key, Value value);
void table_set_string(TableSpace &space, Table *table, String *key, Value value);
/** As `table.key = nil` in a program: a key that is not there may get a slot, see Delegations::keeps_nil. */
void table_clear_field(TableSpace &space, Table *table, String *key);
void table_set_int(TableSpace &space, Table *table, int32_t key, Value value);
/** Elements start … start + count - 1 at once, as a constructor does: nils among them are holes of the array part. */
void table_set_list(TableSpace &space, Table *table, uint32_t start, const Value *values, uint32_t count);
/** Store without allocating: false when that is not possible, and then nothing has changed. */
bool table_try_set(const TableSpace &space, Table *table, Value key, Value value);

void table_reserve_slots(TableSpace &space, Table *table, uint32_t count);

inline uint32_t table_length(const Table *table) { return table->array_count; }

struct TableEntry { Value key, value; };
/** The entry after `key` (nil: the first); its key is nil at the end. False when `key` is not, and never was, in the table. */
bool table_next(Table *table, Value key, TableEntry *out);

/** What a table owns besides itself; and give it back, when the table dies. */
size_t table_owned_bytes(const Table *table);
void table_release(Heap &heap, Table *table);

/** Slots that a table has room for. */
inline uint32_t slot_capacity(const Table *table) { return table->header.flags; }

} // namespace yl
