// SPDX-License-Identifier: MIT
//
// Moving between stacks, calling the host, making stacks. In all ping-pongs, the other side answers value + 1.
#include <ucontext.h>

#include <cstdlib>
#include <memory>

#include "bench.h"
#include "yugong-asm.h"

#if YUGONG_HAS_BOOST_CONTEXT
#include <boost/context/detail/fcontext.hpp>
#endif

extern "C" {
uintptr_t minimal_swap(uintptr_t *current_sp, uintptr_t next_sp, uintptr_t value);
void minimal_begin();
yg_pair benchHostFunction(yg_stack *, uintptr_t value) { return {value + 1, 0}; }
yg_pair callBenchHostFunction(yg_stack *, uintptr_t);
// Only in a core that can keep MXCSR.
__attribute__((weak)) yg_pair yg_stack_swap_fp(yg_stack *, yg_stack *, uintptr_t, uintptr_t);
}
YG_HOST_THUNK(callBenchHostFunction, benchHostFunction);

namespace bench {
namespace {

constexpr uintptr_t kStackSize = 16 << 10;

void answer(uintptr_t value) {
  for (;;) value = yg_stack_swap(&bench_language, &bench_host, value + 1);
}

bool pingPong(Prepared &other, long count) {
  other.enter();
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) value = yg_stack_swap(&bench_host, &bench_language, value);
  other.leave();
  return value == static_cast<uintptr_t>(count);
}

yg_pair neverReached(yg_stack *, void *, yg_pair values) { return values; }

// There is a return barrier beneath the other side's frame meanwhile.
bool pingPongWithBarrier(Prepared &other, long count) {
  other.enter();
  yg_cursor cursor;
  bool right = yg_cursor_new(&cursor, &bench_language) == YG_OK && yg_cursor_step(&cursor) == YG_OK &&
               yg_set_return_barrier(&cursor, neverReached, nullptr) == YG_OK;
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) value = yg_stack_swap(&bench_host, &bench_language, value);
  right &= yg_cursor_new(&cursor, &bench_language) == YG_OK && yg_cursor_step(&cursor) == YG_OK && yg_clear_return_barrier(&cursor) == YG_OK;
  other.leave();
  return right && value == static_cast<uintptr_t>(count);
}

void answerFp(uintptr_t value) {
  for (;;) value = yg_stack_swap_fp(&bench_language, &bench_host, value + 1, 0).first;
}

bool pingPongFp(Prepared &other, long count) {
  other.enter();
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) value = yg_stack_swap_fp(&bench_host, &bench_language, value, 0).first;
  other.leave();
  return value == static_cast<uintptr_t>(count);
}

uintptr_t minimal_main, minimal_other;

void answerMinimal(uintptr_t value) {
  for (;;) value = minimal_swap(&minimal_other, minimal_main, value + 1);
}

bool pingPongMinimal(long count) {
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) value = minimal_swap(&minimal_main, minimal_other, value);
  return value == static_cast<uintptr_t>(count);
}

ucontext_t context_main, context_other;
uintptr_t context_value;

void answerContext() {
  for (;;) {
    context_value++;
    swapcontext(&context_other, &context_main);
  }
}

bool pingPongContext(long count) {
  context_value = 0;
  for (long i = 0; i < count; i++) swapcontext(&context_main, &context_other);
  return context_value == static_cast<uintptr_t>(count);
}

void *allocate(size_t size) {
  void *memory = std::aligned_alloc(64, size);
  if (memory == nullptr) std::abort();
  return memory;  // for as long as the program runs
}

void addMinimal(Suite &suite) {
  uintptr_t *top = static_cast<uintptr_t *>(allocate(kStackSize)) + kStackSize / 8 - 16;
  for (int i = 0; i < 16; i++) top[i] = 0;
  top[3] = address(answerMinimal);  // R12
  top[6] = address(minimal_begin);
  minimal_other = address(top);
  suite.add({"swap", "minimal hand-written swap", pingPongMinimal, 2});
}

void addContext(Suite &suite) {
  getcontext(&context_other);
  context_other.uc_stack.ss_sp = allocate(64 << 10);
  context_other.uc_stack.ss_size = 64 << 10;
  context_other.uc_link = nullptr;
  makecontext(&context_other, answerContext, 0);
  suite.add({"swap", "swapcontext", pingPongContext, 2});
}

#if YUGONG_HAS_BOOST_CONTEXT
using namespace boost::context::detail;

void answerBoost(transfer_t transfer) {
  for (;;) transfer = jump_fcontext(transfer.fctx, static_cast<char *>(transfer.data) + 1);
}

void addBoost(Suite &suite) {
  static fcontext_t other = make_fcontext(static_cast<char *>(allocate(kStackSize)) + kStackSize, kStackSize, answerBoost);
  suite.add({"swap", "Boost.Context jump_fcontext", [](long count) {
               transfer_t transfer{other, nullptr};
               for (long i = 0; i < count; i++) transfer = jump_fcontext(transfer.fctx, transfer.data);
               other = transfer.fctx;
               return reinterpret_cast<uintptr_t>(transfer.data) == static_cast<uintptr_t>(count);
             }, 2});
}

bool createBoost(long count) {
  uintptr_t sum = 0;
  for (long i = 0; i < count; i++) {
    void *memory = std::malloc(kStackSize);
    sum += make_fcontext(static_cast<char *>(memory) + kStackSize, kStackSize, answerBoost) != nullptr;
    std::free(memory);
  }
  return sum == static_cast<uintptr_t>(count);
}
#endif

// On a language stack: the argument says how many host calls to make; answers with their result.
void callHosts(uintptr_t count) {
  for (;;) {
    uintptr_t value = 0;
    for (uintptr_t i = 0; i < count; i++) value = callBenchHostFunction(&bench_language, value).first;
    count = yg_stack_swap(&bench_language, &bench_host, value);
  }
}

bool createOurs(long count) {
  for (long i = 0; i < count; i++) {
    yg_stack stack;
    if (yg_stack_new(&stack, kStackSize) != YG_OK || yg_stack_free(&stack) != YG_OK) return false;
  }
  return true;
}

bool createInMemory(long count) {
  alignas(64) static char memory[kStackSize];
  for (long i = 0; i < count; i++) {
    yg_stack stack;
    if (yg_stack_new_in(&stack, memory, sizeof memory) != YG_OK || yg_stack_free(&stack) != YG_OK) return false;
  }
  return true;
}

}  // namespace

void addSwitching(Suite &suite) {
  auto prepared = std::make_shared<Prepared>(address(answer), 0);
  suite.add({"swap", "yg_stack_swap", [prepared](long count) { return pingPong(*prepared, count); }, 2});
  auto barred = std::make_shared<Prepared>(address(answer), 0);
  suite.add({"swap", "yg_stack_swap, with a return barrier on the stack", [barred](long count) { return pingPongWithBarrier(*barred, count); }, 2});
  if (yg_stack_swap_fp != nullptr) {
    auto fp = std::make_shared<Prepared>(address(answerFp), 0);
    suite.add({"swap", "yg_stack_swap_fp (MXCSR, x87 control word)", [fp](long count) { return pingPongFp(*fp, count); }, 2});
  } else {
    suite.missing("yg_stack_swap_fp", "not in this core");
  }
#if YUGONG_HAS_BOOST_CONTEXT
  addBoost(suite);
#else
  suite.missing("Boost.Context", "libboost-context-dev was not installed when this was configured");
#endif
  addMinimal(suite);
  addContext(suite);

  auto caller = std::make_shared<Prepared>(address(callHosts), 1);
  suite.add({"host call", "_yg_host_call", [caller](long count) {
               caller->enter();
               uintptr_t value = yg_stack_swap(&bench_host, &bench_language, static_cast<uintptr_t>(count));
               caller->leave();
               return value == static_cast<uintptr_t>(count);
             }});
  suite.add({"host call", "the function called on its own stack", [](long count) {
               auto *volatile function = benchHostFunction;
               uintptr_t value = 0;
               for (long i = 0; i < count; i++) value = function(&bench_host, value).first;
               return value == static_cast<uintptr_t>(count);
             }});

  suite.add({"create and destroy, 16 KiB", "yg_stack_new, yg_stack_free (pooled, guarded)", createOurs});
  suite.add({"create and destroy, 16 KiB", "yg_stack_new_in", createInMemory});
#if YUGONG_HAS_BOOST_CONTEXT
  suite.add({"create and destroy, 16 KiB", "malloc, Boost.Context make_fcontext, free", createBoost});
#endif
}

}  // namespace bench
