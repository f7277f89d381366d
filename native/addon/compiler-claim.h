// SPDX-License-Identifier: MIT
// llvm-bindings keeps its classes in globals: a thread that loads it takes them away from the thread that had it. So one thread of the
// process at a time may compile; the next one can when that has ended.
#pragma once
#include <napi.h>

/** claimCompiler of yugong.d.ts. */
Napi::Value claim_compiler(const Napi::CallbackInfo &info);
