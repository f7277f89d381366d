// SPDX-License-Identifier: MIT
//
// The table formats: the conversion's FDEs, found through each kind of binary-search table.
#include <gtest/gtest.h>

#include "procedures.h"
#include "stepper.h"

namespace {

struct Converted {
  explicit Converted(const Loaded &procedure) {
    words.resize(1024);
    bytes = reinterpret_cast<uint8_t *>(words.data());
    EXPECT_EQ(YG_DYN_OK, yg_dyn_to_eh_frame(&procedure.info, bytes, words.size() * 8, &size, &fde));
  }
  std::vector<uint64_t> words;
  uint8_t *bytes;
  size_t size = 0, fde = 0;
};

}  // namespace

// All hand-assembled procedures as one table, in each of the three formats.
TEST(DynamicTables, EveryInstructionThroughEachFormat) {
  Procedures procedures;
  std::vector<std::unique_ptr<Converted>> converted;
  CodeArea tables;  // near the code, as the rows' 32 bits ask for
  for (auto &procedure : procedures.all) {
    ASSERT_EQ(YG_DYN_OK, procedure->enter());
    converted.push_back(std::make_unique<Converted>(*procedure));
  }
  for (int format : {YG_DYN_FORMAT_TABLE, YG_DYN_FORMAT_REMOTE_TABLE, YG_DYN_FORMAT_IP_OFFSET}) {
    tables.clear();
    uintptr_t start = procedures.all.front()->info.start_ip, segbase = tables.place(std::vector<uint8_t>(16));
    std::vector<int32_t> rows;
    for (size_t i = 0; i < procedures.all.size(); i++) {
      uintptr_t fde = tables.place(std::vector<uint8_t>(converted[i]->bytes, converted[i]->bytes + converted[i]->size)) + converted[i]->fde;
      uintptr_t ip = procedures.all[i]->info.start_ip;
      rows.push_back(static_cast<int32_t>(ip - (format == YG_DYN_FORMAT_IP_OFFSET ? start : segbase)));
      rows.push_back(static_cast<int32_t>(fde - segbase));
    }
    // Out of the way: only the table is registered.
    Procedures fresh;
    yg_dyn_info info{};
    info.start_ip = start;
    info.end_ip = procedures.all.back()->info.end_ip;
    info.format = format;
    std::vector<uint64_t> data(rows.size() / 2);
    std::memcpy(data.data(), rows.data(), data.size() * 8);
    info.u.rti = {0, segbase, data.size(), reinterpret_cast<yg_dyn_word>(data.data())};
    EXPECT_EQ(YG_DYN_ERROR_OVERLAP, yg_dyn_register(&info, nullptr));
    for (auto &procedure : procedures.all) EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&procedure->info));
    ASSERT_EQ(YG_DYN_OK, yg_dyn_register(&info, nullptr));
    for (size_t i = 0; i < procedures.all.size(); i++) {
      SCOPED_TRACE(procedures.all[i]->name);
      std::vector<const Loaded *> list{procedures.all[i].get(), procedures.all[1].get()};
      StepResult result = stepThrough(list, 0x33, unwindByRegions);
      EXPECT_STEPS_WELL(result);
    }
    EXPECT_EQ(YG_DYN_OK, yg_dyn_cancel(&info));

    // Malformed ones.
    auto expectError = [&](yg_dyn_status status) {
      EXPECT_EQ(status, yg_dyn_register(&info, nullptr));
      yg_dyn_state state;
      EXPECT_EQ(YG_DYN_ERROR_NOT_REGISTERED, yg_dyn_state_at(start, &state));
    };
    std::swap(data[2], data[3]);
    expectError(YG_DYN_ERROR_TABLE);
    std::swap(data[2], data[3]);
    info.u.rti.table_len = 0;
    expectError(YG_DYN_ERROR_TABLE);
    info.u.rti.table_len = data.size();
    info.end_ip = procedures.all.back()->info.start_ip;
    expectError(YG_DYN_ERROR_TABLE);
    info.end_ip = procedures.all.back()->info.end_ip;
    uint8_t *first_fde = reinterpret_cast<uint8_t *>(segbase + static_cast<uintptr_t>(intptr_t{rows[1]}));
    first_fde[4] = 0;  // distance to its CIE
    expectError(YG_DYN_ERROR_CFI);
    for (auto &procedure : procedures.all) ASSERT_EQ(YG_DYN_OK, procedure->enter());
  }
}
