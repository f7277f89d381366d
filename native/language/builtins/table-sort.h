// SPDX-License-Identifier: MIT
#pragma once
#include "call.h"

namespace yl {

yg_pair table_sort(Call &call);

} // namespace yl
