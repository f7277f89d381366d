// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

void define_stackmaps(Napi::Env env, Napi::Object exports);
