// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>
#include <vector>

// Dynamic unwind info of code that no compiler has written. Without memory it stays undescribed, which only backtraces notice.

struct Stub {
  const char *name;
  const void *code;
  size_t size_bytes;
};

/** The assembly of the addon and of the language. */
const std::vector<Stub> &addon_stubs();
/** Register regions for them and for the core's; once a process. */
void describe_stubs();
/** Register code made at run time that never touches its frame (thunks that end in a jump) and is never unmapped. */
void describe_thunks(const void *code, size_t size_bytes);
