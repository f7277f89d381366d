// SPDX-License-Identifier: MIT
// What becomes of a process whose output nobody reads any more, as in `yugong run FILE | head`.
#pragma once
#include <napi.h>

/** endOnBrokenPipe of yugong.d.ts. */
Napi::Value end_on_broken_pipe(const Napi::CallbackInfo &info);
