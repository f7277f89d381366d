// SPDX-License-Identifier: MIT
// How long a thread has run, leaving out when others had the processor: what a pause costs is told by it on a busy machine, too.
#pragma once
#include <napi.h>

/** threadMilliseconds of yugong.d.ts. */
Napi::Value thread_milliseconds(const Napi::CallbackInfo &info);
