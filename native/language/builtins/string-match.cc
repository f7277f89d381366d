// SPDX-License-Identifier: MIT
// string.find, match, gmatch, gsub.
#include <algorithm>
#include <cstring>

#include "../error.h"
#include "pattern.h"
#include "prelude.h"
#include "string.h"

namespace yl {

namespace {

Value capture_value(Call &call, const PatternMatcher &matcher, const PatternMatcher::Capture &capture) {
  if (capture.length == PatternMatcher::kPosition) return box_number(static_cast<double>(matcher.position_of(capture)));
  return call.runtime.string_value({capture.start, static_cast<size_t>(capture.length)});
}

/** Stores the captures in co->results from `at` on; returns how many. */
int store_captures(Call &call, const PatternMatcher &matcher, int at, const char *start, const char *end, bool whole) {
  int count = matcher.value_count(whole);
  for (int index = 0; index < count; index++) call.co->results[at + index] = capture_value(call, matcher, matcher.value(index, start, end));
  return count;
}

/** A malformed pattern is an error of whoever called the builtin. */
template <class Body> auto reporting(Call &call, Body &&body) -> decltype(body()) {
  try {
    return body();
  } catch (const PatternError &error) {
    call.error(error.message);
  }
}

yg_pair find_or_match(Call &call, bool find) {
  std::string_view subject = call.text(1), pattern = call.text(2);
  int64_t init = std::clamp<int64_t>(position_from(call.integer_or(3, 1), subject.size()) - 1, 0, static_cast<int64_t>(subject.size()));
  auto pair = [&](size_t first, size_t last) {
    return call.many({box_number(static_cast<double>(first)), box_number(static_cast<double>(last))});
  };
  if (find && (is_truthy(call.argument(4)) || is_plain_text(pattern.data()))) {
    size_t found = subject.find(pattern, static_cast<size_t>(init));
    return found == std::string_view::npos ? call.one(kNil) : pair(found + 1, found + pattern.size());
  }
  bool anchored = pattern.data()[0] == '^';
  PatternMatcher matcher(call.co, subject, pattern.data() + anchored);
  return reporting(call, [&] {
    const char *start = subject.data() + init, *last = subject.data() + subject.size();
    do {
      if (!anchored && (start = matcher.candidate(start)) > last) break;
      const char *end = matcher.match(start);
      if (!end) continue;
      int fixed = 0;
      if (find) {
        pair(static_cast<size_t>(start - subject.data()) + 1, static_cast<size_t>(end - subject.data()));
        fixed = 2;
      }
      int count = store_captures(call, matcher, fixed, start, end, !find);
      return yg_pair{call.co->results[0], static_cast<uintptr_t>(fixed + count)};
    } while (++start <= last && !anchored);
    return call.one(kNil);
  });
}

/** What string.gsub puts in place of one match; `text` refers to captures by "%1". */
void append_replacement(Call &call, std::string &out, const PatternMatcher &matcher, std::string_view text, const char *start, const char *end) {
  for (size_t at = 0; at < text.size(); at++) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    char next = text.data()[++at]; // behind the last byte there is a NUL, which lua5.1 takes
    if (next < '0' || next > '9') {
      out += next;
    } else if (next == '0') {
      out.append(start, end);
    } else {
      PatternMatcher::Capture capture = matcher.value(next - '1', start, end);
      if (capture.length == PatternMatcher::kPosition) out += to_text(capture_value(call, matcher, capture));
      else out.append(capture.start, static_cast<size_t>(capture.length));
    }
  }
}

/** The value of a table or a function in place of a match: nil and false keep the match. */
void append_value(Call &call, std::string &out, Value value, const char *start, const char *end) {
  if (!is_truthy(value)) out.append(start, end);
  else if (is_string(value)) out += view(as_string(value));
  else if (is_number(value)) out += to_text(value);
  else call.error(std::string("invalid replacement value (a ") + type_name(value) + ")");
}

} // namespace

/** What the prelude's gsub works on, see below. */
Table *gsub_state(Call &call);

yg_pair string_find(Call &call) { return find_or_match(call, true); }
yg_pair string_match(Call &call) { return find_or_match(call, false); }

/** The iterator is a function with the subject, the pattern and the offset where to go on as captures. */
yg_pair string_gmatch(Call &call) {
  call.text(1);
  call.text(2);
  auto *iterator = call.runtime.heap.allocate<Function>(kKindBuiltin, sizeof(Function) + 3 * sizeof(Value));
  iterator->code = &call.runtime.library.gmatch_iterator->code;
  iterator->capture_count = 3;
  iterator->captures()[0] = call.runtime.string_value(call.text(1));
  iterator->captures()[1] = call.runtime.string_value(call.text(2));
  iterator->captures()[2] = box_int(0);
  return call.one(box(iterator));
}

yg_pair string_gmatch_next(Call &call) {
  Value *captures = call.callee->captures();
  std::string_view subject = view(as_string(captures[0]));
  PatternMatcher matcher(call.co, subject, as_string(captures[1])->bytes());
  return reporting(call, [&] {
    const char *last = subject.data() + subject.size();
    for (const char *start = subject.data() + as_int(captures[2]); (start = matcher.candidate(start)) <= last; start++) {
      const char *end = matcher.match(start);
      if (!end) continue;
      captures[2] = box_int(static_cast<int32_t>(end - subject.data() + (end == start)));
      int count = store_captures(call, matcher, 0, start, end, true);
      return yg_pair{call.co->results[0], static_cast<uintptr_t>(count)};
    }
    return call.none();
  });
}

/** With a function, or a table that has a metatable, it goes on in the prelude's gsub. */
yg_pair string_gsub(Call &call) {
  std::string_view subject = call.text(1), pattern = call.text(2);
  Value replacement = call.argument(3);
  int64_t limit = call.small_integer_or(4, static_cast<int>(subject.size() + 1));
  bool is_text = is_string(replacement) || is_number(replacement);
  if (!is_text && !is_table(replacement) && !is_function(replacement)) call.argument_error(3, "string/function/table expected");
  if (!is_text && (is_function(replacement) || as_table(replacement)->metatable))
    return enter_prelude(call, is_function(replacement) ? Prelude::kGsubFunction : Prelude::kGsubTable,
                         {call.runtime.string_value(subject), call.runtime.string_value(pattern), replacement,
                          box_number(static_cast<double>(limit)), box(gsub_state(call)), box(table_new(call.runtime.tables, 16, 0))});

  std::string_view text = is_text ? call.text(3) : "";
  bool anchored = pattern.data()[0] == '^';
  PatternMatcher matcher(call.co, subject, pattern.data() + anchored);
  return reporting(call, [&] {
    std::string &out = call.runtime.scratch;
    out.clear();
    const char *next = subject.data(), *last = next + subject.size();
    int64_t count = 0;
    while (count < limit) {
      if (!anchored) {
        const char *candidate = std::min(matcher.candidate(next), last);
        out.append(next, candidate);
        next = candidate;
      }
      const char *end = matcher.match(next);
      if (end) {
        count++;
        if (is_text) append_replacement(call, out, matcher, text, next, end);
        else append_value(call, out, table_get(as_table(replacement), capture_value(call, matcher, matcher.value(0, next, end))), next, end);
      }
      if (end && end > next) next = end;
      else if (next < last) out += *next++;
      else break;
      if (anchored) break;
    }
    if (count == 0 && is_string(call.argument(1))) return call.many({call.argument(1), box_int(0)});
    out.append(next, last);
    return call.many({call.runtime.string_value(out), box_number(static_cast<double>(count))});
  });
}

// ---- the leaf parts of the prelude's gsub -------------------------------------------------------------------------------------
//
// They share a table of ints, `state`, with the match at hand, and a table with the pieces of the result: strings that the program gave,
// and pairs of ints for parts of the subject. So nothing is copied before the end, and a match's captures are not sought twice.

namespace {

enum { kNext = 1, kStart, kEnd, kDone, kCaptureCount, kFirstCapture }; // where to look next, the match, what has its pieces; offset and length of each capture

int32_t state_int(Table *state, int key) { return as_int(state->array[key - 1]); }
void set_state(Table *state, int key, int64_t value) { state->array[key - 1] = box_int(static_cast<int32_t>(value)); }

void add_piece(Call &call, Table *pieces, Value value) {
  table_set_int(call.runtime.tables, pieces, static_cast<int32_t>(pieces->array_count) + 1, value);
}

void add_range(Call &call, Table *pieces, int64_t from, int64_t to) {
  if (from == to) return;
  add_piece(call, pieces, box_int(static_cast<int32_t>(from)));
  add_piece(call, pieces, box_int(static_cast<int32_t>(to)));
}

/** The prelude's frame is between these functions and whoever called string.gsub. */
[[noreturn]] void error_of_gsub(Call &call, const std::string &message) { throw_message(call.co, position(call.co, 2) + message); }

/** Note the next match in `state`, and what lies before it in `pieces`. */
bool find_next(Call &call, Table *state, Table *pieces, String *subject, String *pattern_string) {
  std::string_view text = view(subject);
  const char *pattern = pattern_string->bytes(), *first = text.data(), *last = first + text.size();
  bool anchored = *pattern == '^';
  PatternMatcher matcher(call.co, text, pattern + anchored);
  try {
    for (const char *start = first + state_int(state, kNext); (start = anchored ? start : matcher.candidate(start)) <= last; start++) {
      if (const char *end = matcher.match(start)) {
        add_range(call, pieces, state_int(state, kDone), start - first);
        set_state(state, kStart, start - first);
        set_state(state, kEnd, end - first);
        set_state(state, kDone, end - first);
        set_state(state, kNext, anchored ? static_cast<int64_t>(text.size()) + 1 : end - first + (end == start));
        int count = matcher.value_count(true);
        set_state(state, kCaptureCount, count);
        for (int index = 0; index < count; index++) {
          PatternMatcher::Capture capture = matcher.value(index, start, end);
          set_state(state, kFirstCapture + 2 * index, capture.start - first);
          set_state(state, kFirstCapture + 2 * index + 1, capture.length);
        }
        return true;
      }
      if (anchored) break;
    }
  } catch (const PatternError &error) {
    error_of_gsub(call, error.message);
  }
  return false;
}

} // namespace

Table *gsub_state(Call &call) {
  constexpr uint32_t size = kFirstCapture - 1 + 2 * kMaximumCaptures;
  Table *state = table_new(call.runtime.tables, size, 0);
  for (uint32_t at = 0; at < size; at++) state->array[at] = box_int(0);
  state->array_count = size;
  return state;
}

/** find(state, pieces, subject, pattern): whether there is a match. */
yg_pair string_gsub_find(Call &call) {
  return call.one(box_boolean(find_next(call, as_table(call.argument(1)), as_table(call.argument(2)), as_string(call.argument(3)), as_string(call.argument(4)))));
}

/** captures(state, subject): those of the match. */
yg_pair string_gsub_captures(Call &call) {
  Table *state = as_table(call.argument(1));
  std::string_view subject = view(as_string(call.argument(2)));
  int count = state_int(state, kCaptureCount);
  for (int index = 0; index < count; index++) {
    int32_t offset = state_int(state, kFirstCapture + 2 * index), length = state_int(state, kFirstCapture + 2 * index + 1);
    bool is_position = length == PatternMatcher::kPosition;
    call.co->results[index] = is_position ? box_int(offset + 1) : call.runtime.string_value(subject.substr(static_cast<size_t>(offset), static_cast<size_t>(length)));
  }
  return {call.co->results[0], static_cast<uintptr_t>(count)};
}

/** add(state, pieces, subject, pattern, again, value): the value takes the match's place; whether there is another match, if `again`. */
yg_pair string_gsub_add(Call &call) {
  Table *state = as_table(call.argument(1)), *pieces = as_table(call.argument(2));
  Value value = call.argument(6);
  if (is_string(value)) add_piece(call, pieces, value);
  else if (is_number(value)) add_piece(call, pieces, call.runtime.string_value(to_text(value)));
  else if (is_truthy(value)) error_of_gsub(call, std::string("invalid replacement value (a ") + type_name(value) + ")");
  else add_range(call, pieces, state_int(state, kStart), state_int(state, kEnd));
  bool more = is_truthy(call.argument(5)) && find_next(call, state, pieces, as_string(call.argument(3)), as_string(call.argument(4)));
  return call.one(box_boolean(more));
}

/** finish(state, pieces, subject): the result. */
yg_pair string_gsub_finish(Call &call) {
  Table *pieces = as_table(call.argument(2));
  std::string_view subject = view(as_string(call.argument(3)));
  std::string &out = call.runtime.scratch;
  out.clear();
  for (uint32_t at = 0; at < pieces->array_count; at++) {
    Value piece = pieces->array[at];
    if (is_string(piece)) {
      out += view(as_string(piece));
    } else {
      auto from = static_cast<size_t>(as_int(piece));
      out += subject.substr(from, static_cast<size_t>(as_int(pieces->array[++at])) - from);
    }
  }
  out += subject.substr(static_cast<size_t>(state_int(as_table(call.argument(1)), kDone)));
  return call.one(call.runtime.string_value(out));
}

} // namespace yl
