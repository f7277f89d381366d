// SPDX-License-Identifier: MIT
//
// Unwinders that know nothing of us cross our frames by the CFI of the assembly.
#include <dlfcn.h>
#include <unwind.h>

#if YUGONG_HAS_LIBUNWIND
#define UNW_LOCAL_ONLY
#include <libunwind.h>
#endif

#include "arch/arch.h"
#include "support.h"

namespace {

using Pcs = std::vector<uintptr_t>;
Pcs seen;

// libunwind has functions of the same names, so libgcc's are asked for by library.
template <typename F>
F *libgcc(const char *name, F *) {
  static void *library = dlopen("libgcc_s.so.1", RTLD_NOW);
  return reinterpret_cast<F *>(dlsym(library, name));
}

void backtraceByLibgcc() {
  seen.clear();
  static auto *get_ip = libgcc("_Unwind_GetIP", &_Unwind_GetIP);
  auto note = [](_Unwind_Context *context, void *) {
    // libgcc shows the end of the stack as a last frame at 0.
    if (get_ip(context) != 0) seen.push_back(get_ip(context));
    return seen.size() < 100 ? _URC_NO_REASON : _URC_END_OF_STACK;
  };
  libgcc("_Unwind_Backtrace", &_Unwind_Backtrace)(note, nullptr);
}

void backtraceByLibunwind() {
  seen.clear();
#if YUGONG_HAS_LIBUNWIND
  unw_context_t context;
  unw_cursor_t cursor;
  unw_getcontext(&context);
  unw_init_local(&cursor, &context);
  do {
    unw_word_t pc;
    unw_get_reg(&cursor, UNW_REG_IP, &pc);
    seen.push_back(pc);
  } while (seen.size() < 100 && unw_step(&cursor) > 0);
#endif
}

void (*backtrace)();

yg_pair backtraceOnHost(yg_stack *, uintptr_t value) {
  backtrace();
  return {value, 0};
}

uintptr_t backtraceOnStack(uintptr_t value) {
  backtrace();
  return value;
}

// The return addresses of a paused stack, as our cursor finds them.
Pcs cursorPcs(yg_stack *stack) {
  Pcs pcs;
  yg_cursor cursor;
  EXPECT_OK(yg_cursor_new(&cursor, stack));
  do pcs.push_back(yg_cursor_pc(&cursor));
  while (yg_cursor_step(&cursor) == YG_OK);
  return pcs;
}

bool contains(const Pcs &pcs, uintptr_t pc) { return std::find(pcs.begin(), pcs.end(), pc) != pcs.end(); }

}  // namespace

class BacktraceTest : public testing::TestWithParam<void (*)()> {
 protected:
  void SetUp() override {
    backtrace = GetParam();
#if !YUGONG_HAS_LIBUNWIND
    if (backtrace == backtraceByLibunwind) GTEST_SKIP();
#endif
  }
};

TEST_P(BacktraceTest, FromTheHostSideOfAHostCallIntoTheLanguageStack) {
  static Pcs ours;
  test_host_function = [](yg_stack *current, uintptr_t value) {
    ours = cursorPcs(current);
    return backtraceOnHost(current, value);
  };
  TestStack stack;
  EXPECT_EQ(2u, stack.start(address(test_keeper), {address(o2_twice), 1}));
  test_host_function = nullptr;
  ASSERT_EQ(4u, ours.size());
  for (uintptr_t pc : ours) EXPECT_TRUE(contains(seen, pc)) << std::hex << pc;
  EXPECT_EQ(yg::addressOf(_yg_stack_bottom), seen.back());
}

TEST_P(BacktraceTest, EndsAtTheBottom) {
  TestStack stack;
  stack.start(address(test_keeper), {address(backtraceOnStack), 1});
  EXPECT_LT(seen.size(), 10u);
  EXPECT_EQ(yg::addressOf(_yg_stack_bottom), seen.back());
}

TEST_P(BacktraceTest, ThroughPushedFrames) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = steppedTo(stack, 201);
  EXPECT_OK(yg_pop_frames_to(&cursor));
  uintptr_t payload[3] = {};
  auto identity = +[](void *, uintptr_t value) { return value; };
  EXPECT_OK(yg_push_frame_payload(&cursor, address(identity), payload, sizeof payload, nullptr));
  EXPECT_OK(yg_push_frame(&cursor, address(test_needs_alignment)));
  EXPECT_OK(yg_push_frame(&cursor, address(backtraceOnStack)));
  EXPECT_EQ(8u, stack.resume(7));
  EXPECT_TRUE(contains(seen, yg::addressOf(_yg_func_begin_resume)));
  EXPECT_TRUE(contains(seen, yg::addressOf(_yg_payload_begin)));
  EXPECT_EQ(yg::addressOf(_yg_stack_bottom), seen.back());
}

// The CFI of a barrier finds the return address that it stands for.
TEST_P(BacktraceTest, ThroughReturnBarriers) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  yg_cursor cursor = stack.cursor();
  Pcs ours = cursorPcs(&stack.stack);
  auto pass = +[](yg_stack *, void *, yg_pair values) { return values; };
  yg_cursor below = cursor;
  while (yg_cursor_step(&below) == YG_OK) EXPECT_OK(yg_set_return_barrier(&below, pass, nullptr));
  EXPECT_OK(yg_push_frame(&cursor, address(backtraceOnStack)));
  EXPECT_EQ(7u, stack.resume(7));
  for (uintptr_t pc : ours) EXPECT_TRUE(contains(seen, pc)) << std::hex << pc;
  EXPECT_EQ(yg::addressOf(_yg_stack_bottom), seen.back());
  EXPECT_EQ(7u + 2, stack.resume(2));
}

// And while its function runs, the slot holds the return address again.
TEST_P(BacktraceTest, FromABarriersFunction) {
  TestStack stack;
  stack.start(address(test_keeper), {address(o2_twice), 1});
  static Pcs ours;
  yg_cursor cursor = steppedTo(stack, 201);
  auto look = +[](yg_stack *current, void *, yg_pair values) {
    ours = cursorPcs(current);
    backtrace();
    return values;
  };
  EXPECT_OK(yg_set_return_barrier(&cursor, look, nullptr));
  stack.resume(1);
  stack.resume(1);
  EXPECT_EQ(3u, ours.size());
  for (uintptr_t pc : ours) EXPECT_TRUE(contains(seen, pc)) << std::hex << pc;
  EXPECT_EQ(yg::addressOf(_yg_stack_bottom), seen.back());
}

INSTANTIATE_TEST_SUITE_P(Unwinders, BacktraceTest, testing::Values(backtraceByLibgcc, backtraceByLibunwind),
                         [](const auto &info) { return std::string(info.index == 0 ? "libgcc" : "libunwind"); });
