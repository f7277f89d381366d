// SPDX-License-Identifier: MIT
#include "crash.h"

#include <llvm/Support/PrettyStackTrace.h>

#include <csetjmp>
#include <csignal>
#include <memory>
#include <mutex>

namespace yugong {
namespace {

/// Where this thread goes on after a crash.
thread_local sigjmp_buf *recovery = nullptr;
/// What was done about the signal before.
struct sigaction before;

void onSignal(int signal, siginfo_t *info, void *context) {
  if (recovery) siglongjmp(*recovery, 1);
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(signal, info, context);
  } else if (before.sa_handler == SIG_DFL || before.sa_handler == SIG_IGN) {
    // That ends the process as if nobody had listened: the instruction is executed again, or who has sent the signal sends it again.
    sigaction(signal, &before, nullptr);
    if (info->si_code <= 0) raise(signal);
  } else {
    before.sa_handler(signal);
  }
}

void listen() {
  struct sigaction action {};
  action.sa_sigaction = onSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &before);
}

/// Gives the handler a stack, while it lives, unless the thread has one: passes also crash because they recurse until theirs is full.
class HandlersStack {
 public:
  HandlersStack() {
    stack_t current;
    if (sigaltstack(nullptr, &current) != 0 || !(current.ss_flags & SS_DISABLE)) return;
    // Room for the registers that the kernel saves, those of AVX-512 included.
    constexpr size_t kBytes = 64 * 1024;
    memory_ = std::make_unique<char[]>(kBytes);
    stack_t own{};
    own.ss_sp = memory_.get();
    own.ss_size = kBytes;
    sigaltstack(&own, nullptr);
  }
  ~HandlersStack() {
    if (!memory_) return;
    stack_t none{};
    none.ss_flags = SS_DISABLE;
    sigaltstack(&none, nullptr);
  }
  HandlersStack(const HandlersStack &) = delete;
  HandlersStack &operator=(const HandlersStack &) = delete;

 private:
  std::unique_ptr<char[]> memory_;
};

class Recovering {
 public:
  explicit Recovering(sigjmp_buf *to) : outer_(recovery) { recovery = to; }
  ~Recovering() { recovery = outer_; }
  Recovering(const Recovering &) = delete;
  Recovering &operator=(const Recovering &) = delete;

 private:
  sigjmp_buf *const outer_;
};

}  // namespace

bool survives(llvm::function_ref<void()> body) {
  static std::once_flag listening;
  std::call_once(listening, listen);
  const HandlersStack handlersStack;
  sigjmp_buf here;
  const Recovering recovering(&here);
  // LLVM's list of what it is doing is on the stack.
  const void *const doing = llvm::SavePrettyStackState();
  if (sigsetjmp(here, /*savemask=*/1)) {
    llvm::RestorePrettyStackState(doing);
    return false;
  }
  body();
  return true;
}

}  // namespace yugong
