// SPDX-License-Identifier: MIT
//
// Stock libunwind: our structures have its layout; its unw_step walks through procedures by the conversion, at every instruction.
#include <gtest/gtest.h>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "procedures.h"
#include "random_procedure.h"
#include "stepper.h"
#include "yugong-publish.h"

#define SAME_FIELD(ours, theirs, field)                                                             \
  static_assert(offsetof(ours, field) == offsetof(theirs, field) && sizeof(ours::field) == sizeof(theirs::field), #field)

static_assert(sizeof(yg_dyn_op) == sizeof(unw_dyn_op_t) && sizeof(yg_dyn_op) == 16);
SAME_FIELD(yg_dyn_op, unw_dyn_op_t, tag);
SAME_FIELD(yg_dyn_op, unw_dyn_op_t, qp);
SAME_FIELD(yg_dyn_op, unw_dyn_op_t, reg);
SAME_FIELD(yg_dyn_op, unw_dyn_op_t, when);
SAME_FIELD(yg_dyn_op, unw_dyn_op_t, val);
static_assert(sizeof(yg_dyn_region_info) == sizeof(unw_dyn_region_info_t));
SAME_FIELD(yg_dyn_region_info, unw_dyn_region_info_t, next);
SAME_FIELD(yg_dyn_region_info, unw_dyn_region_info_t, insn_count);
SAME_FIELD(yg_dyn_region_info, unw_dyn_region_info_t, op_count);
SAME_FIELD(yg_dyn_region_info, unw_dyn_region_info_t, op);
static_assert(sizeof(yg_dyn_proc_info) == sizeof(unw_dyn_proc_info_t));
SAME_FIELD(yg_dyn_proc_info, unw_dyn_proc_info_t, name_ptr);
SAME_FIELD(yg_dyn_proc_info, unw_dyn_proc_info_t, handler);
SAME_FIELD(yg_dyn_proc_info, unw_dyn_proc_info_t, flags);
SAME_FIELD(yg_dyn_proc_info, unw_dyn_proc_info_t, regions);
static_assert(sizeof(yg_dyn_table_info) == sizeof(unw_dyn_table_info_t));
SAME_FIELD(yg_dyn_table_info, unw_dyn_table_info_t, name_ptr);
SAME_FIELD(yg_dyn_table_info, unw_dyn_table_info_t, segbase);
SAME_FIELD(yg_dyn_table_info, unw_dyn_table_info_t, table_len);
SAME_FIELD(yg_dyn_table_info, unw_dyn_table_info_t, table_data);
static_assert(sizeof(yg_dyn_remote_table_info) == sizeof(unw_dyn_remote_table_info_t));
SAME_FIELD(yg_dyn_remote_table_info, unw_dyn_remote_table_info_t, table_data);
static_assert(sizeof(yg_dyn_info) == sizeof(unw_dyn_info_t));
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, next);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, prev);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, start_ip);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, end_ip);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, gp);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, format);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, load_offset);
SAME_FIELD(yg_dyn_info, unw_dyn_info_t, u);

#define SAME_VALUE(ours, theirs) static_assert(static_cast<int>(ours) == static_cast<int>(theirs), #theirs)
SAME_VALUE(YG_DYN_STOP, UNW_DYN_STOP);
SAME_VALUE(YG_DYN_SAVE_REG, UNW_DYN_SAVE_REG);
SAME_VALUE(YG_DYN_SPILL_FP_REL, UNW_DYN_SPILL_FP_REL);
SAME_VALUE(YG_DYN_SPILL_SP_REL, UNW_DYN_SPILL_SP_REL);
SAME_VALUE(YG_DYN_ADD, UNW_DYN_ADD);
SAME_VALUE(YG_DYN_POP_FRAMES, UNW_DYN_POP_FRAMES);
SAME_VALUE(YG_DYN_LABEL_STATE, UNW_DYN_LABEL_STATE);
SAME_VALUE(YG_DYN_COPY_STATE, UNW_DYN_COPY_STATE);
SAME_VALUE(YG_DYN_ALIAS, UNW_DYN_ALIAS);
SAME_VALUE(YG_DYN_FORMAT_DYNAMIC, UNW_INFO_FORMAT_DYNAMIC);
SAME_VALUE(YG_DYN_FORMAT_TABLE, UNW_INFO_FORMAT_TABLE);
SAME_VALUE(YG_DYN_FORMAT_REMOTE_TABLE, UNW_INFO_FORMAT_REMOTE_TABLE);
SAME_VALUE(YG_DYN_FORMAT_ARM_EXIDX, UNW_INFO_FORMAT_ARM_EXIDX);
SAME_VALUE(YG_DYN_FORMAT_IP_OFFSET, UNW_INFO_FORMAT_IP_OFFSET);
SAME_VALUE(YG_DYN_RSP, UNW_X86_64_RSP);
SAME_VALUE(YG_DYN_RBP, UNW_X86_64_RBP);
SAME_VALUE(YG_DYN_RIP, UNW_X86_64_RIP);
SAME_VALUE(YG_DYN_QP_TRUE, _U_QP_TRUE);

namespace {

int unwindByLibunwind(void *ucontext, Registers *frames, int count) {
  unw_cursor_t cursor;
  unw_init_local2(&cursor, static_cast<unw_context_t *>(ucontext), UNW_INIT_SIGNAL_FRAME);
  for (int i = 0; i < count; i++) {
    if (unw_step(&cursor) <= 0) return i;
    for (int reg : {RBX, RBP, R12, R13, R14, R15, RSP, RIP}) {
      unw_word_t value;
      if (unw_get_reg(&cursor, reg, &value) != 0) return i;
      frames[i].values[reg] = value;
    }
  }
  return count;
}

}  // namespace

TEST(DynamicStock, RegionSizes) {
  for (size_t n : {0, 1, 2, 10}) {
    EXPECT_EQ(16 + 16 * n, yg_dyn_region_info_size(n));
    EXPECT_EQ(static_cast<ptrdiff_t>(yg_dyn_region_info_size(n)), _U_dyn_region_info_size(n));
  }
}

// Only published, not registered with us: what libunwind knows, it knows from the conversion.
TEST(DynamicStock, EveryInstructionOfEveryProcedure) {
  Procedures procedures;
  ASSERT_NO_FATAL_FAILURE(procedures.enterAll());
  std::vector<yg_dyn_publication *> publications(procedures.all.size());
  for (size_t i = 0; i < publications.size(); i++)
    ASSERT_EQ(YG_DYN_OK, yg_dyn_publish(&procedures.all[i]->info, YG_PUBLISH_LIBUNWIND, &publications[i]));
  for (size_t i = 0; i < procedures.all.size(); i++) {
    SCOPED_TRACE(procedures.all[i]->name);
    std::vector<const Loaded *> list{procedures.all[i].get(), procedures.all[1].get()};
    for (uintptr_t argument : {0, 0x33}) {
      StepResult result = stepThrough(list, argument, unwindByLibunwind);
      EXPECT_STEPS_WELL(result);
    }
  }
  for (yg_dyn_publication *publication : publications) EXPECT_EQ(YG_DYN_OK, yg_dyn_withdraw(publication));
}

// The addresses are the same each time: libunwind must not go by what it knew of the procedure before.
TEST(DynamicStock, EveryInstructionOfAThousandRandomProcedures) {
  std::mt19937 random(11);
  CodeArea area;
  long stops = 0;
  for (int i = 0; i < 1000; i++) {
    area.clear();
    Loaded procedure(area, randomProcedure(random));
    yg_dyn_publication *publication;
    ASSERT_EQ(YG_DYN_OK, yg_dyn_publish(&procedure.info, YG_PUBLISH_LIBUNWIND, &publication));
    for (uintptr_t argument : {0, 1}) {
      StepResult result = stepThrough({&procedure}, argument, unwindByLibunwind);
      EXPECT_TRUE(result.kept_registers) << i;
      EXPECT_EQ("", result.failures.empty() ? std::string() : result.failures[0]) << i;
      stops += result.stops;
    }
    ASSERT_EQ(YG_DYN_OK, yg_dyn_withdraw(publication));
    if (HasFailure()) break;
  }
  EXPECT_GT(stops, 30000);
}

TEST(DynamicStock, KnowsNothingOfWhatIsWithdrawn) {
  Procedures procedures;
  yg_dyn_publication *publication;
  const Loaded &procedure = *procedures.all[3];
  auto info_of = [&] {
    unw_proc_info_t info;
    return unw_get_proc_info_by_ip(unw_local_addr_space, procedure.info.start_ip, &info, nullptr);
  };
  EXPECT_NE(0, info_of());
  ASSERT_EQ(YG_DYN_OK, yg_dyn_publish(&procedure.info, YG_PUBLISH_LIBUNWIND, &publication));
  EXPECT_EQ(0, info_of());
  EXPECT_EQ(YG_DYN_OK, yg_dyn_withdraw(publication));
  EXPECT_NE(0, info_of());
}
