// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "bench.h"

namespace bench {
namespace {

double timeOf(Case &measured, long count) {
  using Clock = std::chrono::steady_clock;
  auto start = Clock::now();
  bool right = measured.run(count);
  double ns = std::chrono::duration<double, std::nano>(Clock::now() - start).count();
  measured.wrong |= !right;
  return ns;
}

// At one of 64 places of the stack: where its words lie is worth 10 % to some operations, so no place may stand for all.
__attribute__((noinline)) double timeAtPlace(int place, Case &measured, long count) {
  volatile char *shift = static_cast<volatile char *>(__builtin_alloca(static_cast<size_t>(16 * (place % 64) + 16)));
  *shift = 0;
  return timeOf(measured, count);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

std::string quoted(const std::string &text) {
  std::string result = "\"";
  for (char letter : text) {
    if (letter == '"' || letter == '\\') result += '\\';
    result += letter;
  }
  return result + "\"";
}

template <typename... T>
std::string format(const char *pattern, T... values) {
  char text[300];
  std::snprintf(text, sizeof text, pattern, values...);
  return text;
}

}  // namespace

void Suite::measure(int rounds, double batch_ns) {
  for (Case &measured : cases_) {
    measured.count = 1;
    timeOf(measured, 1);
    while (timeOf(measured, measured.count) < batch_ns && measured.count < 1 << 24) measured.count *= 2;
  }
  for (int round = 0; round < rounds; round++)
    for (Case &measured : cases_)
      measured.times.push_back(timeAtPlace(round, measured, measured.count) / static_cast<double>(measured.count) / measured.per_operation);
  for (Case &measured : cases_)
    if (const Case *overhead = measured.minus.empty() ? nullptr : find(measured.group, measured.minus)) {
      double share = overhead->per_operation / measured.per_operation;
      for (size_t i = 0; i < measured.times.size(); i++) measured.times[i] = std::max(0.0, measured.times[i] - overhead->times[i] * share);
    }
  for (Case &measured : cases_) {
    measured.median = median(measured.times);
    measured.lowest = *std::min_element(measured.times.begin(), measured.times.end());
  }
}

const Case *Suite::find(const std::string &group, const std::string &name) const {
  for (const Case &measured : cases_)
    if (measured.group == group && measured.name == name) return &measured;
  return nullptr;
}

double Suite::ns(const std::string &group, const std::string &name) const {
  const Case *found = find(group, name);
  return found == nullptr ? 0 : found->median;
}

double Suite::ratio(const std::string &group, const std::string &name, const std::vector<std::string> &peers) const {
  const Case *ours = find(group, name);
  double largest = 0;
  for (const std::string &peer : peers) {
    const Case *theirs = find(group, peer);
    if (ours == nullptr || theirs == nullptr) continue;
    std::vector<double> ratios;
    for (size_t round = 0; round < ours->times.size(); round++)
      if (theirs->times[round] > 0) ratios.push_back(ours->times[round] / theirs->times[round]);
    if (!ratios.empty()) largest = std::max(largest, median(ratios));
  }
  return largest;
}

// Peers that are missing are left out of the comparison that a target makes; a target of which nothing has been measured is left out itself.
std::vector<Target> Suite::targets() const {
  std::vector<Target> targets;
  auto add = [&](const char *text, double value, double limit, bool at_least) {
    if (value != 0) targets.push_back({text, value, limit, at_least});
  };
  const std::string walk = "walk, 200 frames", step = "yg_cursor_step";
  add("swap: no slower than the fastest of jump_fcontext and a minimal swap (5 % are noise)",
      ratio("swap", "yg_stack_swap", {"Boost.Context jump_fcontext", "minimal hand-written swap"}), 1.05, false);
  add("cursor step: times faster than libunwind's unw_step", ratio(walk, "libunwind unw_step", {step}), 20, true);
  add("cursor step: times as long as a frame-pointer walk", ratio(walk, step, {"frame-pointer walk"}), 3, false);
  add("cursor step, 20 frames: times as long as a frame-pointer walk that begins when the last one has ended",
      ratio("walk, 20 frames", step, {"frame-pointer walk, each after the last"}), 5, false);
  add("pop + push + resume, ns", ns("surgery", "pop + push + resume + pause"), 100, false);
  add("CSID look-up, warm, ns", ns("CSID look-up", "warm"), 5, false);
  return targets;
}

bool Suite::allRight() const {
  return std::none_of(cases_.begin(), cases_.end(), [](const Case &measured) { return measured.wrong; });
}

void Suite::print() const {
  std::string group;
  double reference = 0;
  for (const Case &measured : cases_) {
    if (measured.hidden) continue;
    if (measured.group != group) {
      group = measured.group;
      reference = measured.median;
      std::printf("\n%-52s %10s %10s %8s\n", group.c_str(), "median ns", "lowest ns", "ratio");
    }
    std::printf("  %-50s %10.2f %10.2f %8.2f%s\n", measured.name.c_str(), measured.median, measured.lowest,
                reference == 0 ? 0 : measured.median / reference, measured.wrong ? "   WRONG RESULT" : "");
  }
  std::printf("\n");
  for (const std::string &peer : missing_) std::printf("missing: %s\n", peer.c_str());
  for (const Target &target : targets())
    std::printf("%s  %s: %.2f (%s %.2f)\n", target.passed() ? "pass" : "MISS", target.text.c_str(), target.value,
                target.at_least ? "at least" : "at most", target.limit);
}

std::string Suite::json() const {
  std::string text = "{\n  \"cases\": [";
  const char *separator = "\n";
  for (const Case &measured : cases_) {
    if (measured.hidden) continue;
    text += separator + std::string("    {\"group\": ") + quoted(measured.group) + ", \"name\": " + quoted(measured.name) +
            format(", \"median_ns\": %.3f, \"lowest_ns\": %.3f, \"right\": %s", measured.median, measured.lowest, measured.wrong ? "false" : "true") +
            ", \"times_ns\": [";
    const char *comma = "";
    for (double time : measured.times) {
      text += comma + format("%.3f", time);
      comma = ", ";
    }
    text += "]}";
    separator = ",\n";
  }
  text += "\n  ],\n  \"missing\": [";
  separator = "";
  for (const std::string &peer : missing_) {
    text += separator + quoted(peer);
    separator = ", ";
  }
  text += "],\n  \"sizes_bytes\": {";
  separator = "";
  for (const auto &[name, bytes] : sizes_) {
    text += separator + quoted(name) + format(": %zu", bytes);
    separator = ", ";
  }
  text += "},\n  \"targets\": [";
  separator = "\n";
  for (const Target &target : targets()) {
    text += separator + std::string("    {\"text\": ") + quoted(target.text) +
            format(", \"value\": %.3f, \"limit\": %.3f, \"pass\": %s}", target.value, target.limit, target.passed() ? "true" : "false");
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace bench
