// SPDX-License-Identifier: MIT
#include "feedback.h"

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

} // namespace

void record_case(Runtime &runtime, Feedback *feedback, const void *what, uint32_t too_many) {
  if (!feedback->cases) feedback->cases = &runtime.feedback_cases.emplace_back(FeedbackCases{});
  if (!add_case(*feedback->cases, reinterpret_cast<uint64_t>(what))) feedback->bits |= too_many;
}

void record_shape(Runtime &runtime, Feedback *feedback, const Shape *shape, uint32_t slot, const Lookup *lookup) {
  feedback->bits |= kFieldSeen;
  uint64_t before = feedback->reference, word = reinterpret_cast<uint64_t>(shape);
  if (before && before != word && !feedback->cases) record_case(runtime, feedback, reinterpret_cast<void *>(before), 0);
  if (feedback->cases) record_case(runtime, feedback, shape, kFieldMegamorphic);
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
