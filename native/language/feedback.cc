// SPDX-License-Identifier: MIT
#include "feedback.h"

#include <algorithm>

namespace yl {

namespace {

/** False when there is no room. */
bool add_case(FeedbackCases &cases, uint64_t word) {
  for (uint64_t at = 0; at < cases.count; at++)
    if (cases.words[at] == word) return true;
  if (cases.count == kMaximumCases) return false;
  cases.words[cases.count++] = word;
  return true;
}

FeedbackCases &cases_of(Runtime &runtime, Feedback *feedback) {
  if (!feedback->cases) feedback->cases = &runtime.feedback_cases.emplace_back(FeedbackCases{});
  return *feedback->cases;
}

/**
 * Shapes that their tables have lost since are dropped for the new one: an object of a class that nobody had asked for a method yet
 * would count twice. Each new shape drops them once, so that what really stays like that is seen in the end.
 */
void drop_outdated(const Delegations &delegations, FeedbackCases &cases) {
  uint64_t kept = 0;
  for (uint64_t at = 0; at < cases.count; at++)
    if (!delegations.is_outdated(reinterpret_cast<const Shape *>(cases.words[at]))) cases.words[kept++] = cases.words[at];
  cases.count = kept;
}

} // namespace

void record_code(Runtime &runtime, Feedback *feedback, const Code *code) {
  if (!add_case(cases_of(runtime, feedback), reinterpret_cast<uint64_t>(code))) feedback->bits |= kCallMegamorphic;
}

void record_shape_only(Runtime &runtime, Feedback *feedback, const Shape *shape) {
  FeedbackCases &cases = cases_of(runtime, feedback);
  uint64_t word = reinterpret_cast<uint64_t>(shape);
  if (std::find(cases.words, cases.words + cases.count, word) != cases.words + cases.count) return;
  drop_outdated(runtime.delegations, cases);
  if (!add_case(cases, word)) feedback->bits |= kFieldMegamorphic;
}

void record_shape(Runtime &runtime, Feedback *feedback, const Shape *shape, uint32_t slot, const Lookup *lookup) {
  feedback->bits |= kFieldSeen;
  uint64_t word = reinterpret_cast<uint64_t>(shape);
  auto *before = reinterpret_cast<const Shape *>(feedback->reference);
  if (before && before != shape && !feedback->cases && !runtime.delegations.is_outdated(before)) record_shape_only(runtime, feedback, before);
  if (feedback->cases) record_shape_only(runtime, feedback, shape);
  feedback->reference = word;
  feedback->index = slot;
  feedback->lookup = reinterpret_cast<uint64_t>(lookup);
}

void record_handler(Feedback *feedback, Value owner, uint32_t operand) {
  Table *metatable = is_table(owner) ? as_table(owner)->metatable : nullptr;
  uint64_t before = feedback->reference, word = metatable ? box(metatable) : 0;
  bool is_another = before && (before != word || feedback->index != operand);
  feedback->bits |= kFieldMetatable | (is_another || !metatable ? kFieldMegamorphic : 0);
  feedback->reference = word;
  feedback->index = operand;
}

} // namespace yl
