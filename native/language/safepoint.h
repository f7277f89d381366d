// SPDX-License-Identifier: MIT
// Entry of host helpers, where a collection may run.
//
// What a helper's arguments keep alive is said by its signature in helpers.def: a value is marked, a count says how many values wait in a
// transfer buffer. So a helper that is entered has everything that it was given, and nothing is collected until it returns.
#pragma once
#include <type_traits>
#include <utility>

#include "collector.h"
#include "frame-roots.h"
#include "generated.h"

namespace yl {

inline Value *payload_values(yl_concat_payload *payload) { return payload->values(); }
inline Value *payload_values(yl_continue_payload *payload) { return payload->values(); }

/** Mark what one argument stands for; letters as in helpers.def. */
template <char letter, class Argument> void mark_argument(Marker &marker, Coroutine *co, Argument argument) {
  static_assert(letter != 'v' || std::is_same_v<Argument, Value>, "helpers.def and helpers.h differ");
  if constexpr (letter == 'v') marker.value(argument);
  if constexpr (letter == 'n') marker.values(co->arguments, static_cast<size_t>(argument));
  if constexpr (letter == 'a')
    if (argument > 3) marker.values(co->arguments + 3, static_cast<size_t>(argument) - 3);
  if constexpr (letter == 'r')
    if (argument > 1) marker.values(co->results + 1, static_cast<size_t>(argument) - 1);
  if constexpr (letter == 's') marker.values(payload_values(argument), argument->count);
}

template <class T> T from_word(uint64_t word) {
  if constexpr (std::is_pointer_v<T>) return reinterpret_cast<T>(word);
  else return static_cast<T>(word);
}

/** Collect, if it is time. `Signature::letters`: those of the helper in helpers.def. */
template <class Signature, class... Arguments, size_t... number>
void safepoint(std::index_sequence<number...>, Coroutine *co, Arguments... arguments) {
  if (Signature::letters[0] == 'o' || !runtime_of(co).is_collection_due()) return;
  Collection collection(runtime_of(co), co);
  mark_waiting_results(collection.marker(), co);
  (mark_argument<Signature::letters[number + 1]>(collection.marker(), co, arguments), ...);
  collection.finish();
}

/** Enter a helper with the words that its thunk has passed on, of which as many count as it has parameters. */
template <class Signature, class... Arguments, size_t... number>
yg_pair enter(std::index_sequence<number...> numbers, yg_pair (*helper)(Coroutine *, Arguments...), Coroutine *co, const uint64_t (&words)[5]) {
  if (__builtin_expect(co->engine->heap_state.collection_wanted != 0, 0)) safepoint<Signature>(numbers, co, from_word<Arguments>(words[number])...);
  return helper(co, from_word<Arguments>(words[number])...);
}
template <class Signature, class... Arguments>
yg_pair enter(yg_pair (*helper)(Coroutine *, Arguments...), Coroutine *co, const uint64_t (&words)[5]) {
  static_assert(sizeof(Signature::letters) == sizeof...(Arguments) + 2, "helpers.def and helpers.h differ");
  return enter<Signature>(std::index_sequence_for<Arguments...>(), helper, co, words);
}

} // namespace yl
