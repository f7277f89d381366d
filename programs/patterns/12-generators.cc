// SPDX-License-Identifier: MIT
//
// Pattern 12: generators and symmetric coroutines.
//
// A generator swaps with whoever asks it for the next value: asymmetric. Symmetric coroutines choose whom they swap to; the host hears
// nothing of it until one of them swaps to the host. Nothing here walks stacks, so C++ functions will do; compiled code works alike.
//
//     expect: squares: 1 4 9 16
//     expect: ping counts to 1
//     expect: pong counts to 2
//     expect: ping counts to 3
//     expect: pong counts to 4
//     expect: both are done at 5
#include "pattern.h"

using namespace pattern;

namespace {

// Returns 0 after the last one.
uintptr_t squares(Stack **payload, uintptr_t n) {
  for (uintptr_t i = 1; i <= n; i++) yg_stack_swap(*payload, &host, i * i);
  return 0;
}

struct Partners {
  Stack *mine, *other;
  const char *name;
};

uintptr_t count(Partners *us, uintptr_t n) {
  while (n < 5) {
    std::printf("%s counts to %lu\n", us->name, n);
    n = yg_stack_swap(us->mine, us->other, n + 1);
  }
  return yg_stack_swap(us->mine, &host, n);
}

}  // namespace

int main() {
  //   each time:   host ──resume──► squares
  //                host ◄───swap─── squares
  Stack generator, *self = &generator;
  generator.push(address_of(squares), &self, sizeof self);
  std::printf("squares:");
  for (uintptr_t value = generator.resume(4); value != 0; value = generator.resume()) std::printf(" %lu", value);
  std::printf("\n");

  //   host ──► ping ──► pong ──► ping ──► pong ──► ping ──► host
  Stack ping, pong;
  const Partners for_ping{&ping, &pong, "ping"}, for_pong{&pong, &ping, "pong"};
  ping.push(address_of(count), &for_ping, sizeof for_ping);
  pong.push(address_of(count), &for_pong, sizeof for_pong);
  std::printf("both are done at %lu\n", ping.resume(1));
}
