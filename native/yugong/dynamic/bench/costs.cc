// SPDX-License-Identifier: MIT
//
// Prints what registering, cancelling, looking up and stepping cost, beside stock libunwind's. Medians of nine runs, nanoseconds.
#include <sys/mman.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <random>
#include <vector>

#define UNW_LOCAL_ONLY
#include <libunwind.h>

#include "assembler.h"
#include "yugong-publish.h"

namespace {

constexpr size_t kCount = 20000, kLookUps = 500;

double medianOf(const std::function<double()> &run) {
  std::vector<double> results;
  for (int i = 0; i < 9; i++) results.push_back(run());
  std::sort(results.begin(), results.end());
  return results[4];
}

double nanoseconds(const std::function<void()> &body, size_t count) {
  auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count() / static_cast<double>(count);
}

void row(const char *what, double ours, double stock) {
  if (stock > 0)
    std::printf("%-66s %10.1f %10.1f\n", what, ours, stock);
  else
    std::printf("%-66s %10.1f %10s\n", what, ours, "-");
}

Procedure frame(const char *name) {
  Procedure p(name);
  p.push(RBP).add(RSP, -8).spillSp(RBP, 0);
  p.move(RBP, RSP).save(RSP, RBP);
  p.push(RBX).add(RSP, -8).spillFp(RBX, -8);
  p.moveStackPointer(-24).add(RSP, -24);
  return p;
}

// Registering many at addresses of their own, where nothing is. Each has an .eh_frame near by for libunwind:
//
//     memory     | 20 000 x 256 bytes: the procedures' addresses | 20 000 x 256 bytes: their .eh_frames |
void registration() {
  CodeArea area;
  Procedure p = frame("many");
  p.endRegion();
  p.leave().popFrames(2);
  p.ret();
  p.endNegativeRegion();
  RegionList list(p.regions);
  uintptr_t memory = reinterpret_cast<uintptr_t>(
      mmap(nullptr, kCount * 512, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  std::vector<yg_dyn_info> infos(kCount);
  std::vector<size_t> order(kCount);
  for (size_t i = 0; i < kCount; i++) {
    order[i] = i;
    infos[i].start_ip = memory + i * 256;
    infos[i].end_ip = infos[i].start_ip + 200;
    infos[i].u.pi.regions = list.first();
  }
  std::shuffle(order.begin(), order.end(), std::mt19937(1));
  std::vector<unw_dyn_info_t> stock(kCount);
  std::vector<int32_t> rows(kCount * 2);  // { ip, FDE }, relative to the .eh_frame
  for (size_t i = 0; i < kCount; i++) {
    stock[i].start_ip = infos[i].start_ip;
    stock[i].end_ip = infos[i].end_ip;
    stock[i].format = UNW_INFO_FORMAT_REMOTE_TABLE;
    uintptr_t eh_frame = memory + (kCount + i) * 256;
    size_t size, fde;
    if (yg_dyn_to_eh_frame(&infos[i], reinterpret_cast<uint8_t *>(eh_frame), 256, &size, &fde) != YG_DYN_OK) std::abort();
    rows[2 * i] = static_cast<int32_t>(infos[i].start_ip - eh_frame);
    rows[2 * i + 1] = static_cast<int32_t>(fde);
    stock[i].u.rti = {0, eh_frame, 1, reinterpret_cast<unw_word_t>(&rows[2 * i])};
  }
  std::vector<double> ours[3], theirs[3];
  for (int run = 0; run < 9; run++) {
    ours[0].push_back(nanoseconds([&] { for (size_t i : order) yg_dyn_register(&infos[i], nullptr); }, kCount));
    ours[1].push_back(nanoseconds([&] {
      yg_dyn_state state;
      for (size_t i : order) yg_dyn_state_at(infos[i].start_ip + 100, &state);
    }, kCount));
    ours[2].push_back(nanoseconds([&] { for (size_t i : order) yg_dyn_cancel(&infos[i]); }, kCount));
    theirs[0].push_back(nanoseconds([&] { for (size_t i : order) _U_dyn_register(&stock[i]); }, kCount));
    // Their list is linear, so some of them must do.
    theirs[2].push_back(nanoseconds([&] {
      for (size_t i = 0; i < kLookUps; i++) {
        unw_proc_info_t found;
        unw_word_t ip = stock[order[i]].start_ip + 100;
        if (unw_get_proc_info_by_ip(unw_local_addr_space, ip, &found, nullptr) != 0) std::abort();
      }
    }, kLookUps));
    theirs[1].push_back(nanoseconds([&] { for (size_t i : order) _U_dyn_cancel(&stock[i]); }, kCount));
  }
  auto median = [](std::vector<double> &v) { return std::sort(v.begin(), v.end()), v[4]; };
  row("register one of 20 000 (ours: checked, compiled, indexed)", median(ours[0]), median(theirs[0]));
  row("cancel one of 20 000", median(ours[2]), median(theirs[1]));
  row("look up one of 20 000 (ours: its state; libunwind: its FDE)", median(ours[1]), median(theirs[2]));
  munmap(reinterpret_cast<void *>(memory), kCount * 512);
}

volatile uint64_t sink;
void (*measurement)();

void stepping() {
  yg_dyn_cursor start;
  unw_context_t context;
  unw_getcontext(&context);
  yg_dyn_cursor_from_ucontext(&start, &context);
  constexpr size_t kRounds = 2000;
  int frames = 0;
  for (yg_dyn_cursor cursor = start; yg_dyn_step(&cursor, nullptr, nullptr) == YG_DYN_OK && frames < 50;) frames++;
  // From the measuring function through the compiled frame to the 30 procedures' frames.
  yg_dyn_cursor top = start;
  yg_dyn_state state;
  int skipped = 0;
  while (yg_dyn_state_at(top.registers[RIP] - 1, &state) != YG_DYN_OK) yg_dyn_step(&top, nullptr, nullptr), skipped++;
  double ours = medianOf([&] {
    return nanoseconds([&] {
      for (size_t round = 0; round < kRounds; round++) {
        yg_dyn_cursor cursor = top;
        for (int i = 0; i < 29; i++) yg_dyn_step(&cursor, nullptr, nullptr);
        sink = cursor.registers[RIP];
      }
    }, kRounds * 29);
  });
  auto libunwind = [&] {
    return medianOf([&] {
      double total = 0;
      for (size_t round = 0; round < kRounds / 10; round++) {
        unw_cursor_t cursor;
        unw_init_local(&cursor, &context);
        for (int i = 0; i < skipped; i++) unw_step(&cursor);
        total += nanoseconds([&] { for (int i = 0; i < 29; i++) unw_step(&cursor); }, 29);
      }
      return total / (kRounds / 10);
    });
  };
  double cached = libunwind();
  unw_set_caching_policy(unw_local_addr_space, UNW_CACHE_NONE);
  double uncached = libunwind();
  unw_set_caching_policy(unw_local_addr_space, UNW_CACHE_GLOBAL);
  row("step through a region-described frame", ours, cached);
  row("the same, libunwind's caches off", ours, uncached);
}

void callMeasurement() { measurement(); }

}  // namespace

int main() {
  std::printf("%-66s %10s %10s\n", "nanoseconds", "ours", "libunwind");
  registration();
  // 30 procedures that call each other; the last one measures.
  CodeArea area;
  std::vector<std::unique_ptr<Loaded>> chain;
  std::vector<yg_dyn_publication *> publications(30);
  uintptr_t target = reinterpret_cast<uintptr_t>(callMeasurement);
  for (int i = 0; i < 30; i++) {
    Procedure p = frame("chain");
    p.callAbsolute(target);
    p.load(RBX, RBP, -8).restore(RBX);
    p.leave().popFrames(1);
    p.ret();
    chain.push_back(std::make_unique<Loaded>(area, std::move(p)));
    if (chain.back()->enter() != YG_DYN_OK) return 1;
    target = chain.back()->info.start_ip;
  }
  for (size_t i = 0; i < chain.size(); i++)
    if (yg_dyn_publish(&chain[i]->info, YG_PUBLISH_LIBUNWIND, &publications[i]) != YG_DYN_OK) return 1;
  measurement = stepping;
  reinterpret_cast<void (*)()>(target)();
  double convert = medianOf([&] {
    return nanoseconds([&] {
      uint8_t bytes[1024];
      size_t size;
      for (int i = 0; i < 1000; i++) yg_dyn_to_eh_frame(&chain[0]->info, bytes, sizeof bytes, &size, nullptr);
    }, 1000);
  });
  row("convert to .eh_frame", convert, 0);
}
