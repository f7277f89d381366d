// SPDX-License-Identifier: MIT
//
// What perf's files say, read by a parser of their formats. (perf.cmake runs perf itself.)
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include "bytes.h"
#include "eh_frame.h"
#include "jit_code.h"

namespace {

using yg::Bytes;

std::string read(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string perfMapPath() { return "/tmp/perf-" + std::to_string(getpid()) + ".map"; }

std::map<uintptr_t, std::string> perfMap() {
  std::map<uintptr_t, std::string> lines;
  std::istringstream text(read(perfMapPath()));
  std::string line;
  while (std::getline(text, line)) {
    uintptr_t start = 0, size = 0;
    char name[100] = "";
    EXPECT_EQ(3, std::sscanf(line.c_str(), "%lx %lx %99[^\n]", &start, &size, name)) << line;
    EXPECT_NE(0u, size);
    lines[start] = name;
  }
  return lines;
}

struct Load {
  uint64_t address, index;
  std::string name, code;
  std::vector<uint8_t> unwinding;
  uint64_t header_size = 0;
  std::vector<std::pair<uint64_t, uint32_t>> lines;
};

std::string text(Bytes &bytes) {
  std::string text;
  while (char letter = static_cast<char>(bytes.read<uint8_t>())) text += letter;
  return text;
}

std::vector<Load> jitdump(const std::string &path) {
  std::string file = read(path);
  const uint8_t *begin = reinterpret_cast<const uint8_t *>(file.data());
  Bytes bytes(begin, begin + file.size());
  EXPECT_EQ(0x4a695444u, bytes.read<uint32_t>());
  EXPECT_EQ(1u, bytes.read<uint32_t>());
  EXPECT_EQ(40u, bytes.read<uint32_t>());
  EXPECT_EQ(62u, bytes.read<uint32_t>());
  bytes.skip(4);
  EXPECT_EQ(static_cast<uint32_t>(getpid()), bytes.read<uint32_t>());
  bytes.skip(16);
  std::vector<Load> loads;
  Load next{};
  uint64_t time = 0;
  while (bytes.ok() && !bytes.atEnd()) {
    uint32_t id = bytes.read<uint32_t>(), size = bytes.read<uint32_t>();
    uint64_t recorded = bytes.read<uint64_t>();
    EXPECT_LE(time, recorded);
    time = recorded;
    Bytes body = bytes.take(size - 16);
    if (id == 0) {
      EXPECT_EQ(static_cast<uint32_t>(getpid()), body.read<uint32_t>());
      body.skip(12);
      next.address = body.read<uint64_t>();
      uint64_t code_size = body.read<uint64_t>();
      next.index = body.read<uint64_t>();
      next.name = text(body);
      EXPECT_EQ(code_size, body.remaining());
      next.code.assign(reinterpret_cast<const char *>(body.at()), body.remaining());
      loads.push_back(next);
      next = Load{};
    } else if (id == 2) {
      body.skip(8);
      for (uint64_t left = body.read<uint64_t>(); left != 0; left--) {
        uint64_t address = body.read<uint64_t>();
        next.lines.emplace_back(address, body.read<uint32_t>());
        body.skip(4);
        EXPECT_EQ("jit.lang", text(body));
      }
    } else {
      EXPECT_EQ(4u, id);
      uint64_t unwinding_size = body.read<uint64_t>();
      next.header_size = body.read<uint64_t>();
      EXPECT_EQ(unwinding_size, body.read<uint64_t>()) << "there is room behind the code";
      next.unwinding.assign(body.at(), body.at() + unwinding_size);
    }
  }
  EXPECT_TRUE(bytes.ok());
  return loads;
}

void setOptions(uint32_t prune, const char *directory) {
  yg_publish_options options{0, prune, directory};
  ASSERT_EQ(YG_OK, yg_publish_options_set(&options));
}

}  // namespace

TEST(ToolsPerfMap, HasALineForEachSymbol) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_PERF_MAP));
  ASSERT_EQ(uint32_t{YG_PUBLISH_PERF_MAP}, yg_code_published(code.code));
  auto lines = perfMap();
  EXPECT_EQ("test_jit_call", lines[code.start()]);
  EXPECT_EQ("test_jit_spin", lines[code.start() + JitCode::kSpinOffset]);
}

TEST(ToolsPerfMap, KeepsCodeThatIsGoneUntilOtherCodeLiesThere) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_PERF_MAP));
  ASSERT_EQ(YG_OK, code.unregister());
  EXPECT_EQ(1u, perfMap().count(code.start()));
  yg_code_description description = code.description();
  description.start += 16;
  description.size = 300;
  description.stackmap = nullptr;
  description.stackmap_size = 0;
  description.eh_frame = nullptr;
  description.eh_frame_size = 0;
  description.name = "other\ncode";
  yg_publish_details details{YG_PUBLISH_PERF_MAP, nullptr, 0, nullptr, 0};
  ASSERT_EQ(YG_OK, yg_code_register_published(&description, &details, &code.code, nullptr));
  auto lines = perfMap();
  EXPECT_EQ(0u, lines.count(code.start()));
  EXPECT_EQ(0u, lines.count(code.start() + JitCode::kSpinOffset));
  EXPECT_EQ("other code", lines[code.start() + 16]);
}

TEST(ToolsPerfMap, IsPrunedWhenAskedTo) {
  setOptions(1, nullptr);
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_PERF_MAP));
  ASSERT_EQ(YG_OK, code.unregister());
  EXPECT_EQ(0u, perfMap().count(code.start()));
  setOptions(0, nullptr);
}

TEST(ToolsPerfMap, OfAForkedProcessHasWhatItInherited) {
  JitCode code;
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_PERF_MAP));
  pid_t child = fork();
  if (child == 0) {
    JitCode another;
    another.publish(YG_PUBLISH_PERF_MAP);
    bool both = perfMap().count(code.start()) == 1 && perfMap().count(another.start()) == 1;
    unlink(perfMapPath().c_str());
    _exit(both ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  EXPECT_EQ(0, status);
}

TEST(ToolsJitdump, HasCodeLinesAndUnwindInfo) {
  char directory[] = "/tmp/yugong-jitdump-XXXXXX";
  ASSERT_NE(nullptr, mkdtemp(directory));
  setOptions(0, directory);
  JitCode code;
  std::string bytes(reinterpret_cast<const char *>(code.start()), JitCode::kCallSize);
  ASSERT_EQ(YG_OK, code.publish(YG_PUBLISH_JITDUMP, true));
  ASSERT_EQ(uint32_t{YG_PUBLISH_JITDUMP}, yg_code_published(code.code));
  std::string path = std::string(directory) + "/jit-" + std::to_string(getpid()) + ".dump";
  std::vector<Load> loads = jitdump(path);
  ASSERT_EQ(2u, loads.size());
  EXPECT_EQ("test_jit_call", loads[0].name);
  EXPECT_EQ(code.start(), loads[0].address);
  EXPECT_EQ(bytes, loads[0].code);
  EXPECT_EQ("test_jit_spin", loads[1].name);
  EXPECT_EQ(loads[0].index + 1, loads[1].index);
  std::vector<std::pair<uint64_t, uint32_t>> call_lines{{code.start(), 10}, {code.start() + JitCode::kReturnOffset - 2, 20}};
  EXPECT_EQ(call_lines, loads[0].lines);
  ASSERT_EQ(1u, loads[1].lines.size());
  EXPECT_EQ(30u, loads[1].lines[0].second);

  // Lay code and section out as perf does; the section must speak of the code there.
  for (const Load &load : loads) {
    size_t distance = (load.code.size() + 7) & ~size_t{7};
    std::vector<uint8_t> image(distance + load.unwinding.size());
    std::memcpy(image.data(), load.code.data(), load.code.size());
    std::memcpy(image.data() + distance, load.unwinding.data(), load.unwinding.size());
    uintptr_t start = reinterpret_cast<uintptr_t>(image.data());
    yg::EhFrame section;
    const char *message = "";
    ASSERT_EQ(YG_OK, section.parse(image.data() + distance, load.unwinding.size() - load.header_size, &message)) << message;
    const yg::Fde *fde = section.find(start + 2);
    ASSERT_NE(nullptr, fde);
    EXPECT_EQ(start, fde->start);
    EXPECT_EQ(start + load.code.size(), fde->end);
    // .eh_frame_hdr: 4 bytes of encodings, pointer to the section, 1 row: pc and FDE
    const uint8_t *header = image.data() + image.size() - load.header_size;
    int32_t words[4];
    std::memcpy(words, header + 4, sizeof words);
    EXPECT_EQ(image.data() + distance, header + 4 + words[0]);
    EXPECT_EQ(1, words[1]);
    EXPECT_EQ(start, reinterpret_cast<uintptr_t>(header) + static_cast<uintptr_t>(intptr_t{words[2]}));
  }
  unlink(path.c_str());
  rmdir(directory);
  setOptions(0, nullptr);
}

TEST(ToolsJitdump, IsNotReachedWhereItCannotBeWritten) {
  pid_t child = fork();  // this process has its dump open already
  if (child == 0) {
    setOptions(0, "/nowhere/at/all");
    JitCode code;
    bool right = code.publish(YG_PUBLISH_JITDUMP) == YG_OK && yg_code_published(code.code) == 0;
    _exit(right ? 0 : 1);
  }
  int status;
  waitpid(child, &status, 0);
  EXPECT_EQ(0, status);
}
