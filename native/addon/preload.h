// SPDX-License-Identifier: MIT
// Loading a shared library on a thread of its own: LLVM takes 15 to 50 ms to load, for which a program need not stand still.
#pragma once
#include <napi.h>

/** preload and waitForPreloads of yugong.d.ts. */
Napi::Value preload(const Napi::CallbackInfo &info);
void wait_for_preloads(const Napi::CallbackInfo &info);
