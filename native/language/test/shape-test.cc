// SPDX-License-Identifier: MIT
#include "shape.h"

#include "fixture.h"

namespace yl {

class ShapeTest : public HeapTest {};

TEST_F(ShapeTest, SameKeysInSameOrderAreOneShape) {
  Shape *xy = shapes.add_key(shapes.add_key(shapes.empty(), name("x")), name("y"));
  EXPECT_EQ(shapes.add_key(shapes.add_key(shapes.empty(), name("x")), name("y")), xy);
  Shape *yx = shapes.add_key(shapes.add_key(shapes.empty(), name("y")), name("x"));
  EXPECT_NE(yx, xy);
  EXPECT_EQ(find_slot(xy, name("x")), 0);
  EXPECT_EQ(find_slot(xy, name("y")), 1);
  EXPECT_EQ(find_slot(yx, name("x")), 1);
  EXPECT_EQ(find_slot(xy, name("z")), -1);
}

TEST_F(ShapeTest, ABranchDoesNotSeeTheOthersKeys) {
  Shape *x = shapes.add_key(shapes.empty(), name("x"));
  Shape *xy = shapes.add_key(x, name("y"));
  Shape *xr = shapes.add_key(x, name("r"));
  EXPECT_EQ(find_slot(x, name("y")), -1);
  EXPECT_EQ(find_slot(xr, name("y")), -1);
  EXPECT_EQ(find_slot(xr, name("r")), 1);
  EXPECT_EQ(find_slot(xy, name("r")), -1);
}

TEST_F(ShapeTest, TablesThatMayHaveAHandlerOfEqualityAreKnownByTheirShape) {
  Table *table = make();
  set(table, text("__index"), kTrue);
  EXPECT_FALSE(table->shape->may_have_eq);
  set(table, text("__eq"), kTrue);
  EXPECT_TRUE(table->shape->may_have_eq);
  set(table, text("__lt"), kTrue);
  EXPECT_TRUE(table->shape->may_have_eq);
  Table *dictionary = make();
  for (int number = 0; number < 200; number++) set(dictionary, text("key" + std::to_string(number)), kTrue);
  EXPECT_TRUE(dictionary->shape->is_dictionary && dictionary->shape->may_have_eq);
}

TEST_F(ShapeTest, TablesThatAreDictionariesDoNotMakeAShapeForEachKey) {
  std::vector<Table *> tables;
  for (int number = 0; number < 20000; number++) {
    tables.push_back(make());
    set(tables.back(), text("key" + std::to_string(number)), box_int(number));
    set(tables.back(), text("other" + std::to_string(number % 7)), kTrue);
  }
  EXPECT_LE(shapes.count(), 10 * kMostFollowers);
  EXPECT_FALSE(tables.front()->shape->is_dictionary);
  EXPECT_TRUE(tables.back()->shape->is_dictionary);
  for (int number = 0; number < 20000; number++) {
    EXPECT_EQ(table_get(tables[number], text("key" + std::to_string(number))), box_int(number));
    EXPECT_EQ(table_get(tables[number], text("other" + std::to_string(number % 7))), kTrue);
  }
  // What was there before goes on as it was.
  Table *table = make();
  set(table, text("key0"), kTrue);
  EXPECT_EQ(table->shape->parent, shapes.empty());
}

TEST_F(ShapeTest, ManyKeysAreFoundThroughTheIndex) {
  std::vector<Shape *> path{shapes.empty()};
  auto key = [&](int number) { return name("key" + std::to_string(number)); };
  for (int number = 0; number < 128; number++) path.push_back(shapes.add_key(path.back(), key(number)));
  for (int count = 0; count <= 128; count += 16)
    for (int number = 0; number < 128; number++) EXPECT_EQ(find_slot(path[count], key(number)), number < count ? number : -1);
  Shape *branch = shapes.add_key(path[100], name("other"));
  EXPECT_EQ(find_slot(branch, key(99)), 99);
  EXPECT_EQ(find_slot(branch, key(100)), -1);
  EXPECT_EQ(find_slot(branch, name("other")), 100);
}

} // namespace yl
