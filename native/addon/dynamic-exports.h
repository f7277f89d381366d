// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

/** Add the functions of dynamic.d.ts to the addon's exports. */
void define_dynamic(Napi::Env env, Napi::Object exports);
