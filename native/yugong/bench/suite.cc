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

double median(std::vector<double> &values) {
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
  std::vector<std::vector<double>> times(cases_.size());
  for (int round = 0; round < rounds; round++)
    for (size_t i = 0; i < cases_.size(); i++) {
      Case &measured = cases_[i];
      times[i].push_back(timeOf(measured, measured.count) / static_cast<double>(measured.count) / measured.per_operation);
    }
  for (size_t i = 0; i < cases_.size(); i++) {
    cases_[i].median = median(times[i]);
    cases_[i].lowest = times[i].front();
  }
  for (Case &measured : cases_)
    if (!measured.minus.empty()) {
      double overhead = 0;
      for (const Case &other : cases_)
        if (other.group == measured.group && other.name == measured.minus) overhead = other.median * other.per_operation / measured.per_operation;
      measured.median = std::max(0.0, measured.median - overhead);
      measured.lowest = std::max(0.0, measured.lowest - overhead);
    }
}

double Suite::ns(const std::string &group, const std::string &name) const {
  for (const Case &measured : cases_)
    if (measured.group == group && measured.name == name) return measured.median;
  return 0;
}

// Peers that are missing are left out of the comparison that a target makes; a target of which nothing has been measured is left out itself.
std::vector<Target> Suite::targets() const {
  std::vector<Target> targets;
  auto add = [&](const char *text, double value, double peer, double limit, bool at_least) {
    if (value != 0 && peer != 0) targets.push_back({text, at_least ? peer / value : value / peer, limit, at_least});
  };
  double boost = ns("swap", "Boost.Context jump_fcontext"), minimal = ns("swap", "minimal hand-written swap");
  double fastest = boost == 0 ? minimal : std::min(boost, minimal);
  add("swap: no slower than the fastest of jump_fcontext and a minimal swap (5 % are noise)", ns("swap", "yg_stack_swap"), fastest, 1.05, false);
  double step = ns("walk, 200 frames", "yg_cursor_step");
  add("cursor step: times faster than libunwind's unw_step", step, ns("walk, 200 frames", "libunwind unw_step"), 20, true);
  add("cursor step: times as long as a frame-pointer walk", step, ns("walk, 200 frames", "frame-pointer walk"), 3, false);
  add("cursor step, 20 frames: times as long as a frame-pointer walk that begins when the last one has ended",
      ns("walk, 20 frames", "yg_cursor_step"), ns("walk, 20 frames", "frame-pointer walk, each after the last"), 5, false);
  add("pop + push + resume, ns", ns("surgery", "pop + push + resume + pause"), 1, 100, false);
  add("CSID look-up, warm, ns", ns("CSID look-up", "warm"), 1, 5, false);
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
            format(", \"median_ns\": %.3f, \"lowest_ns\": %.3f, \"right\": %s}", measured.median, measured.lowest, measured.wrong ? "false" : "true");
    separator = ",\n";
  }
  text += "\n  ],\n  \"missing\": [";
  separator = "";
  for (const std::string &peer : missing_) {
    text += separator + quoted(peer);
    separator = ", ";
  }
  text += "],\n  \"targets\": [";
  separator = "\n";
  for (const Target &target : targets()) {
    text += separator + std::string("    {\"text\": ") + quoted(target.text) +
            format(", \"value\": %.3f, \"limit\": %.3f, \"pass\": %s}", target.value, target.limit, target.passed() ? "true" : "false");
    separator = ",\n";
  }
  return text + "\n  ]\n}\n";
}

}  // namespace bench
