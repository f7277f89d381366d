// SPDX-License-Identifier: MIT
// os: clock, date, difftime, exit, getenv, time.
#include <cstdlib>
#include <ctime>

#include "call.h"
#include "exit.h"
#include "../number-text.h"

namespace yl {

namespace {

/** Of the thread that runs the program. The whole process's time counts LLVM's thread, too, so that what is timed seems to take twice as long. */
yg_pair clock_(Call &call) {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return call.one(box_number(static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9));
}

yg_pair difftime_(Call &call) {
  auto earlier = static_cast<time_t>(call.is_nil_or_missing(2) ? 0 : call.number(2)); // lua5.1's compiler checks the last argument first
  auto later = static_cast<time_t>(call.number(1));
  return call.one(box_number(difftime(later, earlier)));
}

yg_pair getenv_(Call &call) {
  const char *value = getenv(call.text(1).data());
  return call.one(value ? call.runtime.string_value(value) : kNil);
}

yg_pair exit_(Call &call) { throw ExitProgram{call.small_integer_or(1, EXIT_SUCCESS)}; }

Value date_table(Runtime &runtime, const tm &parts) {
  Table *table = table_new(runtime.tables, 0, 9);
  auto set = [&](const char *field, Value value) { table_set_string(runtime.tables, table, runtime.string(field), value); };
  set("sec", box_int(parts.tm_sec));
  set("min", box_int(parts.tm_min));
  set("hour", box_int(parts.tm_hour));
  set("day", box_int(parts.tm_mday));
  set("month", box_int(parts.tm_mon + 1));
  set("year", box_int(parts.tm_year + 1900));
  set("wday", box_int(parts.tm_wday + 1));
  set("yday", box_int(parts.tm_yday + 1));
  if (parts.tm_isdst >= 0) set("isdst", box_boolean(parts.tm_isdst != 0));
  return box(table);
}

yg_pair date(Call &call) {
  std::string_view format = call.is_nil_or_missing(1) ? "%c" : call.text(1);
  time_t when = call.is_nil_or_missing(2) ? time(nullptr) : static_cast<time_t>(call.number(2));
  bool universal = format.substr(0, 1) == "!";
  if (universal) format.remove_prefix(1);
  tm parts;
  if (!(universal ? gmtime_r(&when, &parts) : localtime_r(&when, &parts))) return call.one(kNil);
  const char *next = format.data();
  if (std::string_view(next) == "*t") return call.one(date_table(call.runtime, parts));
  std::string out;
  for (; *next; next++) {
    if (*next != '%' || !next[1]) {
      out += *next;
      continue;
    }
    const char directive[] = {'%', *++next, 0};
    char buffer[200];
    out.append(buffer, strftime(buffer, sizeof buffer, directive, &parts));
  }
  return call.one(call.runtime.string_value(out));
}

int date_field(Call &call, const char *name, int otherwise) {
  double value;
  if (to_number(table_get_string(call.table(1), call.runtime.string(name)), &value)) return static_cast<int>(to_integer(value));
  if (otherwise < 0) call.error(std::string("field '") + name + "' missing in date table");
  return otherwise;
}

yg_pair time_(Call &call) {
  time_t when;
  if (call.is_nil_or_missing(1)) {
    when = time(nullptr);
  } else {
    call.table(1);
    tm parts{};
    parts.tm_sec = date_field(call, "sec", 0);
    parts.tm_min = date_field(call, "min", 0);
    parts.tm_hour = date_field(call, "hour", 12);
    parts.tm_mday = date_field(call, "day", -1);
    parts.tm_mon = date_field(call, "month", -1) - 1;
    parts.tm_year = date_field(call, "year", -1) - 1900;
    Value daylight = table_get_string(call.table(1), call.runtime.string("isdst"));
    parts.tm_isdst = daylight == kNil ? -1 : is_truthy(daylight);
    when = mktime(&parts);
  }
  return call.one(when == static_cast<time_t>(-1) ? kNil : box_number(static_cast<double>(when)));
}

} // namespace

void open_os(Runtime &runtime) {
  Library(runtime).open("os", {{"os.clock", clock_}, {"os.date", date}, {"os.difftime", difftime_}, {"os.exit", exit_},
      {"os.getenv", getenv_}, {"os.time", time_}});
}

} // namespace yl
