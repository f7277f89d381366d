// SPDX-License-Identifier: MIT
#include "opcodes.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

namespace yl {

TEST(Opcodes, AreThePositionsInLangBytecode) {
  std::map<std::string, int64_t> positions;
  std::ifstream file(YUGONG_BYTECODE_TS);
  for (std::string line; std::getline(file, line);)
    if (line.rfind("  op(\"", 0) == 0) positions.emplace(line.substr(6, line.find('"', 6) - 6), positions.size());
  ASSERT_FALSE(positions.empty());
  const std::map<std::string, int64_t> known = {{"NEWTABLE", kOpNewTable}, {"ADD", kOpAdd}, {"SUB", kOpSub}, {"MUL", kOpMul}, {"DIV", kOpDiv},
                                                {"MOD", kOpMod}, {"POW", kOpPow}, {"UNM", kOpUnm}, {"TFORCALL", kOpTForCall}, {"CALL", kOpCall}, {"TAILCALL", kOpTailCall}};
  for (const auto &[name, opcode] : known) EXPECT_EQ(positions[name], opcode) << name;
}

} // namespace yl
