// SPDX-License-Identifier: MIT
#ifndef YUGONG_LLVM_DEOPT_VALUES_H
#define YUGONG_LLVM_DEOPT_VALUES_H

namespace yugong {

/// Where the values that a "deopt" bundle keeps are during the call.
enum class DeoptValues {
  /// Each call stores them into stack slots of its own first, as LLVM does unless it is told otherwise.
  OnStack,
  /// Where the register allocator has them anyway: callee-saved registers, spill slots.
  Anywhere,
};

/// While it lives, code is generated that way in this process: LLVM has no option of a function or target machine for it, only one of its
/// command line. Waits until nobody generates code the other way; may be nested in one of the same kind.
class DeoptValuesScope {
 public:
  explicit DeoptValuesScope(DeoptValues values);
  ~DeoptValuesScope();
  DeoptValuesScope(const DeoptValuesScope &) = delete;
  DeoptValuesScope &operator=(const DeoptValuesScope &) = delete;
};

}  // namespace yugong

#endif
