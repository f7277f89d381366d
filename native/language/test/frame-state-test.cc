// SPDX-License-Identifier: MIT
#include "frame-state.h"

#include <gtest/gtest.h>

#include "value.h"

namespace yl {

namespace {

constexpr uint32_t source(uint32_t register_number, Representation representation) { return register_number | static_cast<uint32_t>(representation) << 16; }

// One frame whose R0 is a table {[1] = R1's value, slot 0 = itself}, not made so far. Both are results that wait, too.
const std::vector<uint32_t> kWithObject = {
    0, 3, 1, 1, 2, //
    0, 2, 0, source(0, Representation::kConstant), 0, 2, 0, source(0, Representation::kObject), 0, source(1, Representation::kDouble), 0,
    0, 1, 1, 2, source(0, Representation::kNil), 0, 1, 1, source(0, Representation::kDouble), 0, source(0, Representation::kObject), 0, //
    source(0, Representation::kObject), 0, source(0, Representation::kDouble), 0,
};

// One frame, of a closure that has not been made: it has captured itself, and a cell that holds an int32.
const std::vector<uint32_t> kWithClosure = {
    0, 3, 1, 2, kNoResults, //
    0, 2, 0, source(0, Representation::kObject), 0, 1, 0, source(0, Representation::kObject), 1, //
    1, 1, 0, 2, source(0, Representation::kNil), 0, 0, 2, source(0, Representation::kObject), 0, source(0, Representation::kObject), 1, //
    2, 0, 0, 1, source(0, Representation::kNil), 0, 0, 1, source(0, Representation::kInt32), 0,
};

// The first frame, whose R1 is a coroutine, has called that: the second one is its body's. R0 is one that is suspended at pc 4, with an int32 in R2.
const std::vector<uint32_t> kWithCoroutines = {
    0, 3, 2, 2, kNoResults, //
    0, 5, 3, source(0, Representation::kConstant), 0, 2, 0, source(1, Representation::kObject), 0, source(0, Representation::kObject), 1, //
    1, 0, 0, source(0, Representation::kConstant), 1, 0, 0, //
    3, 0, 2, 1, source(0, Representation::kNil), 0, 0, 0, //
    3, 1, 1, 4, source(0, Representation::kConstant), 1, 0, 1, source(2, Representation::kInt32), 0,
};

// The example of frame-state.h.
const std::vector<uint32_t> kInlined = {
    0, 3, 2, 0, kNoResults, //
    0, 5, 1, source(0, Representation::kConstant), 0, 2, 0, source(0, Representation::kBoxed), 0, source(4, Representation::kInt32), 1,
    1, 0, 0, source(0, Representation::kConstant), 1, 2, 0, source(0, Representation::kBoxed), 0, source(1, Representation::kInt32), 1,
};

bool find_proto(void *, uint32_t id, ProtoLimits *out) {
  *out = {6, 10};
  return id < 2;
}

const char *check(const std::vector<uint32_t> &words, uint32_t *keepalives) {
  return check_frame_state(words.data(), words.size(), 2, find_proto, nullptr, keepalives);
}

std::string wrong(size_t at, uint32_t word, std::vector<uint32_t> words = kInlined) {
  words[at] = word;
  uint32_t keepalives;
  const char *message = check(words, &keepalives);
  return message ? message : "";
}

} // namespace

TEST(FrameState, TheExampleIsRight) {
  uint32_t keepalives;
  EXPECT_EQ(check(kInlined, &keepalives), nullptr);
  EXPECT_EQ(keepalives, 2u);
}

TEST(FrameState, ChecksFindWhatIsWrong) {
  EXPECT_EQ(wrong(0, 2), "unknown kind");
  EXPECT_EQ(wrong(2, 0), "frame count out of range");
  EXPECT_EQ(wrong(2, 1), "");
  EXPECT_EQ(wrong(2, 3), "an outer frame must be after its call");
  EXPECT_EQ(wrong(5, 2), "unknown prototype");
  EXPECT_EQ(wrong(6, 10), "pc out of range");
  EXPECT_EQ(wrong(7, 0), "an outer frame must be after its call");
  EXPECT_EQ(wrong(9, 2), "constant index out of range");
  EXPECT_EQ(wrong(10, 1000), "frame state is cut off");
  EXPECT_EQ(wrong(10, 0xFFFFFFFF), "frame state is cut off");
  EXPECT_EQ(wrong(12, source(6, Representation::kBoxed)), "register out of range");
  EXPECT_EQ(wrong(12, 9u << 16), "unknown representation");
  EXPECT_EQ(wrong(13, kMaximumKeepAlives), "keep-alive index too large");
}

TEST(FrameState, ChecksObjects) {
  uint32_t keepalives;
  EXPECT_EQ(check(kWithObject, &keepalives), nullptr);
  EXPECT_EQ(keepalives, 1u);
  EXPECT_EQ(wrong(3, 0, kWithObject), "object number out of range");
  EXPECT_EQ(wrong(3, kMaximumVirtualObjects + 1, kWithObject), "object count out of range");
  EXPECT_EQ(wrong(16, 4, kWithObject), "unknown kind of object");
  EXPECT_EQ(wrong(16, 1, kWithObject), "object too large");
  EXPECT_EQ(wrong(17, 2, kWithObject), "subject index out of range");
  EXPECT_EQ(wrong(18, 0, kWithObject), "more values than there is room for");
  EXPECT_EQ(wrong(19, kMostInlineValues, kWithObject), "object too large");
  EXPECT_EQ(wrong(27, 1, kWithObject), "object number out of range");
  EXPECT_EQ(wrong(4, kMaximumResults + 1, kWithObject), "result count out of range");
  EXPECT_EQ(wrong(4, kNoResults, kWithObject), "");
  EXPECT_EQ(wrong(29, 1, kWithObject), "object number out of range");
}

TEST(FrameState, ChecksClosuresAndCells) {
  uint32_t keepalives;
  EXPECT_EQ(check(kWithClosure, &keepalives), nullptr);
  EXPECT_EQ(wrong(15, 2, kWithClosure), "subject index out of range");
  EXPECT_EQ(wrong(16, 1, kWithClosure), "object too large");
  EXPECT_EQ(wrong(17, kMostCaptures + 1, kWithClosure), "object too large");
  EXPECT_EQ(wrong(17, 1, kWithClosure), "more values than there is room for");
  EXPECT_EQ(wrong(27, 1, kWithClosure), "");
  EXPECT_EQ(wrong(33, 0, kWithClosure), "a cell holds one value");
}

TEST(FrameState, ChecksCoroutines) {
  uint32_t keepalives;
  EXPECT_EQ(check(kWithCoroutines, &keepalives), nullptr);
  EXPECT_EQ(keepalives, 1u);
  auto *state = reinterpret_cast<const FrameState *>(kWithCoroutines.data());
  EXPECT_EQ(coroutine_from(*state, 0), kNoCoroutine);
  EXPECT_EQ(coroutine_from(*state, 1), 0u);
  EXPECT_EQ(wrong(7, 1, kWithCoroutines), "a coroutine runs without frames");
  EXPECT_EQ(wrong(7, 2, kWithCoroutines), "an outer frame must be after its call");
  EXPECT_EQ(wrong(25, 5, kWithCoroutines), "unknown state of a coroutine");
  EXPECT_EQ(wrong(25, 4, kWithCoroutines), "a coroutine without its pc");
  EXPECT_EQ(wrong(33, 4, kWithCoroutines), "");
  EXPECT_EQ(wrong(25, 3, kWithCoroutines), "a frame waits for no coroutine");
  EXPECT_EQ(wrong(26, 2, kWithCoroutines), "a frame waits for no coroutine");
  EXPECT_EQ(wrong(32, 2, kWithCoroutines), "subject index out of range");
  EXPECT_EQ(wrong(33, 2, kWithCoroutines), "values of no register");
}

TEST(FrameState, EveryPrefixIsCutOff) {
  uint32_t keepalives;
  for (const std::vector<uint32_t> &whole : {kInlined, kWithObject, kWithClosure, kWithCoroutines})
    for (size_t length = 0; length < whole.size(); length++)
      EXPECT_STREQ(check({whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length)}, &keepalives), "frame state is cut off");
}

TEST(FrameState, SourcesAreBoxedByTheirRepresentation) {
  const uint64_t keepalives[] = {box_int(7), 0xDEADBEEF00000005ull, bits_of(2.5), 0xFFFFFF01, bits_of(1.0)};
  const Value constants[] = {kTrue}, objects[] = {kFalse};
  auto read = [&](Representation representation, uint32_t index) { return read_source({source(0, representation), index}, keepalives, constants, objects); };
  EXPECT_EQ(read(Representation::kBoxed, 0), box_int(7));
  EXPECT_EQ(read(Representation::kInt32, 1), box_int(5));
  EXPECT_EQ(read(Representation::kDouble, 2), bits_of(2.5));
  EXPECT_EQ(read(Representation::kBoolean, 3), kTrue);
  EXPECT_EQ(read(Representation::kConstant, 0), kTrue);
  EXPECT_EQ(read(Representation::kNil, 0), kNil);
  EXPECT_EQ(read(Representation::kObject, 0), kFalse);
}

TEST(FrameState, Dump) {
  EXPECT_EQ(dump_frame_state(*reinterpret_cast<const FrameState *>(kInlined.data())),
            "guard, reason 3\n"
            "  proto 0 after the call at 5, closure constant 0, R0 = boxed 0, R4 = int32 1\n"
            "  proto 1 at 0, closure constant 1, R0 = boxed 0, R1 = int32 1\n");
  EXPECT_EQ(dump_frame_state(*reinterpret_cast<const FrameState *>(kWithObject.data())),
            "guard, reason 3\n"
            "  proto 0 at 2, closure constant 0, R0 = object 0, R1 = double 0\n"
            "  object 0, shape constant 1, metatable nil 0, [1] = double 0, slot 0 = object 0\n"
            "  results object 0, double 0\n");
  EXPECT_EQ(dump_frame_state(*reinterpret_cast<const FrameState *>(kWithClosure.data())),
            "guard, reason 3\n"
            "  proto 0 at 2, closure object 0, R0 = object 1\n"
            "  object 0, prototype constant 1, metatable nil 0, slot 0 = object 0, slot 1 = object 1\n"
            "  object 1, cell 0, metatable nil 0, slot 0 = int32 0\n");
}

} // namespace yl
