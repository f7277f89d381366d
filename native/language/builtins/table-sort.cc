// SPDX-License-Identifier: MIT
// table.sort. Numbers, or strings, without a comparator are sorted here; everything else by the prelude's sort, which is the same
// algorithm: which of two equal elements comes first can be seen (0 and -0 are equal).
#include "table-sort.h"

#include <utility>

#include "../requests.h"

#include "prelude.h"

namespace yl {

namespace {

bool less_numbers(Value a, Value b) { return is_int(a) && is_int(b) ? as_int(a) < as_int(b) : number_of(a) < number_of(b); }
bool less_strings(Value a, Value b) { return string_less(as_string(a), as_string(b)); }

/** Elements low … high of `at`. `less` is an order (there is no NaN), so the inner loops stop in time. */
template <class Less> void quicksort(Coroutine *co, Value *at, int64_t low, int64_t high, Less less) {
  while (low < high) {
    poll(co);
    if (less(at[high], at[low])) std::swap(at[low], at[high]);
    if (high - low == 1) break;
    int64_t middle = (low + high) / 2;
    if (less(at[middle], at[low])) std::swap(at[middle], at[low]);
    else if (less(at[high], at[middle])) std::swap(at[middle], at[high]);
    if (high - low == 2) break;
    Value pivot = at[middle];
    std::swap(at[middle], at[high - 1]);
    int64_t i = low, j = high - 1;
    for (;;) {
      while (less(at[++i], pivot)) {
      }
      while (less(pivot, at[--j])) {
      }
      if (j < i) break;
      std::swap(at[i], at[j]);
    }
    std::swap(at[high - 1], at[i]);
    if (i - low < high - i) {
      quicksort(co, at, low, i - 1, less);
      low = i + 1;
    } else {
      quicksort(co, at, i + 1, high, less);
      high = i - 1;
    }
  }
}

template <class Is> bool all(const Table *table, Is is) {
  for (uint32_t at = 0; at < table->array_count; at++)
    if (!is(table->array[at])) return false;
  return true;
}

} // namespace

yg_pair table_sort(Call &call) {
  Table *table = call.table(1);
  int64_t size = table_length(table);
  Value less = call.argument(2);
  if (less != kNil) call.function(2);
  if (size < 2) return call.none();
  if (less == kNil && static_cast<uint32_t>(size) == table->array_count) {
    auto number = [](Value value) { return is_number(value) && (is_int(value) || as_double(value) == as_double(value)); };
    if (all(table, number)) return quicksort(call.co, table->array - 1, 1, size, less_numbers), call.none();
    if (all(table, is_string)) return quicksort(call.co, table->array - 1, 1, size, less_strings), call.none();
  }
  return enter_prelude(call, less == kNil ? Prelude::kSortByOrder : Prelude::kSort, {box(table), box_int(static_cast<int32_t>(size)), less});
}

} // namespace yl
