// SPDX-License-Identifier: MIT
// Recorded deoptimizations as JavaScript objects, see DeoptRecord in yugong.d.ts.
#pragma once
#include <napi.h>

#include "deopt-recorder.h"

Napi::Object deopt_record(Napi::Env env, const yl::RecordedDeopt &deopt);
