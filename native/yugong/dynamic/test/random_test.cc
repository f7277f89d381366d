// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "random_procedure.h"
#include "stepper.h"

// 10 000 procedures in four parts, every instruction of both ways through each.
class DynamicRandom : public testing::TestWithParam<unsigned> {};

TEST_P(DynamicRandom, EveryInstructionOfTwentyFiveHundredProcedures) {
  std::mt19937 random(GetParam());
  CodeArea area;
  long stops = 0;
  for (int i = 0; i < 2500; i++) {
    area.clear();
    Loaded procedure(area, randomProcedure(random));
    ASSERT_EQ(YG_DYN_OK, procedure.enter());
    for (uintptr_t argument : {0, 1}) {
      StepResult result = stepThrough({&procedure}, argument, unwindByRegions);
      ASSERT_TRUE(result.kept_registers) << i;
      ASSERT_EQ("", result.failures.empty() ? std::string() : result.failures[0]) << i;
      stops += result.stops;
    }
  }
  EXPECT_GT(stops, 75000);
}

INSTANTIATE_TEST_SUITE_P(Seeds, DynamicRandom, testing::Values(1, 2, 3, 4));

// The conversion says the same: its rows, read by our .eh_frame reader through a table, are those of the regions.
TEST(DynamicRandomConversion, TheConversionAgreesAtEveryByte) {
  std::mt19937 random(7);
  CodeArea area;
#if defined(YUGONG_VALGRIND)
  constexpr int kCount = 50;  // at a hundredth of the speed
#else
  constexpr int kCount = 1000;
#endif
  for (int i = 0; i < kCount; i++) {
    area.clear();
    Loaded procedure(area, randomProcedure(random));
    std::vector<uint64_t> words(8192);
    uint8_t *bytes = reinterpret_cast<uint8_t *>(words.data());
    size_t size, fde;
    ASSERT_EQ(YG_DYN_OK, yg_dyn_to_eh_frame(&procedure.info, bytes, words.size() * 8, &size, &fde));
    uint64_t row = static_cast<uint64_t>(fde) << 32;
    yg_dyn_info table{};
    table.start_ip = procedure.info.start_ip;
    table.end_ip = procedure.info.end_ip;
    table.format = YG_DYN_FORMAT_IP_OFFSET;
    table.u.rti = {0, reinterpret_cast<yg_dyn_word>(bytes), 1, reinterpret_cast<yg_dyn_word>(&row)};
    for (uintptr_t ip = table.start_ip; ip < table.end_ip; ip++) {
      yg_dyn_state by_regions, by_table;
      ASSERT_EQ(YG_DYN_OK, yg_dyn_state_of(&procedure.info, ip, &by_regions));
      ASSERT_EQ(YG_DYN_OK, yg_dyn_state_of(&table, ip, &by_table));
      char first[1000], second[1000];
      yg_dyn_state_text(&by_regions, first, sizeof first);
      yg_dyn_state_text(&by_table, second, sizeof second);
      ASSERT_STREQ(first, second) << i << "+" << ip - table.start_ip;
    }
  }
}
