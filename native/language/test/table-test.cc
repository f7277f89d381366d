// SPDX-License-Identifier: MIT
#include "table.h"

#include <map>
#include <random>

#include "fixture.h"

namespace yl {

class TableTest : public HeapTest {
 protected:
  /** The keys that a traversal meets. */
  std::vector<Value> keys(Table *table) {
    std::vector<Value> out;
    TableEntry entry{kNil, kNil};
    while (table_next(table, entry.key, &entry) && entry.key != kNil) out.push_back(entry.key);
    return out;
  }
};

TEST_F(TableTest, AppendsToTheArrayPart) {
  Table *table = make();
  for (int key = 1; key <= 100; key++) set(table, box_int(key), box_int(key * 2));
  EXPECT_EQ(table_length(table), 100u);
  EXPECT_EQ(table->hash, nullptr);
  EXPECT_EQ(table_get(table, box_int(50)), box_int(100));
  EXPECT_EQ(table_get(table, box_int(101)), kNil);
  EXPECT_EQ(table_get(table, box_int(0)), kNil);
}

TEST_F(TableTest, HolesAndShrinking) {
  Table *table = make();
  for (int key = 1; key <= 10; key++) set(table, box_int(key), kTrue);
  set(table, box_int(9), kNil);
  EXPECT_EQ(table_length(table), 10u);
  set(table, box_int(10), kNil);
  EXPECT_EQ(table_length(table), 8u);
  set(table, box_int(9), kTrue);
  EXPECT_EQ(table_length(table), 9u);
}

TEST_F(TableTest, FollowingKeysMoveFromTheHashPart) {
  Table *table = make();
  for (int key = 20; key >= 2; key--) set(table, box_int(key), box_int(key));
  set(table, box_int(1), box_int(1));
  EXPECT_EQ(table_length(table), 20u);
  EXPECT_EQ(keys(table).size(), 20u);
}

TEST_F(TableTest, ADenseRangeThatBeginsAtTwoBecomesAnArray) {
  Table *table = make();
  for (int key = 2; key <= 1000; key++) set(table, box_int(key), kTrue);
  EXPECT_GE(table->array_count, 512u);
  EXPECT_EQ(table_get(table, box_int(1)), kNil);
  EXPECT_EQ(table_get(table, box_int(1000)), kTrue);
  EXPECT_EQ(keys(table).size(), 999u);
}

TEST_F(TableTest, NumericKeysAreCanonical) {
  Table *table = make();
  set(table, box_double(1.0), text("one"));
  set(table, box_double(-0.0), text("zero"));
  set(table, box_double(1e15), text("large"));
  EXPECT_EQ(table_get(table, box_int(1)), text("one"));
  EXPECT_EQ(table_get(table, box_int(0)), text("zero"));
  EXPECT_EQ(table_get(table, box_double(0.0)), text("zero"));
  EXPECT_EQ(table_get(table, box_double(1e15)), text("large"));
  EXPECT_EQ(table_length(table), 1u);
}

TEST_F(TableTest, StringKeysAreSlotsOfTheShape) {
  Table *a = make(), *b = make(0, 3);
  for (Table *table : {a, b}) {
    set(table, text("x"), box_int(1));
    set(table, text("y"), box_int(2));
  }
  EXPECT_EQ(a->shape, b->shape);
  EXPECT_EQ(a->slots[1], box_int(2));
  Shape *shape = a->shape;
  set(a, text("x"), kNil); // the slot stays
  EXPECT_EQ(a->shape, shape);
  EXPECT_EQ(table_get(a, text("x")), kNil);
  EXPECT_EQ(keys(a).size(), 1u);
  set(a, text("absent"), kNil);
  EXPECT_EQ(a->shape, shape);
}

TEST_F(TableTest, TooManyStringKeysMakeADictionary) {
  Table *table = make();
  for (int number = 0; number < 129; number++) set(table, text("k" + std::to_string(number)), box_int(number));
  EXPECT_EQ(table->shape, shapes.dictionary());
  EXPECT_EQ(table->slots, nullptr);
  for (int number = 0; number < 129; number++) EXPECT_EQ(table_get(table, text("k" + std::to_string(number))), box_int(number));
  EXPECT_EQ(keys(table).size(), 129u);
  EXPECT_EQ(keys(table).front(), text("k0"));
}

TEST_F(TableTest, ListsKeepTheirHoles) {
  Table *table = make();
  const Value values[] = {box_int(1), kNil, box_int(3), kNil};
  table_set_list(space, table, 1, values, 4);
  EXPECT_EQ(table_length(table), 3u);
  set(table, box_int(7), box_int(7)); // in the hash part
  const Value more[] = {box_int(4), box_int(5), box_int(6)};
  table_set_list(space, table, 4, more, 3);
  EXPECT_EQ(table_length(table), 7u);
  const Value over[] = {box_int(70)};
  table_set_list(space, table, 7, over, 1);
  EXPECT_EQ(table_get(table, box_int(7)), box_int(70));
}

TEST_F(TableTest, TryingToSetNeverAllocates) {
  Table *table = make(4, 0);
  Value x = text("x");
  size_t before = heap.used_bytes();
  for (int key = 1; key <= 4; key++) EXPECT_TRUE(table_try_set(space, table, box_int(key), kTrue));
  EXPECT_FALSE(table_try_set(space, table, box_int(5), kTrue));
  EXPECT_FALSE(table_try_set(space, table, x, kTrue));
  EXPECT_TRUE(table_try_set(space, table, x, kNil));
  EXPECT_TRUE(table_try_set(space, table, box_int(4), kNil));
  EXPECT_EQ(table_length(table), 3u);
  EXPECT_EQ(heap.used_bytes(), before);
}

TEST_F(TableTest, TryingToAppendLeavesMigrationToOthers) {
  Table *table = make(4, 0);
  set(table, box_int(2), kTrue);
  EXPECT_FALSE(table_try_set(space, table, box_int(1), kTrue));
  set(table, box_int(1), kTrue);
  EXPECT_EQ(table_length(table), 2u);
}

TEST_F(TableTest, AssigningNilDuringATraversalIsFine) {
  Table *table = make();
  for (int key = 1; key <= 20; key++) set(table, box_int(key), kTrue);
  for (const char *key : {"a", "b", "c"}) set(table, text(key), kTrue);
  for (int key = 100; key < 110; key++) set(table, box_int(key * 10), kTrue);
  int met = 0;
  TableEntry entry{kNil, kNil};
  while (table_next(table, entry.key, &entry) && entry.key != kNil) {
    set(table, entry.key, kNil);
    met++;
  }
  EXPECT_EQ(met, 33);
  EXPECT_TRUE(keys(table).empty());
}

TEST_F(TableTest, NextOfAKeyThatNeverWasFails) {
  Table *table = make();
  set(table, text("x"), kTrue);
  TableEntry entry;
  EXPECT_FALSE(table_next(table, text("y"), &entry));
  EXPECT_FALSE(table_next(table, box_int(5), &entry));
  EXPECT_FALSE(table_next(table, kTrue, &entry));
}

TEST_F(TableTest, ThatASiteHasMadeIsCountedWhenItGrows) {
  Feedback feedback[2] = {};
  for (Feedback &each : feedback) sites.add(each);
  EXPECT_EQ(feedback[1].reference, 2u);
  const uint32_t sizes[] = {0, 1, 4, 5, 8, 9, 40};
  for (uint32_t size : sizes) {
    Table *table = make();
    table->site = 2;
    for (uint32_t key = 1; key <= size; key++) set(table, box_int(static_cast<int32_t>(key)), kTrue);
  }
  Table *at_once = make();
  at_once->site = 2;
  const Value values[12] = {};
  table_set_list(space, at_once, 1, values, 12);
  EXPECT_EQ(feedback[1].index, 7u);                              // with elements
  EXPECT_EQ(static_cast<uint32_t>(feedback[1].lookup), 5u);      // more than 4
  EXPECT_EQ(static_cast<uint32_t>(feedback[1].lookup >> 32), 3u); // more than 8
  EXPECT_EQ(feedback[0].index, 0u);
}

/** Against std::map, with keys of all kinds that collide in every way. */
TEST_F(TableTest, BehavesLikeAMapOnRandomOperations) {
  std::mt19937 random(1);
  for (int round = 0; round < 200; round++) {
    Table *table = make(random() % 8, random() % 8);
    std::map<Value, Value> model;
    int range = 1 << (2 + random() % 6);
    for (int step = 0; step < 400; step++) {
      int number = static_cast<int>(random() % range) - 2;
      Value key = random() % 4 ? box_int(number) : random() % 2 ? text("k" + std::to_string(number)) : box_double(number + 0.5);
      Value value = random() % 3 ? box_int(step) : kNil;
      if (random() % 2) {
        set(table, key, value);
      } else if (!table_try_set(space, table, key, value)) {
        set(table, key, value);
      }
      if (value == kNil) model.erase(key);
      else model[key] = value;
    }
    for (const auto &[key, value] : model) ASSERT_EQ(table_get(table, key), value);
    std::map<Value, Value> found;
    for (Value key : keys(table)) found[key] = table_get(table, key);
    ASSERT_EQ(found, model);
    uint32_t length = table_length(table);
    ASSERT_TRUE(length == 0 || model.count(box_int(static_cast<int>(length))));
    ASSERT_FALSE(model.count(box_int(static_cast<int>(length) + 1)));
  }
}

} // namespace yl
