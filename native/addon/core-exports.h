// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

/** Add the core's classes (everything that begins with `Core` in yugong.d.ts) to the addon's exports. */
void define_core(Napi::Env env, Napi::Object exports);
