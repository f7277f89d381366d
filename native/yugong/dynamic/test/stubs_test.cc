// SPDX-License-Identifier: MIT
//
// The core's assembly, described twice: its CFI and its regions say the same at every instruction.
#include <gtest/gtest.h>

#include <algorithm>

#include "arch/arch.h"
#include "loaded_objects.h"
#include "register.h"

namespace {

struct Stub {
  const char *name;
  uintptr_t start;
  std::vector<unsigned> instructions;
};

template <typename F>
uintptr_t at(F *function) {
  return reinterpret_cast<uintptr_t>(function);
}

const Stub kStubs[] = {
    {"yg_stack_swap2", at(yg::kSwap2), {0, 3, 6}},
    {"yg_stack_swap", at(yg::kSwap), {0,    3,    6,    7,    8,    0xa,  0xc,  0xe,  0x10, 0x17, 0x18, 0x1c, 0x1f,
                                      0x26, 0x29, 0x2a, 0x2c, 0x2d, 0x2f, 0x31, 0x33, 0x35, 0x36, 0x37, 0x38}},
    {"yg_stack_swap_fp", at(_yg_stack_swap_fp_cont) - 0x3a, {0,    3,    6,    9,    0xa,  0xb,  0xd,  0xf,  0x11, 0x13, 0x15, 0x19, 0x1d, 0x24, 0x25, 0x29,
                                                            0x2c, 0x33, 0x36, 0x37, 0x39, 0x3a, 0x3e, 0x42, 0x46, 0x48, 0x4a, 0x4c, 0x4e, 0x4f, 0x50, 0x51}},
    {"yg_host_call", at(yg::kHostCallByPointer), {0, 3, 6}},
    {"_yg_host_call", at(yg::kHostCall), {0,    1,    2,    4,    6,    8,    0xa,  0x11, 0x12, 0x16, 0x19, 0x1c, 0x20, 0x24, 0x27, 0x2b, 0x33,
                                            0x36, 0x3a, 0x3d, 0x44, 0x45, 0x47, 0x48, 0x4a, 0x4c, 0x4e, 0x50, 0x51, 0x52}},
    {"_yg_func_begin_resume", at(_yg_func_begin_resume) - 1, {0, 1, 4, 7, 8}},
    {"_yg_payload_begin", at(_yg_payload_begin) - 1, {0, 1, 6, 9, 0xc, 0x11, 0x12}},
    {"_yg_align_cont", at(_yg_align_cont) - 1, {0, 1, 2}},
    {"_yg_barrier_cont", at(_yg_barrier_cont) - 1, {0,    1,    8,    0xd,  0x12, 0x17, 0x1e, 0x22, 0x27, 0x28, 0x29, 0x2a, 0x2e,
                                                    0x31, 0x35, 0x36, 0x3a, 0x3f, 0x44, 0x49, 0x4d, 0x4e, 0x4f, 0x52, 0x54, 0x59}},
    {"_yg_barrier_values_cont", at(_yg_barrier_values_cont) - 1, {0, 1, 5, 0xa, 0xe, 0xf}},
    {"_yg_stack_bottom", at(_yg_stack_bottom) - 1, {0, 1, 5, 0xa}},
};

// Expressions are compared by their bytes, registers of rules that say "the same" not at all.
std::string textOf(const yg_dyn_state &state) {
  char text[500];
  yg_dyn_state_text(&state, text, sizeof text);
  std::string result = text;
  auto addExpression = [&](const yg_dyn_rule &rule) {
    if (rule.where == YG_DYN_EXPRESSION || rule.where == YG_DYN_AT_EXPRESSION)
      for (int i = 0; i <= rule.expression[0]; i++) result += " " + std::to_string(rule.expression[i]);
  };
  addExpression(state.cfa);
  for (const yg_dyn_rule &rule : state.registers) addExpression(rule);
  return result;
}

}  // namespace

TEST(DynamicStubs, RegionsEqualCfiAtEveryInstruction) {
  ASSERT_EQ(YG_DYN_OK, yg_dyn_register_stubs());
  EXPECT_EQ(YG_DYN_OK, yg_dyn_register_stubs());
  size_t compared = 0;
  for (const Stub &stub : kStubs)
    for (unsigned offset : stub.instructions) {
      yg::LoadedObjects objects;
      yg::Fde fde;
      yg_dyn_state by_cfi, by_regions;
      ASSERT_TRUE(objects.find(stub.start + offset, &fde)) << stub.name;
      ASSERT_EQ(YG_DYN_OK, yg::dynamic::stateOfFde(fde, stub.start + offset, &by_cfi));
      ASSERT_EQ(YG_DYN_OK, yg_dyn_state_at(stub.start + offset, &by_regions));
      EXPECT_EQ(textOf(by_cfi), textOf(by_regions)) << stub.name << "+0x" << std::hex << offset;
      compared++;
    }
  EXPECT_GT(compared, 100u);
}
