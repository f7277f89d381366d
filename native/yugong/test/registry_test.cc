// SPDX-License-Identifier: MIT
#include <atomic>
#include <thread>

#include "made_up_code.h"

namespace {

constexpr uintptr_t kBase = 0x7000000000;

}  // namespace

TEST(Registry, LooksUpExactReturnAddresses) {
  yg_code *code, *found;
  int cookie;
  EXPECT_OK(add(kBase, 10, &code, &cookie));
  for (uintptr_t i = 0; i < 10; i++) EXPECT_EQ(i + 1, yg_csid_at(kBase + 16 + 16 * i, &found));
  EXPECT_EQ(code, found);
  EXPECT_EQ(&cookie, yg_code_cookie(found));
  EXPECT_STREQ("made up", yg_code_name(found));
  EXPECT_EQ(0u, yg_csid_at(kBase + 17, &found));
  EXPECT_EQ(nullptr, found);
  for (uintptr_t odd : {uintptr_t{0}, uintptr_t{1}, UINTPTR_MAX}) EXPECT_EQ(0u, yg_csid_at(odd, nullptr));
  EXPECT_OK(yg_code_unregister(code));
  EXPECT_EQ(0u, yg_csid_at(kBase + 16, nullptr));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_unregister(code));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_unregister(nullptr));
}

TEST(Registry, RefusesOverlap) {
  yg_code *code, *other, *unranged;
  EXPECT_OK(add(kBase, 10, &code));
  EXPECT_STATUS(YG_ERROR_OVERLAP, add(kBase, 10, &other));
  EXPECT_STATUS(YG_ERROR_OVERLAP, add(kBase + 160, 10, &other));
  EXPECT_STATUS(YG_ERROR_OVERLAP, add(kBase - 160, 10, &other));
  EXPECT_STATUS(YG_ERROR_OVERLAP, add(kBase, 10, &unranged, nullptr, false));
  EXPECT_EQ(nullptr, other);
  EXPECT_OK(add(kBase + 176, 10, &other));
  EXPECT_OK(yg_code_unregister(other));
  EXPECT_OK(yg_code_unregister(code));
}

TEST(Registry, RefusesRecordsOutsideTheCode) {
  std::vector<uint8_t> bytes = stackmap(kBase + 16, 4);
  yg_code_description description{};
  description.stackmap = bytes.data();
  description.stackmap_size = bytes.size();
  description.start = kBase;
  yg_code *code;
  const char *message = nullptr;
  description.size = 63;
  EXPECT_STATUS(YG_ERROR_FORMAT, yg_code_register(&description, &code, &message));
  EXPECT_STREQ("stackmap: record outside the code", message);
  EXPECT_EQ(0u, yg_csid_at(kBase + 16, nullptr));
  description.size = 64;  // the last return address lies just past the end
  EXPECT_OK(yg_code_register(&description, &code, nullptr));
  EXPECT_OK(yg_code_unregister(code));
}

TEST(Registry, MalformedDescriptions) {
  yg_code *code;
  yg_code_description description{};
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_register(nullptr, &code, nullptr));
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_register(&description, nullptr, nullptr));
  description.stackmap_size = 8;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_register(&description, &code, nullptr));
  description = {};
  description.start = 16, description.size = UINTPTR_MAX;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_register(&description, &code, nullptr));
  description = {};
  description.flags = 0x80;
  EXPECT_STATUS(YG_ERROR_ARGUMENT, yg_code_register(&description, &code, nullptr));
}

TEST(Registry, ManyRoundsOfAddingAndRemoving) {
  for (int round = 0; round < 2000; round++) {
    yg_code *codes[4];
    for (uintptr_t i = 0; i < 4; i++) EXPECT_OK(add(kBase + 0x100000 * ((static_cast<uintptr_t>(round) * 7 + i) % 97), 20, &codes[i]));
    for (yg_code *code : codes) EXPECT_OK(yg_code_unregister(code));
  }
}

TEST(Registry, ReadersNeverMissCodeThatStays) {
  yg_code *kept;
  EXPECT_OK(add(kBase, 100, &kept));
  std::atomic<bool> stop{false};
  std::atomic<uint64_t> looked_up{0}, wrong{0};
  std::thread reader([&] {
    while (!stop) {
      for (uintptr_t i = 0; i < 100; i++) {
        yg_code *code;
        if (yg_csid_at(kBase + 16 + 16 * i, &code) != i + 1 || code != kept) wrong++;
        yg_csid_at(kBase + 0x10000000 + 16 * i, nullptr);
      }
      looked_up += 100;
    }
  });
  std::vector<yg_code *> codes;
  for (uintptr_t round = 0; round < 40; round++) {
    for (uintptr_t i = 0; i < 20; i++) {
      codes.push_back(nullptr);
      EXPECT_OK(add(kBase + 0x10000000 + 0x10000 * i, 5 + 10 * static_cast<uint32_t>(round), &codes.back()));
    }
    while (!codes.empty()) {
      EXPECT_OK(yg_code_unregister(codes.back()));
      codes.pop_back();
    }
  }
  while (looked_up == 0) std::this_thread::yield();
  stop = true;
  reader.join();
  EXPECT_EQ(0u, wrong);
  EXPECT_OK(yg_code_unregister(kept));
}

TEST(Status, EveryOneHasAMessage) {
  for (int status = YG_OK; status >= YG_ERROR_NOT_BOTTOM; status--)
    EXPECT_STRNE("Unknown status.", yg_status_message(static_cast<yg_status>(status)));
  EXPECT_STREQ("Unknown status.", yg_status_message(static_cast<yg_status>(YG_ERROR_NOT_BOTTOM - 1)));
}
