// SPDX-License-Identifier: MIT
//
// /tmp/perf-PID.map: a line `start size name`, the numbers in hexadecimal without a prefix, for each symbol. perf reads it when samples
// are reported, so code that is gone keeps its lines until something else lies there (or at once, see yg_publish_options).
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <map>

#include "publish.h"

namespace yg {
namespace {

struct Line {
  uintptr_t size;
  std::string name;
  bool dead;
};

struct PerfMap {
  int file = -1;
  pid_t process = 0;
  std::map<uintptr_t, Line> lines;  // by start
};

PerfMap &perfMap() {
  static PerfMap *instance = new PerfMap;
  return *instance;
}

std::string textOf(uintptr_t start, const Line &line) {
  char numbers[64];
  std::snprintf(numbers, sizeof numbers, "%" PRIxPTR " %" PRIxPTR " ", start, line.size);
  return numbers + line.name + "\n";
}

bool writeAll(int file, const std::string &text) {
  for (size_t at = 0; at < text.size();) {
    ssize_t written = write(file, text.data() + at, text.size() - at);
    if (written <= 0) return false;
    at += static_cast<size_t>(written);
  }
  return true;
}

bool writeAgain(PerfMap &map) {
  std::string text;
  for (const auto &[start, line] : map.lines) text += textOf(start, line);
  return ftruncate(map.file, 0) == 0 && writeAll(map.file, text);
}

// A forked process has a map of its own, with all the code that it has inherited.
bool open(PerfMap &map) {
  if (map.file >= 0 && map.process == getpid()) return true;
  if (map.file >= 0) close(map.file);
  map.process = getpid();
  std::string path = "/tmp/perf-" + std::to_string(map.process) + ".map";
  // What an earlier process with this number has left must not stay; nor may a link lead elsewhere.
  unlink(path.c_str());
  map.file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC, 0644);
  return map.file >= 0 && (map.lines.empty() || writeAgain(map));
}

// Lines of code that is gone and where [start, start + size) lies now.
bool removeDead(PerfMap &map, uintptr_t start, uintptr_t size) {
  bool removed = false;
  auto at = map.lines.lower_bound(start);
  // A line before may reach in; symbols of one piece of code may overlap, so look past those that do not.
  while (at != map.lines.begin() && (std::prev(at)->second.dead || std::prev(at)->first + std::prev(at)->second.size > start)) --at;
  while (at != map.lines.end() && at->first < start + size) {
    bool overlaps = at->second.dead && at->first + at->second.size > start;
    at = overlaps ? map.lines.erase(at) : std::next(at);
    removed |= overlaps;
  }
  return removed;
}

}  // namespace

bool publishToPerfMap(const Publication &publication) {
  PerfMap &map = perfMap();
  if (!open(map)) return false;
  bool rewrite = removeDead(map, publication.start, publication.size);
  std::string added;
  for (const PublishedSymbol &symbol : publication.symbols) {
    Line line{symbol.size, symbol.name, false};
    std::replace(line.name.begin(), line.name.end(), '\n', ' ');
    added += textOf(symbol.start, line);
    map.lines[symbol.start] = std::move(line);
  }
  return rewrite ? writeAgain(map) : writeAll(map.file, added);
}

void unpublishFromPerfMap(const Publication &publication, bool prune) {
  PerfMap &map = perfMap();
  for (const PublishedSymbol &symbol : publication.symbols) {
    auto found = map.lines.find(symbol.start);
    if (found == map.lines.end()) continue;
    if (prune)
      map.lines.erase(found);
    else
      found->second.dead = true;
  }
  if (prune && open(map)) writeAgain(map);
}

}  // namespace yg
