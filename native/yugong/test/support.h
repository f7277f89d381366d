// SPDX-License-Identifier: MIT
//
// The tests' vocabulary: run a compiled function on a stack of its own until it pauses, look at it, resume it.
#ifndef YUGONG_TEST_SUPPORT_H
#define YUGONG_TEST_SUPPORT_H

#include <gtest/gtest.h>

#include <cstring>
#include <initializer_list>
#include <vector>

#include "yugong.h"

using TestVector = float __attribute__((vector_size(16)));

extern "C" {
extern yg_stack *test_current;
extern yg_stack test_host;
extern yg_pair (*test_host_function)(yg_stack *current, uintptr_t value);

uintptr_t test_pause(uintptr_t);
uintptr_t test_entry(void *, uintptr_t, uintptr_t);
uintptr_t test_needs_alignment(uintptr_t);
uintptr_t test_switch(uintptr_t);
uintptr_t test_keeper(void *function, uintptr_t);
uintptr_t test_far(void *function, uintptr_t);

#define YG_TEST_FUNCTIONS(prefix)                                                                 \
  uintptr_t prefix##_recurse(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);   \
  uintptr_t prefix##_dynamic(uintptr_t, uintptr_t);                                               \
  uintptr_t prefix##_kinds(uint8_t, uint16_t, uint32_t, uint64_t, float, double, void *);         \
  uintptr_t prefix##_vector(TestVector, uint64_t);                                                \
  uintptr_t prefix##_pair(uintptr_t);                                                             \
  void prefix##_never(uintptr_t);                                                                 \
  uintptr_t prefix##_twice(uintptr_t);                                                            \
  uintptr_t prefix##_many(uintptr_t);                                                             \
  uintptr_t prefix##_ping(uintptr_t)
YG_TEST_FUNCTIONS(o0);
YG_TEST_FUNCTIONS(o2);

extern const uint8_t __start_yg_stackmaps[], __stop_yg_stackmaps[];
}

#define EXPECT_STATUS(status, call) EXPECT_STREQ(yg_status_message(status), yg_status_message(call))
#define EXPECT_OK(call) EXPECT_STATUS(YG_OK, call)

template <typename F>
uintptr_t address(F *function) {
  return reinterpret_cast<uintptr_t>(function);
}

// A stack that runs one function of at most six words.
class TestStack {
 public:
  explicit TestStack(uintptr_t size = 64 << 10);
  ~TestStack();
  TestStack(const TestStack &) = delete;

  // Call `function`; the value that it pauses with, or its result.
  uintptr_t start(uintptr_t function, std::initializer_list<uintptr_t> arguments = {});
  // Resume; the value that it pauses with next, or its result.
  uintptr_t resume(uintptr_t first = 0, uintptr_t second = 0);
  yg_cursor cursor();
  // The call-site ids from the top to the bottom frame.
  std::vector<yg_csid> ids();
  std::vector<uint8_t> bytes() const;

  yg_stack stack;
};

yg_cursor steppedTo(TestStack &stack, yg_csid id, int occurrence = 0);
std::vector<uint64_t> words(const yg_cursor &cursor);

// The result of prefix_recurse(n, a, b, c, d, e) when its pause returns v.
uintptr_t recurseResult(uintptr_t n, uintptr_t a, uintptr_t b, uintptr_t c, uintptr_t d, uintptr_t e, uintptr_t v);

#endif
