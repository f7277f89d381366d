// SPDX-License-Identifier: MIT
// Library functions that call functions of the program. C++ runs on the host stack and cannot: these are written in the language.
//
//     before                                  after
//     │ caller           │                    │ caller                                     │
//     │ paused in table.sort's C++ body       │ prelude's sort: interpreter frame at pc 0  │ ◄─ resumed; returns to the caller
//
// The C++ body checks the arguments and then goes on as a function of the prelude, which is compiled when it is first needed.
// So a yield in a comparator, and an error in one, need nothing special.
#pragma once
#include <initializer_list>

#include "call.h"

namespace yl {

enum class Prelude { kSort, kSortByOrder, kForeach, kForeachi, kGsubFunction, kGsubTable, kCount };

/** The call goes on as that function with these arguments; return what this returns. */
yg_pair enter_prelude(Call &call, Prelude function, std::initializer_list<Value> arguments);

/** What prelude functions are called in messages: lua5.1 has them in C, so they have no lines. */
constexpr const char *kPreludeSource = "[C]";
inline bool is_prelude(const ProtoInfo *proto) { return proto->description.source == kPreludeSource; }



} // namespace yl
