// SPDX-License-Identifier: MIT
// The quick end of a process, for the command line.
#pragma once
#include <napi.h>

/** endProcess of yugong.d.ts. */
Napi::Value end_process(const Napi::CallbackInfo &info);
