// SPDX-License-Identifier: MIT
//
// Wrong use of what gives stacks their memory, and of code registration. What is refused changes nothing that can be asked about: no byte
// of any stack, not how many more stacks there are, and not what is known at any address.
#include "made_up_code.h"
#include "snapshot.h"

namespace {

uintptr_t countUp(uintptr_t value) {
  for (;;) value = yg_stack_swap(test_current, &test_host, value + 1);
}

void begin(yg_stack *stack) {
  yg_cursor cursor;
  ASSERT_EQ(YG_OK, yg_cursor_new(&cursor, stack));
  ASSERT_EQ(YG_OK, yg_push_frame(&cursor, address(countUp)));
}

uintptr_t resume(yg_stack *stack, uintptr_t value) {
  test_current = stack;
  return yg_stack_swap(&test_host, stack, value);
}

// A slab of `kCount` stacks, all but one in use, and suspended.
class Slab {
 public:
  static constexpr size_t kCount = 4;

  explicit Slab(uint32_t flags) {
    EXPECT_OK(yg_slab_new(&slab, 8192, kCount, flags));
    for (yg_stack &stack : stacks) {
      EXPECT_OK(yg_stack_new_in_slab(&stack, slab));
      begin(&stack);
      EXPECT_EQ(8u, resume(&stack, 7));
    }
  }
  // Its stacks go on as if nothing had happened, and there is still exactly one more.
  ~Slab() {
    yg_stack last, one_more;
    EXPECT_OK(yg_stack_new_in_slab(&last, slab));
    EXPECT_STATUS(YG_ERROR_MEMORY, yg_stack_new_in_slab(&one_more, slab));
    EXPECT_OK(yg_stack_free(&last));
    for (yg_stack &stack : stacks) {
      EXPECT_EQ(10u, resume(&stack, 9));
      EXPECT_OK(yg_stack_free(&stack));
    }
    EXPECT_OK(yg_slab_free(slab));
  }

  std::vector<uint8_t> bytes() const {
    std::vector<uint8_t> bytes;
    for (const yg_stack &stack : stacks) {
      const uint8_t *start = reinterpret_cast<const uint8_t *>(stack.start), *object = reinterpret_cast<const uint8_t *>(&stack);
      bytes.insert(bytes.end(), start, start + stack.size);
      bytes.insert(bytes.end(), object, object + sizeof stack);
    }
    return bytes;
  }

  yg_slab *slab = nullptr;
  yg_stack stacks[kCount - 1];
};

#define EXPECT_SLAB_REFUSES(slab, status, call)       \
  do {                                                \
    std::vector<uint8_t> bytes_before = slab.bytes(); \
    EXPECT_STATUS(status, call);                      \
    EXPECT_TRUE(bytes_before == slab.bytes()) << #call; \
  } while (false)

class Slabs : public testing::TestWithParam<uint32_t> {};
INSTANTIATE_TEST_SUITE_P(Misuse, Slabs, testing::Values(0u, uint32_t{YG_SLAB_GUARDLESS}));

// What is known at the addresses of some code, and a walk over frames of other code.
struct Known {
  std::vector<yg_csid> ids;
  std::vector<yg_code *> codes;
  std::vector<yg_csid> walk;
  size_t retired;

  bool operator==(const Known &other) const {
    return ids == other.ids && codes == other.codes && walk == other.walk && retired == other.retired;
  }
};

constexpr uintptr_t kBase = 0x7100000000;
constexpr uint32_t kSites = 10;

class Registered {
 public:
  Registered() {
    stack.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
    EXPECT_OK(add(kBase, kSites, &code));
  }
  ~Registered() {
    for (uintptr_t i = 0; i < kSites; i++) EXPECT_EQ(i + 1, yg_csid_at(kBase + 16 + 16 * i, nullptr));
    EXPECT_OK(yg_code_unregister(code));
    EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), stack.resume(7));
  }

  Known known() {
    Known known;
    for (uintptr_t at = kBase - 512; at < kBase + 1024; at += 8) {
      yg_code *found;
      known.ids.push_back(yg_csid_at(at, &found));
      known.codes.push_back(found);
    }
    known.walk = stack.ids();
    known.retired = yg_code_reclaim();
    return known;
  }

  TestStack stack;
  yg_code *code;
};

#define EXPECT_REGISTRY_REFUSES(registered, status, call)       \
  do {                                                          \
    Known known_before = registered.known();                    \
    EXPECT_REFUSED(registered.stack, nullptr, status, call);    \
    EXPECT_TRUE(known_before == registered.known()) << #call;   \
  } while (false)

void neverReleased(yg_code *, void *) { ADD_FAILURE() << "released"; }

}  // namespace

TEST_P(Slabs, MakingThemAndTakingFromThem) {
  Slab slab(GetParam());
  yg_slab *made = slab.slab;
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_slab_new(nullptr, 4096, 1, 0));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_slab_new(&made, 4096, 0, 0));
  EXPECT_EQ(nullptr, made);
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_slab_new(&made, 4096, 1, 64));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_MEMORY, yg_slab_new(&made, UINTPTR_MAX, 1, 0));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_MEMORY, yg_slab_new(&made, 1 << 20, UINTPTR_MAX / 2, 0));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_MEMORY, yg_slab_new(&made, 4096, uintptr_t{1} << 40, 0));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_new_in_slab(nullptr, slab.slab));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_new_in_slab(&slab.stacks[0], nullptr));
  // None is left: the object that was to be filled, a live one even, is as before.
  yg_stack last;
  EXPECT_OK(yg_stack_new_in_slab(&last, slab.slab));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_MEMORY, yg_stack_new_in_slab(&slab.stacks[1], slab.slab));
  EXPECT_OK(yg_stack_free(&last));
}

TEST_P(Slabs, GivingBack) {
  Slab slab(GetParam());
  yg_stack &stack = slab.stacks[1];
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_slab_free(nullptr));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_IN_USE, yg_slab_free(slab.slab));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_free(nullptr));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_reset(nullptr));
  uintptr_t sp = stack.sp;
  stack.sp = 0;  // as if it ran
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_NOT_PAUSED, yg_stack_free(&stack));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_NOT_PAUSED, yg_stack_reset(&stack));
  stack.sp = sp;
  EXPECT_OK(yg_stack_track(&stack));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_IN_USE, yg_stack_free(&stack));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_IN_USE, yg_stack_reset(&stack));
  EXPECT_OK(yg_stack_untrack(&stack));
  // Twice: what the first time has left knows of no memory.
  yg_stack last;
  EXPECT_OK(yg_stack_new_in_slab(&last, slab.slab));
  EXPECT_OK(yg_stack_free(&last));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_free(&last));
  EXPECT_SLAB_REFUSES(slab, YG_ERROR_ARGUMENT, yg_stack_reset(&last));
}

TEST(Misuse, PooledStacks) {
  TestStack stack;
  stack.start(address(o2_recurse), {2, 1, 1, 1, 1, 1});
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, yg_stack_new(nullptr, 4096));
  EXPECT_OK(yg_stack_track(&stack.stack));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_IN_USE, yg_stack_free(&stack.stack));
  EXPECT_OK(yg_stack_untrack(&stack.stack));
  yg_stack freed;
  EXPECT_OK(yg_stack_new(&freed, 64 << 10));
  uintptr_t memory = freed.start;
  EXPECT_OK(yg_stack_free(&freed));
  EXPECT_REFUSED(stack, nullptr, YG_ERROR_ARGUMENT, yg_stack_free(&freed));
  // Freed twice, it is in the pool once.
  yg_stack first, second;
  EXPECT_OK(yg_stack_new(&first, 64 << 10));
  EXPECT_OK(yg_stack_new(&second, 64 << 10));
  EXPECT_EQ(memory, first.start);
  EXPECT_NE(first.start, second.start);
  EXPECT_OK(yg_stack_free(&first));
  EXPECT_OK(yg_stack_free(&second));
  // The pool has only what nobody uses.
  EXPECT_REFUSED(stack, nullptr, YG_OK, (yg_stack_pool_release(), YG_OK));
  EXPECT_EQ(recurseResult(2, 1, 1, 1, 1, 1, 7), stack.resume(7));
}

TEST(Misuse, Registration) {
  Registered registered;
  yg_code *code = registered.code;
  const char *message = nullptr;
  yg_code_description empty{}, no_bytes{}, no_frames{}, too_large{}, unknown_flag{};
  no_bytes.stackmap_size = 8;
  no_frames.eh_frame_size = 8;
  too_large.start = 16, too_large.size = UINTPTR_MAX;
  unknown_flag.flags = 0x80;
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_register(nullptr, &code, &message));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_register(&empty, nullptr, &message));
  for (const yg_code_description *wrong : {&no_bytes, &no_frames, &too_large, &unknown_flag}) {
    code = registered.code;
    EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_register(wrong, &code, &message));
    EXPECT_EQ(nullptr, code);
    EXPECT_STREQ("code: malformed description", message);
  }
  for (uintptr_t base : {kBase, kBase + 160, kBase - 160}) EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_OVERLAP, add(base, kSites, &code));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_OVERLAP, add(kBase, kSites, &code, nullptr, false));
}

// The first records are good, and are not kept.
TEST(Misuse, RegistrationOfMalformedBytes) {
  Registered registered;
  constexpr uintptr_t kNear = kBase + 512;
  std::vector<uint8_t> bytes = stackmap(kNear + 16, 4);
  yg_code_description description{};
  description.start = kNear, description.size = 80;
  description.stackmap = bytes.data();
  yg_code *code;
  const char *message = nullptr;
  for (size_t size = 1; size < bytes.size(); size += 5) {
    description.stackmap_size = size;
    EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_FORMAT, yg_code_register(&description, &code, &message));
    EXPECT_STRNE("", message);
  }
  description.stackmap_size = bytes.size();
  description.size = 63;
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_FORMAT, yg_code_register(&description, &code, &message));
  description.size = 80;
  const uint8_t frames[] = {0x10, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  description.eh_frame = frames;
  description.eh_frame_size = sizeof frames;
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_FORMAT, yg_code_register(&description, &code, &message));
  // The same bytes, whole.
  description.eh_frame = nullptr;
  description.eh_frame_size = 0;
  EXPECT_OK(yg_code_register(&description, &code, &message));
  EXPECT_OK(yg_code_unregister(code));
}

TEST(Misuse, UnregisteringAndRetiring) {
  Registered registered;
  yg_code *gone, *unranged;
  EXPECT_OK(add(kBase + 0x1000, 3, &gone));
  EXPECT_OK(yg_code_unregister(gone));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_unregister(nullptr));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_unregister(gone));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_retire(nullptr, neverReleased, nullptr));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_retire(gone, neverReleased, nullptr));
  // From here on, `gone` may be the address of another.
  EXPECT_OK(add(kBase + 0x2000, 3, &unranged, nullptr, false));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_ARGUMENT, yg_code_retire(unranged, neverReleased, nullptr));
  EXPECT_OK(yg_code_unregister(unranged));

  // Retired, and kept by a reader: neither retired again nor unregistered.
  yg_code *retired;
  EXPECT_OK(add(kBase + 0x3000, 3, &retired));
  yg_reader_enter();
  EXPECT_OK(yg_code_retire(retired, nullptr, nullptr));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_IN_USE, yg_code_retire(retired, neverReleased, nullptr));
  EXPECT_REGISTRY_REFUSES(registered, YG_ERROR_IN_USE, yg_code_unregister(retired));
  EXPECT_EQ(1u, yg_code_reclaim());
  yg_reader_leave();
  EXPECT_EQ(0u, yg_code_reclaim());
}
