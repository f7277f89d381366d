// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <stdexcept>

#include "coroutine.h"
#include "engine.h"
#include "helpers.h"

namespace yl {

namespace {

ProtoDescription smallest_proto() {
  ProtoDescription description;
  description.name = "main chunk";
  description.source = "test.lua";
  description.register_count = 2;
  description.code = {0};
  description.lines = {1};
  description.liveness = {0};
  return description;
}

} // namespace

TEST(Runtime, RunsOnAStackOfItsOwnAndComesBack) {
  Runtime runtime({}, {});
  ProtoInfo *proto = runtime.add_proto(smallest_proto());
  EXPECT_TRUE(runtime.run(proto, {"test.lua", "x"}).ok);
  EXPECT_TRUE(runtime.run(proto, {}).ok);
}

TEST(Runtime, RejectsPrototypesThatDoNotAddUp) {
  Runtime runtime({}, {});
  ProtoDescription description = smallest_proto();
  description.register_count = 251;
  EXPECT_THROW(runtime.add_proto(description), std::invalid_argument);
  description = smallest_proto();
  description.lines.clear();
  EXPECT_THROW(runtime.add_proto(description), std::invalid_argument);
  description = smallest_proto();
  description.protos = {0};
  EXPECT_THROW(runtime.add_proto(description), std::invalid_argument);
}

TEST(Runtime, GlobalsNeverMove) {
  Runtime runtime({}, {});
  Value *first = &runtime.global("first");
  for (int number = 0; number < 10000; number++) runtime.global("global" + std::to_string(number)) = box_int(number);
  EXPECT_EQ(&runtime.global("first"), first);
  EXPECT_EQ(runtime.global("global77"), box_int(77));
}

TEST(Runtime, StacksOfDeadCoroutinesAreReused) {
  Runtime runtime({}, {});
  for (int number = 0; number < 5000; number++) retire(runtime, coroutine_new(runtime, kNil));
  EXPECT_EQ(runtime.first_stacks.slab_count(), 1u);
  EXPECT_EQ(runtime.coroutine_count, 5000u);
}

/** Of spare stacks beyond the first 1024: of what nobody has run deep on, no page is worth a system call. */
TEST(Runtime, SpareStacksThatHaveRunDeepGiveTheirPagesBack) {
  Runtime runtime({}, {});
  constexpr size_t kDepth = 64 << 10, kCount = 2000;
  std::vector<Coroutine *> coroutines;
  for (size_t number = 0; number < kCount; number++) {
    Coroutine *co = coroutine_new(runtime, kNil);
    memset(reinterpret_cast<void *>(co->stack.start + co->stack.size - kDepth), 0x55, kDepth - 4096);
    coroutines.push_back(co);
  }
  for (Coroutine *co : coroutines) retire(runtime, co);
  coroutine_new(runtime, kNil);
  take_retired_stacks(runtime);
  size_t resident = 0;
  for (const yg_stack &stack : runtime.first_stacks.spare()) {
    unsigned char is_resident = 0;
    ASSERT_EQ(0, mincore(reinterpret_cast<void *>((stack.start + stack.size - kDepth / 2) & ~uintptr_t{4095}), 4096, &is_resident));
    resident += is_resident & 1;
  }
  EXPECT_EQ(runtime.first_stacks.spare().size(), kCount - 1);
  EXPECT_EQ(resident, 1024u);
}

TEST(FieldFeedback, RemembersShapeAndSlotAndWhatWentWrong) {
  Runtime runtime({}, {});
  Table *a = table_new(runtime.tables, 0, 0), *b = table_new(runtime.tables, 0, 0);
  Value x = runtime.string_value("x");
  table_set(runtime.tables, a, x, box_int(1));
  table_set(runtime.tables, b, runtime.string_value("y"), kTrue);
  table_set(runtime.tables, b, x, box_int(2));

  Coroutine *co = runtime.main;
  Feedback feedback{};
  EXPECT_EQ(yl_leaf_get_field(co, &feedback, a, x), box_int(1));
  EXPECT_EQ(feedback.bits, kFieldSeen);
  EXPECT_EQ(feedback.reference, reinterpret_cast<uint64_t>(a->shape));
  EXPECT_EQ(feedback.index, 0u);
  EXPECT_EQ(yl_leaf_get_field(co, &feedback, b, x), box_int(2));
  EXPECT_EQ(feedback.bits, kFieldSeen);
  ASSERT_NE(feedback.cases, nullptr);
  EXPECT_EQ(feedback.cases->count, 2u);
  EXPECT_EQ(feedback.index, 1u);

  // This is the interpreter's inline cache: an absent key must not become a slot in it.
  EXPECT_EQ(yl_leaf_get_field(co, &feedback, a, runtime.string_value("absent")), kNil);
  EXPECT_EQ(feedback.reference, reinterpret_cast<uint64_t>(a->shape));
  EXPECT_EQ(reinterpret_cast<Lookup *>(feedback.lookup)->value, kNil);
  EXPECT_EQ(feedback.bits, kFieldSeen);
}

} // namespace yl
