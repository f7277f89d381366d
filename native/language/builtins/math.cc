// SPDX-License-Identifier: MIT
// math: floor, sqrt, abs, max, min, huge, pi.
#include <cmath>

#include "call.h"

namespace yl {

namespace {

yg_pair floor_(Call &call) { return call.one(box_number(std::floor(call.number(1)))); }
yg_pair sqrt_(Call &call) { return call.one(box_number(std::sqrt(call.number(1)))); }
yg_pair abs_(Call &call) { return call.one(box_number(std::fabs(call.number(1)))); }

yg_pair max_(Call &call) {
  double best = call.number(1);
  for (int number = 2; number <= call.count; number++)
    if (double value = call.number(number); value > best) best = value;
  return call.one(box_number(best));
}

yg_pair min_(Call &call) {
  double best = call.number(1);
  for (int number = 2; number <= call.count; number++)
    if (double value = call.number(number); value < best) best = value;
  return call.one(box_number(best));
}

} // namespace

void open_math(Runtime &runtime) {
  Library library(runtime);
  Table *math = library.table();
  library.set_field(math, "floor", box(library.function("math.floor", floor_)));
  library.set_field(math, "sqrt", box(library.function("math.sqrt", sqrt_)));
  library.set_field(math, "abs", box(library.function("math.abs", abs_)));
  library.set_field(math, "max", box(library.function("math.max", max_)));
  library.set_field(math, "min", box(library.function("math.min", min_)));
  library.set_field(math, "huge", box_double(HUGE_VAL));
  library.set_field(math, "pi", box_double(3.14159265358979323846));
  library.set_global("math", box(math));
}

} // namespace yl
