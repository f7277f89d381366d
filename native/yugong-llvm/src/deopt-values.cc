// SPDX-License-Identifier: MIT
#include "deopt-values.h"

#include <llvm/Support/CommandLine.h>

#include <condition_variable>
#include <mutex>

namespace yugong {
namespace {

/// Of lib/CodeGen/SelectionDAG/StatepointLowering.cpp. The pass that makes it right for registers which a call does not keep
/// (FixupStatepointCallerSaved.cpp) is part of every pipeline but that of level 0.
llvm::cl::opt<bool> *lowerToRegisters() {
  llvm::cl::Option *option = llvm::cl::getRegisteredOptions().lookup("use-registers-for-deopt-values");
  return static_cast<llvm::cl::opt<bool> *>(option);
}

class Users {
 public:
  static Users &instance() {
    static Users &users = *new Users;  // threads may use it until the very end
    return users;
  }

  void enter(DeoptValues values) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ == 0 || current_ == values; });
    if (count_++ == 0 && option_) option_->setValue(values == DeoptValues::Anywhere);
    current_ = values;
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    if (--count_ == 0) changed_.notify_all();
  }

 private:
  llvm::cl::opt<bool> *const option_ = lowerToRegisters();
  std::mutex mutex_;
  std::condition_variable changed_;
  DeoptValues current_ = DeoptValues::OnStack;
  int count_ = 0;
};

}  // namespace

DeoptValuesScope::DeoptValuesScope(DeoptValues values) { Users::instance().enter(values); }

DeoptValuesScope::~DeoptValuesScope() { Users::instance().leave(); }

}  // namespace yugong
