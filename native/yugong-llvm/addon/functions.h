// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_ADDON_FUNCTIONS_H
#define YUGONG_LLVM_ADDON_FUNCTIONS_H

#include <napi.h>

/// fold, printModule, compileObject: what needs no session.
void registerFunctions(Napi::Env env, Napi::Object exports);

#endif
