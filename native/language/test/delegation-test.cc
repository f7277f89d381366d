// SPDX-License-Identifier: MIT
#include "delegation.h"

#include "fixture.h"

namespace yl {

class DelegationTest : public HeapTest {
 protected:
  void SetUp() override { delegations.set_names(name("__index"), name("__newindex")); }
  void set(Table *table, std::string_view key, Value value) { table_set_string(space, table, name(key), value); }
  /** A table whose metatable, a fresh one, has this __index. */
  Table *object(Value index) {
    Table *metatable = make(), *table = make();
    if (index != kNil) set(metatable, "__index", index);
    delegations.set_metatable(table, metatable);
    return table;
  }
  /** The same, after somebody has asked it for an absent key often. */
  Table *adopted(Value index) {
    Table *table = object(index);
    delegations.adopt(table);
    return table;
  }
  const Lookup *lookup(Table *table, std::string_view key) { return delegations.lookup(table->shape, name(key)); }
};

TEST_F(DelegationTest, ObjectsThatDelegateToTheSameTableHaveTheSameShape) {
  Table *methods = make();
  Table *a = adopted(box(methods)), *b = object(box(methods));
  EXPECT_EQ(a->shape, b->shape);
  EXPECT_NE(a->shape, shapes.empty());
  EXPECT_NE(a->shape, adopted(box(make()))->shape);
  delegations.set_metatable(b, nullptr);
  EXPECT_EQ(b->shape, shapes.empty());
}

TEST_F(DelegationTest, NobodyIsADelegateBeforeItIsAsked) {
  Table *methods = make();
  Table *object = this->object(box(methods));
  EXPECT_EQ(methods->shape, shapes.empty());
  EXPECT_EQ(lookup(object, "x")->kind, Lookup::kUnknown);
  delegations.adopt(object);
  EXPECT_NE(methods->shape, shapes.empty());
  EXPECT_EQ(lookup(object, "x")->kind, Lookup::kConstant);
}

TEST_F(DelegationTest, LookupsSayWhereAKeyIsFound) {
  Table *base = make(), *derived = object(box(base));
  set(base, "inherited", box_int(1));
  set(derived, "near", box_int(2));
  Table *object = adopted(box(derived));
  set(object, "own", box_int(3));
  EXPECT_EQ(lookup(object, "own")->kind, Lookup::kSlotOrNil);
  set(object, "near", box_int(4));
  EXPECT_EQ(lookup(object, "near")->kind, Lookup::kSlot); // nil there would not be nil
  const Lookup *own = lookup(object, "own");
  set(base, "own", box_int(5));
  EXPECT_TRUE(own->assumption.broken);
  EXPECT_EQ(lookup(object, "own")->kind, Lookup::kSlot);
  object = adopted(box(derived));
  EXPECT_EQ(lookup(object, "near")->value, box_int(2));
  EXPECT_EQ(lookup(object, "inherited")->value, box_int(1));
  EXPECT_EQ(lookup(object, "absent")->kind, Lookup::kConstant);
  EXPECT_EQ(lookup(object, "absent")->value, kNil);
  EXPECT_EQ(lookup(object, "near"), lookup(object, "near"));
}

TEST_F(DelegationTest, EachChangeBreaksWhatItChangesAndNothingElse) {
  Table *base = make(), *derived = object(box(base));
  set(base, "x", box_int(1));
  set(base, "y", box_int(2));
  Table *object = adopted(box(derived));
  const Lookup *x = lookup(object, "x"), *y = lookup(object, "y");
  set(derived, "x", box_int(10)); // comes in between
  EXPECT_TRUE(x->assumption.broken);
  EXPECT_FALSE(y->assumption.broken);
  x = lookup(object, "x");
  EXPECT_EQ(x->value, box_int(10));
  set(derived, "x", kNil);
  EXPECT_TRUE(x->assumption.broken);
  delegations.set_metatable(derived, nullptr);
  EXPECT_TRUE(y->assumption.broken);
  EXPECT_EQ(lookup(object, "y")->value, kNil);
}

TEST_F(DelegationTest, WhatHasChangedOnceIsReadFromItsSlot) {
  Table *state = make();
  set(state, "count", box_int(0));
  Table *object = adopted(box(state));
  const Lookup *before = lookup(object, "count");
  EXPECT_EQ(before->kind, Lookup::kConstant);
  EXPECT_FALSE(delegations.may_store(state->shape, name("count")));
  set(state, "count", box_int(1));
  EXPECT_TRUE(before->assumption.broken);
  const Lookup *after = lookup(object, "count");
  EXPECT_EQ(after->kind, Lookup::kVariable);
  EXPECT_EQ(after->holder, state);
  EXPECT_TRUE(delegations.may_store(state->shape, name("count")));
  state->slots[after->slot] = kNil; // an inline cache may do that; then the lookup would go on
  EXPECT_EQ(delegations.lookup(adopted(box(state))->shape, name("count")), after);
}

TEST_F(DelegationTest, AMetatableThatChangesSpeaksForAllLikeIt) {
  Table *methods = make();
  Table *object = adopted(box(methods)), *other = this->object(box(methods));
  set(methods, "m", kTrue);
  const Lookup *m = lookup(object, "m");
  set(other->metatable, "__newindex", box(methods));
  EXPECT_TRUE(m->assumption.broken);
  EXPECT_EQ(delegations.store(object->shape, name("new")).kind, Store::kUnknown);
  // Those that have not changed are found out about once more.
  delegations.adopt(object);
  EXPECT_EQ(lookup(object, "m")->value, kTrue);
  EXPECT_EQ(delegations.store(object->shape, name("new")).kind, Store::kAdd);
  delegations.adopt(other);
  EXPECT_EQ(lookup(other, "m")->kind, Lookup::kUnknown);
}

TEST_F(DelegationTest, StoresSayWhatBecomesOfTheShape) {
  Table *plain = make();
  Store add = delegations.store(plain->shape, name("x"));
  EXPECT_EQ(add.kind, Store::kAdd);
  EXPECT_EQ(add.slot, 0u);
  EXPECT_EQ(add.assumption, nullptr);
  set(plain, "x", kTrue);
  EXPECT_EQ(plain->shape, add.next);
  EXPECT_EQ(delegations.store(plain->shape, name("x")).kind, Store::kSlot);
  EXPECT_EQ(delegations.store(plain->shape, name("__index")).watched, Store::kIndex);
  Table *object = adopted(kNil);
  EXPECT_EQ(delegations.store(object->shape, name("x")).kind, Store::kAdd);
  EXPECT_FALSE(delegations.store(object->shape, name("x")).assumption->broken);
}

TEST_F(DelegationTest, ANilGetsASlotWhereNothingIsInherited) {
  Table *methods = make(), *object = adopted(box(methods)), *other = adopted(box(methods));
  set(methods, "m", kTrue);
  EXPECT_TRUE(delegations.store(object->shape, name("next")).keeps_nil);
  table_clear_field(space, object, name("next"));
  set(other, "next", kTrue);
  EXPECT_EQ(object->shape, other->shape);
  EXPECT_EQ(table_get(object, text("next")), kNil);
  TableEntry entry;
  ASSERT_TRUE(table_next(object, kNil, &entry));
  EXPECT_EQ(entry.key, kNil);
  Shape *before = object->shape;
  for (const char *key : {"m", "__index", "__newindex"}) table_clear_field(space, object, name(key));
  EXPECT_EQ(object->shape, before);
  EXPECT_FALSE(delegations.store(object->shape, name("m")).keeps_nil);
  before = methods->shape;
  table_clear_field(space, methods, name("absent")); // others delegate to it
  EXPECT_EQ(methods->shape, before);
  Table *unasked = this->object(box(make()));
  table_clear_field(space, unasked, name("next"));
  EXPECT_EQ(unasked->shape->slot_count, 0u);
}

TEST_F(DelegationTest, ShapesAreOutdatedUntilTheMetatableHasBeenAsked) {
  Table *fresh = object(box(make())), *handled = object(kTrue), *plain = object(kNil);
  EXPECT_TRUE(delegations.is_outdated(fresh->shape));
  EXPECT_FALSE(delegations.is_outdated(handled->shape));
  EXPECT_FALSE(delegations.is_outdated(plain->shape));
  EXPECT_FALSE(delegations.is_outdated(make()->shape));
  delegations.adopt(fresh);
  EXPECT_FALSE(delegations.is_outdated(fresh->shape));
  Shape *adopted = fresh->shape;
  set(fresh->metatable, "__index", kTrue);
  EXPECT_TRUE(delegations.is_outdated(adopted));
  delegations.adopt(fresh);
  EXPECT_EQ(fresh->shape, handled->shape);
}

TEST_F(DelegationTest, ConstructorsKnowTheShapeBeforehand) {
  Table *methods = make();
  Table *one = adopted(box(methods));
  MetatableChange shared = delegations.metatable_change(shapes.empty(), one->metatable);
  EXPECT_EQ(shared.next, one->shape);
  MetatableChange fresh = delegations.metatable_change(shapes.empty(), one->metatable->shape, box(methods));
  EXPECT_EQ(fresh.next, one->shape);
  EXPECT_EQ(delegations.metatable_change(shapes.empty(), one->metatable->shape, box(make())).next, nullptr);
}

TEST_F(DelegationTest, SelfReferenceEnds) {
  Table *self = make();
  set(self, "__index", box(self));
  delegations.set_metatable(self, self);
  delegations.adopt(self);
  EXPECT_EQ(lookup(self, "absent")->kind, Lookup::kUnknown);
}

TEST_F(DelegationTest, ADelegateMayHaveMoreKeysThanAShape) {
  Table *big = make();
  Table *object = adopted(box(big));
  for (int key = 0; key < 200; key++) set(big, "key" + std::to_string(key), box_int(key));
  EXPECT_TRUE(big->shape->is_dictionary);
  const Lookup *found = lookup(object, "key150");
  EXPECT_EQ(found->value, box_int(150));
  set(big, "key150", kTrue);
  EXPECT_TRUE(found->assumption.broken);
}

} // namespace yl
