// SPDX-License-Identifier: MIT
// Assumptions: what optimized code relies on without looking, such as "the global `f` is this function".
//
// An assumption is about a subject, any object of the runtime's, known by its address. Code is registered with the assumptions that it was
// compiled with. Whoever changes subjects of a kind has a flag in each that says that somebody may rely on it, looks at the flag before a
// change, and calls Runtime::end_assumption, on the host stack:
//
//     compiling      id = assumptions.assume(subject)       what the subject is like is read after that
//     registering    refused if an assumption has ended in the meantime
//     changing       if (subject->flags & …) runtime.end_assumption(subject, why): all dependent code is invalid, its frames are left
//                    when control returns into them (deoptimizer.h)
//
// An assumption that has ended stays so; assume() then makes a new one.
#pragma once
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace yl {

class Assumptions {
 public:
  /** The id of the assumption that `subject` stays as it is. */
  uint32_t assume(const void *subject);
  /** Unknown ids do not hold. */
  bool holds(uint32_t id) const { return id < all_.size() && all_[id].holds; }
  void add_dependent(uint32_t id, uint32_t code) { all_[id].dependents.push_back(code); }
  void remove_dependent(uint32_t id, uint32_t code);
  /** It does not stay as it is. The ids of the code that relies on it. */
  std::vector<uint32_t> end(const void *subject);

 private:
  struct Assumption {
    bool holds = true;
    std::vector<uint32_t> dependents;
  };
  std::vector<Assumption> all_;
  std::unordered_map<const void *, uint32_t> by_subject_; // those that hold
};

} // namespace yl
