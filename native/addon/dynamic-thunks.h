// SPDX-License-Identifier: MIT
#pragma once
#include <cstddef>

/**
 * Register code made at run time that never touches its frame (thunks that end in a jump), and the core's assembly that it jumps to, as
 * dynamic unwind info. The code is never unmapped. Without memory it stays undescribed, which only backtraces notice.
 */
void describe_thunks(const void *code, size_t size_bytes);
