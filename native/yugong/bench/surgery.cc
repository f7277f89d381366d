// SPDX-License-Identifier: MIT
//
// Popping and pushing. What surgery has changed is put back after every few operations; what that costs is measured and subtracted.
#include <algorithm>
#include <cstring>
#include <memory>

#include "bench.h"

namespace bench {
namespace {

constexpr uintptr_t kDepth = 64, kPushes = 8;

// The top of a paused stack, to be put back: `below` bytes under its sp and `above` over it.
class Restored {
 public:
  Restored(uintptr_t below, uintptr_t above) : prepared_(address(bench_recurse), kDepth), sp_(prepared_.stack.sp), below_(below) {
    bytes_.resize(below + std::min(above, prepared_.stack.start + prepared_.stack.size - sp_));
    std::memcpy(bytes_.data(), start(), bytes_.size());
  }
  void restore() {
    std::memcpy(start(), bytes_.data(), bytes_.size());
    prepared_.stack.sp = sp_;
    prepared_.stack.generation++;
  }
  yg_stack *stack() { return &prepared_.stack; }

 private:
  char *start() { return reinterpret_cast<char *>(sp_ - below_); }

  Prepared prepared_;
  uintptr_t sp_, below_;
  std::vector<char> bytes_;
};

bool onlyRestore(Restored &restored, long count) {
  for (long i = 0; i < count; i++) {
    restored.restore();
    asm volatile("" : : : "memory");
  }
  return true;
}

// Each pop is one step further down.
bool pop(Restored &restored, long count) {
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    right &= yg_cursor_new(&cursor, restored.stack()) == YG_OK;
    for (uintptr_t pops = 0; pops < kDepth; pops++) {
      yg_cursor_step(&cursor);
      yg_pop_frames_to(&cursor);
    }
    right &= yg_get_csid(&cursor) == 2 && restored.stack()->sp > restored.stack()->start;
    restored.restore();
  }
  return right;
}

bool stepOnly(Restored &restored, long count) {
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    right &= yg_cursor_new(&cursor, restored.stack()) == YG_OK;
    for (uintptr_t steps = 0; steps < kDepth; steps++) yg_cursor_step(&cursor);
    right &= yg_get_csid(&cursor) == 2;
    restored.restore();
  }
  return right;
}

bool push(Restored &restored, long count) {
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    right &= yg_cursor_new(&cursor, restored.stack()) == YG_OK;
    for (uintptr_t pushes = 0; pushes < kPushes; pushes++) right &= yg_push_frame(&cursor, address(bench_pauser)) == YG_OK;
    restored.restore();
  }
  return right;
}

bool pushPayload(Restored &restored, long count) {
  uintptr_t payload[4] = {1, 2, 3, 4};
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    right &= yg_cursor_new(&cursor, restored.stack()) == YG_OK;
    for (uintptr_t pushes = 0; pushes < kPushes; pushes++)
      right &= yg_push_frame_payload(&cursor, address(bench_pauser), payload, sizeof payload, nullptr) == YG_OK;
    restored.restore();
  }
  return right;
}

// bench_pauser on bench_recurse: step to the latter, pop the former, push it again, resume; it pauses with the value.
bool replace(Prepared &prepared, long count) {
  prepared.enter();
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    yg_cursor_new(&cursor, &bench_language);
    yg_cursor_step(&cursor);
    yg_pop_frames_to(&cursor);
    yg_push_frame(&cursor, address(bench_pauser));
    value = yg_stack_swap(&bench_host, &bench_language, value) + 1;
  }
  prepared.leave();
  return value == static_cast<uintptr_t>(count);
}

bool resumeOnly(Prepared &prepared, long count) {
  prepared.enter();
  uintptr_t value = 0;
  for (long i = 0; i < count; i++) {
    yg_cursor cursor;
    yg_cursor_new(&cursor, &bench_language);
    yg_push_frame(&cursor, address(bench_pauser));
    value = yg_stack_swap(&bench_host, &bench_language, value) + 1;
    yg_cursor_new(&cursor, &bench_language);
    yg_cursor_step(&cursor);
    yg_pop_frames_to(&cursor);
  }
  prepared.leave();
  return value == static_cast<uintptr_t>(count);
}

std::shared_ptr<Prepared> replaceable() {
  auto prepared = std::make_shared<Prepared>(address(bench_recurse), 1);
  yg_cursor cursor;
  yg_cursor_new(&cursor, &prepared->stack);
  yg_cursor_step(&cursor);
  yg_pop_frames_to(&cursor);
  return prepared;
}

}  // namespace

void addSurgery(Suite &suite) {
  const char *group = "surgery";
  // Every pop writes a save area below the frame that it pops to: all over the frames.
  auto frames = std::make_shared<Restored>(64, ~uintptr_t{0});
  auto top = std::make_shared<Restored>(kPushes * 16 + 64, 128);
  auto payloads = std::make_shared<Restored>(kPushes * 64 + 64, 128);

  auto replaced = replaceable();
  yg_cursor cursor;
  yg_cursor_new(&cursor, &replaced->stack);
  yg_push_frame(&cursor, address(bench_pauser));
  replaced->enter();
  yg_stack_swap(&bench_host, &bench_language, 0);
  replaced->leave();
  suite.add({group, "pop + push + resume + pause", [replaced](long count) { return replace(*replaced, count); }});
  auto resumed = replaceable();
  suite.add({group, "the same, pushing first", [resumed](long count) { return resumeOnly(*resumed, count); }});

  suite.add({group, "walk and put back", [frames](long count) { return stepOnly(*frames, count); }, kDepth, "", true});
  suite.add({group, "pop one frame", [frames](long count) { return pop(*frames, count); }, kDepth, "walk and put back"});
  suite.add({group, "put the top back", [top](long count) { return onlyRestore(*top, count); }, kPushes, "", true});
  suite.add({group, "push", [top](long count) { return push(*top, count); }, kPushes, "put the top back"});
  suite.add({group, "put the payloads back", [payloads](long count) { return onlyRestore(*payloads, count); }, kPushes, "", true});
  suite.add({group, "push with a payload of 32 bytes", [payloads](long count) { return pushPayload(*payloads, count); }, kPushes,
             "put the payloads back"});
}

}  // namespace bench
