// SPDX-License-Identifier: MIT
#include "stepper.h"

#include <signal.h>
#include <ucontext.h>

#include <algorithm>
#include <cstdio>

extern "C" int dyn_run_stepped(uintptr_t function, uintptr_t argument);

namespace {

constexpr int kCompared[] = {RBX, RBP, R12, R13, R14, R15, RSP, RIP};
constexpr const char *kNames[] = {"rbx", "rbp", "r12", "r13", "r14", "r15", "rsp", "rip"};

struct Activation {
  const Loaded *procedure;
  Registers caller;
};

// What the signal handler works on.
struct Run {
  const std::vector<const Loaded *> *procedures;
  Unwinder unwinder;
  std::vector<Activation> activations;
  StepResult result;
} *run;

Registers registersOf(const ucontext_t *context) {
  yg_dyn_cursor cursor;
  yg_dyn_cursor_from_ucontext(&cursor, context);
  Registers registers;
  std::memcpy(registers.values, cursor.registers, sizeof registers.values);
  return registers;
}

const Loaded *procedureAt(uintptr_t ip) {
  for (const Loaded *procedure : *run->procedures)
    if (procedure->contains(ip)) return procedure;
  return nullptr;
}

void fail(const Loaded *procedure, uintptr_t ip, const char *what, uint64_t expected, uint64_t found) {
  char text[256];
  std::snprintf(text, sizeof text, "%s+%#lx: %s is %#lx, not %#lx", procedure->name.c_str(), static_cast<unsigned long>(ip - procedure->info.start_ip),
                what, static_cast<unsigned long>(found), static_cast<unsigned long>(expected));
  run->result.failures.push_back(text);
}

// From inside a procedure, or from a function that one has called: then the frames above the innermost activation are skipped.
void check(ucontext_t *context, const Loaded *inside, uintptr_t ip) {
  constexpr int kLimit = 40;
  Registers frames[kLimit];
  int wanted = static_cast<int>(run->activations.size());
  int found = run->unwinder(context, frames, inside != nullptr ? wanted : kLimit), skipped = 0;
  uint64_t first_rsp = run->activations.back().caller.values[RSP];
  while (inside == nullptr && skipped < found && frames[skipped].values[RSP] < first_rsp) skipped++;
  for (int i = 0; i < wanted; i++) {
    const Activation &activation = run->activations[run->activations.size() - 1 - static_cast<size_t>(i)];
    if (skipped + i >= found) return fail(activation.procedure, ip, "the number of frames", static_cast<uint64_t>(wanted), static_cast<uint64_t>(found));
    for (size_t r = 0; r < sizeof kCompared / sizeof *kCompared; r++) {
      uint64_t expected = activation.caller.values[kCompared[r]], value = frames[skipped + i].values[kCompared[r]];
      if (expected != value) fail(activation.procedure, ip, kNames[r], expected, value);
    }
  }
}

void onTrap(int, siginfo_t *, void *data) {
  ucontext_t *context = static_cast<ucontext_t *>(data);
  Registers registers = registersOf(context);
  uintptr_t ip = registers.values[RIP], sp = registers.values[RSP];
  // A procedure has returned when its frame is gone and it is left; it may pop its return address before.
  auto hasReturned = [&](const Activation &a) { return sp >= a.caller.values[RSP] && !a.procedure->contains(ip); };
  while (!run->activations.empty() && hasReturned(run->activations.back())) run->activations.pop_back();
  const Loaded *inside = procedureAt(ip);
  if (inside != nullptr && ip == inside->info.start_ip) {
    Registers caller = registers;
    std::memcpy(&caller.values[RIP], reinterpret_cast<void *>(sp), 8);
    caller.values[RSP] = sp + 8;
    run->activations.push_back({inside, caller});
  }
  if (run->activations.empty()) return;
  if (inside != nullptr) {
    run->result.stops++;
    run->result.stopped_at.push_back(ip);
  }
  if (run->result.failures.size() < 10) check(context, inside, ip);
}

}  // namespace

int unwindByRegions(void *ucontext, Registers *frames, int count) {
  yg_dyn_cursor cursor;
  yg_dyn_cursor_from_ucontext(&cursor, ucontext);
  for (int i = 0; i < count; i++) {
    if (yg_dyn_step(&cursor, nullptr, nullptr) != YG_DYN_OK) return i;
    std::memcpy(frames[i].values, cursor.registers, sizeof frames[i].values);
  }
  return count;
}

StepResult stepThrough(const std::vector<const Loaded *> &procedures, uintptr_t argument, Unwinder unwinder) {
  Run own{&procedures, unwinder, {}, {}};
  own.activations.reserve(64);
  own.result.stopped_at.reserve(4096);
  run = &own;
  struct sigaction action {}, before;
  action.sa_sigaction = onTrap;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, &before);
  own.result.kept_registers = dyn_run_stepped(procedures[0]->info.start_ip, argument) == 1;
  sigaction(SIGTRAP, &before, nullptr);
  run = nullptr;
  auto &at = own.result.stopped_at;
  std::sort(at.begin(), at.end());
  at.erase(std::unique(at.begin(), at.end()), at.end());
  return own.result;
}
