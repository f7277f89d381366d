// SPDX-License-Identifier: MIT
// The parts of the string library.
#pragma once
#include "call.h"

namespace yl {

yg_pair string_format(Call &call);
yg_pair string_find(Call &call);
yg_pair string_match(Call &call);
yg_pair string_gmatch(Call &call);
yg_pair string_gmatch_next(Call &call);
yg_pair string_gsub(Call &call);
// Of string.gsub in the prelude.
yg_pair string_gsub_find(Call &call);
yg_pair string_gsub_captures(Call &call);
yg_pair string_gsub_add(Call &call);
yg_pair string_gsub_finish(Call &call);

/** A position as programs give it: negative ones count from the end. Never negative. */
int64_t position_from(int64_t position, size_t length);
/** From `first` to `last`, positions as programs give them. */
std::string_view substring(std::string_view text, int64_t first, int64_t last);
/** Every letter of ASCII in `from`, written to `to`. */
void change_case(std::string_view from, char *to, bool upper);

} // namespace yl
