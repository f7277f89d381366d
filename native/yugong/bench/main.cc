// SPDX-License-Identifier: MIT
//
// yugong-bench [--quick] [--rounds N] [--only TEXT] [--json FILE] [--strict]: what the operations cost here, beside what others offer.
#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "bench.h"

namespace bench {

extern "C" {
yg_stack bench_host, bench_language;
}

namespace {

void check(yg_status status, const char *what) {
  if (status == YG_OK) return;
  std::fprintf(stderr, "%s: %s\n", what, yg_status_message(status));
  std::exit(1);
}

// Where it is running now: moving to another processor costs caches and may change the clock rate.
void stayOnThisProcessor() {
  int processor = sched_getcpu();
  if (processor < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

}  // namespace

Prepared::Prepared(uintptr_t function, uintptr_t argument, uintptr_t size) {
  check(yg_stack_new(&stack, size), "yg_stack_new");
  begin(function, argument);
}

Prepared::Prepared(uintptr_t function, uintptr_t argument, yg_slab *slab) {
  check(yg_stack_new_in_slab(&stack, slab), "yg_stack_new_in_slab");
  begin(function, argument);
}

void Prepared::begin(uintptr_t function, uintptr_t argument) {
  stack.host = &bench_host;
  yg_cursor cursor;
  check(yg_cursor_new(&cursor, &stack), "yg_cursor_new");
  check(yg_push_frame(&cursor, function), "yg_push_frame");
  enter();
  yg_stack_swap(&bench_host, &bench_language, argument);
  leave();
}

Prepared::~Prepared() { yg_stack_free(&stack); }

}  // namespace bench

int main(int argc, char **argv) {
  using namespace bench;
  int rounds = 31;
  double batch_ns = 300000;
  const char *json = nullptr, *only = "";
  bool strict = false;
  for (int i = 1; i < argc; i++) {
    if (std::strcmp(argv[i], "--quick") == 0) {
      rounds = 3;
      batch_ns = 20000;
    } else if (std::strcmp(argv[i], "--rounds") == 0 && i + 1 < argc) {
      rounds = std::atoi(argv[++i]);
    } else if (std::strcmp(argv[i], "--only") == 0 && i + 1 < argc) {
      only = argv[++i];
    } else if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc) {
      json = argv[++i];
    } else if (std::strcmp(argv[i], "--strict") == 0) {
      strict = true;
    } else {
      std::fputs("usage: yugong-bench [--quick] [--rounds N] [--only TEXT] [--json FILE or -] [--strict]\n", stderr);
      return 2;
    }
  }
  if (rounds < 1) rounds = 1;

  stayOnThisProcessor();

  yg_code_description description{};
  description.stackmap = __start_bench_stackmaps;
  description.stackmap_size = static_cast<size_t>(__stop_bench_stackmaps - __start_bench_stackmaps);
  description.name = "benchmark";
  description.flags = YG_CODE_PLAIN_RECORDS;
  yg_code *code;
  const char *message = "";
  if (yg_code_register(&description, &code, &message) != YG_OK) {
    std::fprintf(stderr, "yg_code_register: %s\n", message);
    return 1;
  }

  Suite suite(only);
  addSwitching(suite);
  addSurgery(suite);
  addWalking(suite);
  addRegistry(suite);
  suite.measure(rounds, batch_ns);
  if (json == nullptr || std::strcmp(json, "-") != 0) suite.print();
  if (json != nullptr) {
    std::FILE *file = std::strcmp(json, "-") == 0 ? stdout : std::fopen(json, "w");
    if (file == nullptr) {
      std::perror(json);
      return 1;
    }
    std::fputs(suite.json().c_str(), file);
    if (file != stdout) std::fclose(file);
  }
  if (!suite.allRight()) return 1;
  if (strict)
    for (const Target &target : suite.targets())
      if (!target.passed()) return 1;
  return 0;
}
