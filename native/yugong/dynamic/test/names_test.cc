// SPDX-License-Identifier: MIT
//
// A program that was written for libunwind's names.
#define YG_DYN_STOCK_NAMES
#include <gtest/gtest.h>

#include <cstdlib>

#include "yugong-dynamic.h"

TEST(DynamicNames, AProgramWrittenForLibunwind) {
  auto *region = static_cast<unw_dyn_region_info_t *>(std::calloc(1, _U_dyn_region_info_size(4)));
  region->insn_count = 16;
  region->op_count = 4;
  _U_dyn_op_add(&region->op[0], _U_QP_TRUE, 0, UNW_X86_64_RSP, -8);
  _U_dyn_op_spill_sp_rel(&region->op[1], _U_QP_TRUE, 0, UNW_X86_64_RBP, 0);
  _U_dyn_op_save_reg(&region->op[2], _U_QP_TRUE, 1, UNW_X86_64_RSP, UNW_X86_64_RBP);
  _U_dyn_op_stop(&region->op[3]);
  unw_dyn_info_t info{};
  info.start_ip = 0x40000;
  info.end_ip = 0x40010;
  info.format = UNW_INFO_FORMAT_DYNAMIC;
  info.u.pi.name_ptr = reinterpret_cast<unw_word_t>("written for libunwind");
  info.u.pi.regions = region;
  _U_dyn_register(&info);
  yg_dyn_state state;
  ASSERT_EQ(YG_DYN_OK, yg_dyn_state_at(0x40004, &state));
  char text[200];
  yg_dyn_state_text(&state, text, sizeof text);
  EXPECT_STREQ("cfa=rbp+16 rbp=[cfa-16] rip=[cfa-8]", text);
  EXPECT_EQ(21u, yg_dyn_name_at(0x40004, text, sizeof text));
  EXPECT_STREQ("written for libunwind", text);
  _U_dyn_cancel(&info);
  EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_state_at(0x40004, &state));
  std::free(region);
}
