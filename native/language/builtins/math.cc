// SPDX-License-Identifier: MIT
// math: all of lua5.1's.
#include <cmath>
#include <cstdlib>

#include "call.h"

namespace yl {

namespace {

constexpr double kPi = 3.14159265358979323846;

yg_pair number(Call &call, double value) { return call.one(box_number(value)); }

/** A builtin of a C function of one number. */
template <double (*function)(double)> yg_pair unary(Call &call) { return number(call, function(call.number(1))); }
template <double (*function)(double, double)> yg_pair binary(Call &call) {
  double second = call.number(2); // lua5.1's compiler checks the last argument first
  return number(call, function(call.number(1), second));
}

double to_degrees(double x) { return x / (kPi / 180.0); }
double to_radians(double x) { return x * (kPi / 180.0); }

yg_pair floor_(Call &call) {
  if (is_int(call.argument(1))) return call.one(call.argument(1));
  return number(call, std::floor(call.number(1)));
}

yg_pair max_(Call &call) {
  double best = call.number(1);
  for (int at = 2; at <= call.count; at++)
    if (double value = call.number(at); value > best) best = value;
  return number(call, best);
}

yg_pair min_(Call &call) {
  double best = call.number(1);
  for (int at = 2; at <= call.count; at++)
    if (double value = call.number(at); value < best) best = value;
  return number(call, best);
}

yg_pair frexp_(Call &call) {
  int exponent;
  double fraction = std::frexp(call.number(1), &exponent);
  return call.many({box_number(fraction), box_int(exponent)});
}

yg_pair ldexp_(Call &call) {
  int exponent = call.small_integer(2);
  return number(call, std::ldexp(call.number(1), exponent));
}

yg_pair modf_(Call &call) {
  double whole, fraction = std::modf(call.number(1), &whole);
  return call.many({box_number(whole), box_number(fraction)});
}

// The C library's generator, as in lua5.1, so that a seed gives the same sequence; one an engine, so that engines don't disturb each
// other.

yg_pair random_(Call &call) {
  int32_t word;
  random_r(&call.runtime.library.random.data, &word);
  double fraction = static_cast<double>(word % RAND_MAX) / static_cast<double>(RAND_MAX);
  if (call.count == 0) return number(call, fraction);
  if (call.count > 2) call.error("wrong number of arguments");
  int low = call.count == 1 ? 1 : call.small_integer(1), high = call.small_integer(call.count);
  if (low > high) call.argument_error(call.count, "interval is empty");
  // In ints, which wrap around, as lua5.1 counts.
  int width = static_cast<int>(static_cast<unsigned>(high) - static_cast<unsigned>(low) + 1u);
  return number(call, std::floor(fraction * width) + low);
}

yg_pair randomseed_(Call &call) {
  srandom_r(static_cast<unsigned>(call.small_integer(1)), &call.runtime.library.random.data);
  return call.none();
}

} // namespace

RandomState::RandomState() {
  initstate_r(1, buffer, sizeof buffer, &data); // what rand() starts with
}

void open_math(Runtime &runtime) {
  Library library(runtime);
  Table *math = library.open("math", {{"math.abs", unary<std::fabs>}, {"math.acos", unary<std::acos>}, {"math.asin", unary<std::asin>},
      {"math.atan", unary<std::atan>}, {"math.atan2", binary<std::atan2>}, {"math.ceil", unary<std::ceil>}, {"math.cos", unary<std::cos>},
      {"math.cosh", unary<std::cosh>}, {"math.deg", unary<to_degrees>}, {"math.exp", unary<std::exp>}, {"math.floor", floor_},
      {"math.fmod", binary<std::fmod>}, {"math.frexp", frexp_}, {"math.ldexp", ldexp_}, {"math.log", unary<std::log>},
      {"math.log10", unary<std::log10>}, {"math.max", max_}, {"math.min", min_}, {"math.modf", modf_}, {"math.pow", binary<std::pow>},
      {"math.rad", unary<to_radians>}, {"math.random", random_}, {"math.randomseed", randomseed_}, {"math.sin", unary<std::sin>},
      {"math.sinh", unary<std::sinh>}, {"math.sqrt", unary<std::sqrt>}, {"math.tan", unary<std::tan>}, {"math.tanh", unary<std::tanh>}});
  library.set_field(math, "mod", table_get_string(math, runtime.string("fmod"))); // its name in Lua 5.0
  library.set_field(math, "huge", box_double(HUGE_VAL));
  library.set_field(math, "pi", box_double(kPi));
}

} // namespace yl
