// SPDX-License-Identifier: MIT
// A sum of bytes that tells whether a file is as it was written (runtime/bytecode-cache.ts): node:crypto takes 3 ms to load.
#pragma once
#include <napi.h>

/** checksum of yugong.d.ts. */
Napi::Value checksum(const Napi::CallbackInfo &info);
