// SPDX-License-Identifier: MIT
#pragma once
#include <napi.h>

#include "engine.h"

/** NativeProto of yugong.d.ts; constants are boxed, which interns strings. */
yl::ProtoDescription read_proto(yl::Runtime &runtime, const Napi::Object &proto);
