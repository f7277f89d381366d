// SPDX-License-Identifier: MIT
// Loading a shared library on a thread of its own: LLVM takes 3 ms to load, and many times that when it comes from a disk,
// for which a program need not stand still.
#pragma once
#include <napi.h>

/** preload and waitForPreloads of yugong.d.ts. */
Napi::Value preload(const Napi::CallbackInfo &info);
void wait_for_preloads(const Napi::CallbackInfo &info);
