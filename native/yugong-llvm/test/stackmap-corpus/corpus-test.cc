// SPDX-License-Identifier: MIT
//
// yugong-stackmap.h against llvm-readobj, on stackmaps that LLVM has made; then on the same bytes cut short and spoiled. Each parse gets a copy
// that ends where an unreadable page begins, so that reading past the end is a crash.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "yugong-stackmap.h"

namespace {

std::string fileText(const std::string &name) {
  std::ifstream file(std::string(YUGONG_CORPUS) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Memory that ends at an unreadable page.
class Cliff {
 public:
  Cliff() {
    memory_ = static_cast<char *>(mmap(nullptr, kSize + kPage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    mprotect(memory_ + kSize, kPage, PROT_NONE);
  }
  ~Cliff() { munmap(memory_, kSize + kPage); }
  const uint8_t *put(const std::string &bytes) {
    char *at = memory_ + kSize - bytes.size();
    std::memcpy(at, bytes.data(), bytes.size());
    return reinterpret_cast<const uint8_t *>(at);
  }

 private:
  static constexpr size_t kPage = 4096, kSize = 16 * kPage;
  char *memory_;
};

std::string dump(const yg_stackmap *stackmap) {
  char *text = nullptr;
  size_t size = 0;
  FILE *file = open_memstream(&text, &size);
  yg_stackmap_dump(stackmap, file);
  std::fclose(file);
  std::string result(text, size);
  std::free(text);
  return result;
}

class Corpus : public testing::TestWithParam<const char *> {
 protected:
  const std::string bytes_ = fileText(std::string(GetParam()) + ".stackmap");
  Cliff cliff_;

  // A status and what goes with it: a stackmap or a message.
  yg_status parse(const std::string &bytes) {
    yg_stackmap *stackmap = nullptr;
    const char *message = nullptr;
    yg_status status = yg_stackmap_parse(cliff_.put(bytes), bytes.size(), &stackmap, &message);
    if (status == YG_OK) {
      EXPECT_NE(stackmap, nullptr);
      dump(stackmap);
    } else {
      EXPECT_EQ(status, YG_ERROR_FORMAT);
      EXPECT_EQ(stackmap, nullptr);
      EXPECT_EQ(std::string(message).rfind("stackmap: ", 0), 0u);
    }
    yg_stackmap_free(stackmap);
    return status;
  }
};

INSTANTIATE_TEST_SUITE_P(Levels, Corpus,
                         testing::Values("locations-O0", "locations-O1", "locations-O2", "locations-O3", "statepoints-O0", "statepoints-O1",
                                         "statepoints-O2", "statepoints-O3"));

TEST_P(Corpus, ReadsAsLlvmReadobjDoes) {
  std::string expected = fileText(std::string(GetParam()) + ".txt");
  expected.erase(0, expected.find("LLVM StackMap"));
  yg_stackmap *stackmap = nullptr;
  ASSERT_EQ(yg_stackmap_parse(cliff_.put(bytes_), bytes_.size(), &stackmap, nullptr), YG_OK);
  EXPECT_EQ(dump(stackmap), expected);
  yg_stackmap_free(stackmap);
}

TEST_P(Corpus, ReadsSeveralOneAfterTheOther) {
  yg_stackmap *one = nullptr, *two = nullptr;
  const std::string twice = bytes_ + bytes_;
  ASSERT_EQ(yg_stackmap_parse(cliff_.put(bytes_), bytes_.size(), &one, nullptr), YG_OK);
  ASSERT_EQ(yg_stackmap_parse(cliff_.put(twice), twice.size(), &two, nullptr), YG_OK);
  EXPECT_EQ(dump(two), dump(one) + dump(one));
  EXPECT_EQ(yg_stackmap_record_count(two), 2 * yg_stackmap_record_count(one));
  yg_stackmap_free(one);
  yg_stackmap_free(two);
}

TEST_P(Corpus, GivesRecordsAndTheirValues) {
  yg_stackmap *stackmap = nullptr;
  ASSERT_EQ(yg_stackmap_parse(cliff_.put(bytes_), bytes_.size(), &stackmap, nullptr), YG_OK);
  const std::string text = dump(stackmap);
  const size_t count = yg_stackmap_record_count(stackmap);
  yg_stackmap_record record;
  yg_stackmap_value value;
  for (size_t at = 0; at < count; at++) {
    ASSERT_EQ(yg_stackmap_get_record(stackmap, at, &record), YG_OK);
    EXPECT_NE(text.find("Record ID: " + std::to_string(record.csid) + ","), std::string::npos);
    for (size_t index = 0; index < record.value_count; index++) {
      ASSERT_EQ(yg_stackmap_get_value(stackmap, at, index, &value), YG_OK);
      EXPECT_TRUE(value.kind >= YG_STACKMAP_REGISTER && value.kind <= YG_STACKMAP_CONSTANT);
    }
    EXPECT_EQ(yg_stackmap_get_value(stackmap, at, record.value_count, &value), YG_ERROR_ARGUMENT);
  }
  EXPECT_EQ(yg_stackmap_get_record(stackmap, count, &record), YG_ERROR_ARGUMENT);
  EXPECT_EQ(yg_stackmap_get_value(stackmap, count, 0, &value), YG_ERROR_ARGUMENT);
  EXPECT_EQ(yg_stackmap_get_record(nullptr, 0, &record), YG_ERROR_ARGUMENT);
  yg_stackmap_free(stackmap);
}

TEST_P(Corpus, CutShortIsAnError) {
  for (size_t size = 1; size < bytes_.size(); size++) EXPECT_EQ(parse(bytes_.substr(0, size)), YG_ERROR_FORMAT) << size;
  EXPECT_EQ(parse(""), YG_OK);
}

TEST_P(Corpus, SpoiledIsAnErrorOrAnotherAnswer) {
  std::mt19937 random(1);
  for (int round = 0; round < 20000; round++) {
    std::string spoiled = bytes_;
    for (unsigned i = 0, count = 1 + random() % 4; i < count; i++) spoiled[random() % spoiled.size()] = static_cast<char>(random() % 3 ? random() : 0xff);
    parse(spoiled);
  }
}

TEST(Corpus, HasEveryKindOfLocation) {
  const std::string all = fileText("locations-O2.txt") + fileText("statepoints-O2.txt");
  for (const char *what : {"Register R#", "Direct R#", "Indirect [R#", ": Constant ", "ConstantIndex #", "stack size: 18446744073709551615", "-bytes) ]"})
    EXPECT_NE(all.find(what), std::string::npos) << what;
}

}  // namespace
