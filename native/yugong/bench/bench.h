// SPDX-License-Identifier: MIT
//
// A case is an operation of ours or of a peer; a group is a set of cases that do the same. All cases of the program take turns in short
// batches on one processor, so that whatever disturbs the machine disturbs all of them. The median of a case's batches counts; of two
// cases that are compared, the median of the ratios of batches that followed each other, which a slow minute or another clock rate leaves
// as they are. From round to round, the stack that the batches run on is shifted.
#ifndef YUGONG_BENCH_H
#define YUGONG_BENCH_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "yugong.h"

namespace bench {

struct Case {
  std::string group, name;
  // Does the operation `count` times and checks what it did: false when the result is wrong.
  std::function<bool(long count)> run;
  double per_operation = 1;  // what the time of one operation is divided by: swaps per round trip, frames per walk ...
  std::string minus = "";    // a case of the same group whose time is no part of the operation
  bool hidden = false;
  // Results, in nanoseconds. `times` is by round.
  long count = 0;
  std::vector<double> times{};
  double median = 0, lowest = 0;
  bool wrong = false;
};

struct Target {
  std::string text;
  double value, limit;
  bool at_least;
  bool passed() const { return at_least ? value >= limit : value <= limit; }
};

class Suite {
 public:
  // Only groups whose names contain `only`.
  explicit Suite(std::string only) : only_(std::move(only)) {}
  bool wants(const std::string &group) const { return group.find(only_) != std::string::npos; }
  void add(Case added) {
    if (wants(added.group)) cases_.push_back(std::move(added));
  }
  // Of what the core keeps, in bytes.
  void size(const std::string &name, size_t bytes) { sizes_.push_back({name, bytes}); }
  void missing(const std::string &peer, const std::string &why) { missing_.push_back(peer + ": " + why); }
  void measure(int rounds, double batch_ns);

  // The median of a case; 0 when there is no such case.
  double ns(const std::string &group, const std::string &name) const;
  // How many times as long as the fastest of the peers a case takes; 0 when it is not there, or none of them.
  double ratio(const std::string &group, const std::string &name, const std::vector<std::string> &peers) const;
  std::vector<Target> targets() const;
  bool allRight() const;
  void print() const;
  std::string json() const;

 private:
  const Case *find(const std::string &group, const std::string &name) const;

  std::string only_;
  std::vector<Case> cases_;
  std::vector<std::string> missing_;
  std::vector<std::pair<std::string, size_t>> sizes_;
};

// One function for each file of cases.
void addSwitching(Suite &suite);
void addSurgery(Suite &suite);
void addWalking(Suite &suite);
void addRegistry(Suite &suite);

// ---- stacks for them ----------------------------------------------------------------------------------------------------------------

extern "C" {
extern yg_stack bench_host, bench_language;
void bench_recurse(uintptr_t depth);
uintptr_t bench_pauser(uintptr_t value);
extern const uint8_t __start_bench_stackmaps[], __stop_bench_stackmaps[];
}

template <typename F>
uintptr_t address(F *function) {
  return reinterpret_cast<uintptr_t>(function);
}

// A stack that has begun function(argument), until it swapped to bench_host. Made bench_language while it is used.
class Prepared {
 public:
  Prepared(uintptr_t function, uintptr_t argument, uintptr_t size = 1 << 20);
  Prepared(uintptr_t function, uintptr_t argument, yg_slab *slab);
  ~Prepared();
  Prepared(const Prepared &) = delete;
  void enter() const { bench_language = stack; }
  void leave() { stack = bench_language; }

  yg_stack stack;

 private:
  void begin(uintptr_t function, uintptr_t argument);
};

}  // namespace bench

#endif
