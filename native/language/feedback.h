// SPDX-License-Identifier: MIT
// What native code writes into an instruction's Feedback.
#pragma once
#include "engine.h"

namespace yl {

/** A field access has found `shape`, and what it wanted in `slot` or, if there is a lookup, through that: also the inline cache. */
void record_shape(Runtime &runtime, Feedback *feedback, const Shape *shape, uint32_t slot, const Lookup *lookup);
/** The same where there is nothing to cache. */
void record_shape_only(Runtime &runtime, Feedback *feedback, const Shape *shape);
/** A call has called this code. */
void record_code(Runtime &runtime, Feedback *feedback, const Code *code);
/** Arithmetic has called a handler of `owner`'s metatable, its operand number `operand`: `reference` is the metatable, `index` the number. */
void record_handler(Feedback *feedback, Value owner, uint32_t operand);

} // namespace yl
