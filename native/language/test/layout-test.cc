// SPDX-License-Identifier: MIT
#include "layout-json.h"

#include <gtest/gtest.h>

namespace yl {

TEST(LayoutJson, HasTheTagsOffsetsAndHelpersThatTypeScriptReads) {
  std::string json = layout_json();
  for (const char *part : {"\"int\": \"0xFFF9\"", "\"nil\": \"0xFFFA000000000000\"", "\"InterpreterPayload\": {\"coroutine\":0", "\"name\":\"yl_deopt\"",
                           "{\"name\":\"yl_leaf_get\",\"arguments\":2,\"signature\":\"pv\",\"result\":\"value\"}"})
    EXPECT_NE(json.find(part), std::string::npos) << part;
  EXPECT_EQ(json.front(), '{');
}

} // namespace yl
