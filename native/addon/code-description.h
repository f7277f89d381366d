// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

#include "code-table.h"

/** CodeDescription of yugong.d.ts. */
yl::CodeDescription read_code(const Napi::Object &code);
