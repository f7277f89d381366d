// SPDX-License-Identifier: MIT
#include "crash.h"

#include <llvm/Support/PrettyStackTrace.h>

#include <csetjmp>
#include <csignal>
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
