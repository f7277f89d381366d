// SPDX-License-Identifier: MIT
#include "publish.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

namespace yg {

std::atomic<uint32_t> publish_targets{0};
std::atomic<uintptr_t> published_codes{0};

namespace {

struct Publisher {
  std::mutex mutex;
  bool prune_perf_map = false;
  std::string jitdump_directory = "/tmp";
  std::unordered_map<const yg_code *, std::unique_ptr<Publication>> publications;
};

// Never destroyed: code may be unregistered by destructors of other static objects.
Publisher &publisher() {
  static Publisher *instance = new Publisher;
  return *instance;
}

// The details of the yg_code_register_published that this thread is in.
thread_local const yg_publish_details *current_details = nullptr;

constexpr size_t kLongestDirectory = 4000;
constexpr uint32_t kCodeTargets = YG_PUBLISH_ALL & ~uint32_t{YG_PUBLISH_STACKS};

bool isInside(const yg_code_description &description, uintptr_t start, uintptr_t size) {
  return start >= description.start && size <= description.size && start - description.start <= description.size - size;
}

const char *findMistake(const yg_code_description &description, const yg_publish_details &details) {
  if ((details.targets & ~kCodeTargets) != 0) return "publish: unknown target";
  if ((details.symbols == nullptr && details.symbol_count != 0) || (details.lines == nullptr && details.line_count != 0))
    return "publish: malformed details";
  for (size_t i = 0; i < details.symbol_count; i++) {
    const yg_publish_symbol &symbol = details.symbols[i];
    if (symbol.name == nullptr || !isInside(description, symbol.start, symbol.size)) return "publish: a symbol without a name or outside the code";
  }
  for (size_t i = 0; i < details.line_count; i++) {
    const yg_publish_line &line = details.lines[i];
    if (line.file == nullptr || !isInside(description, line.address, 0)) return "publish: a line without a file or outside the code";
    if (i != 0 && line.address < details.lines[i - 1].address) return "publish: lines are not sorted";
  }
  return nullptr;
}

std::vector<PublishedSymbol> symbolsOf(const yg_code_description &description, const yg_publish_details *details) {
  std::vector<PublishedSymbol> symbols;
  if (details != nullptr)
    for (size_t i = 0; i < details->symbol_count; i++)
      symbols.push_back({details->symbols[i].start, details->symbols[i].size, details->symbols[i].name});
  if (symbols.empty()) symbols.push_back({description.start, description.size, description.name == nullptr ? "" : description.name});
  for (PublishedSymbol &symbol : symbols)
    if (symbol.name.empty()) symbol.name = "(anonymous)";
  std::stable_sort(symbols.begin(), symbols.end(), [](const auto &a, const auto &b) { return a.start < b.start; });
  return symbols;
}

}  // namespace

std::vector<yg_publish_line> PublicationSource::linesOf(uintptr_t start, uintptr_t size) const {
  std::vector<yg_publish_line> found;
  for (size_t i = 0; i < line_count; i++) {
    if (lines[i].address > start && lines[i].address - start >= size) break;
    if (lines[i].address <= start) found.clear();
    found.push_back(lines[i]);
    if (lines[i].address < start) found.back().address = start;
  }
  return found;
}

void publishCodeSlowly(const yg_code_description &description, const yg_code *code) {
  const yg_publish_details *details = current_details;
  uint32_t wanted = details != nullptr ? details->targets : publish_targets.load(std::memory_order_relaxed);
  if (description.size == 0 || (wanted & kCodeTargets) == 0) return;

  auto publication = std::make_unique<Publication>();
  publication->start = description.start;
  publication->size = description.size;
  publication->symbols = symbolsOf(description, details);
  UnwindSection unwind;
  if (description.eh_frame != nullptr && !unwind.parse(description.eh_frame, description.eh_frame_size)) unwind = UnwindSection{};
  PublicationSource source{&unwind, nullptr, 0};
  if (details != nullptr) source.lines = details->lines, source.line_count = details->line_count;

  Publisher &p = publisher();
  std::lock_guard<std::mutex> lock(p.mutex);
  uint32_t reached = publishFrames(*publication, source, wanted);
  if ((wanted & YG_PUBLISH_GDB) != 0 && publishToGdb(*publication, source)) reached |= YG_PUBLISH_GDB;
  if ((wanted & YG_PUBLISH_PERF_MAP) != 0 && publishToPerfMap(*publication)) reached |= YG_PUBLISH_PERF_MAP;
  if ((wanted & YG_PUBLISH_JITDUMP) != 0 && publishToJitdump(*publication, source, p.jitdump_directory)) reached |= YG_PUBLISH_JITDUMP;
  publication->reached = reached;
  p.publications[code] = std::move(publication);
  published_codes.fetch_add(1, std::memory_order_relaxed);
}

void unpublishCodeSlowly(const yg_code *code) {
  Publisher &p = publisher();
  std::lock_guard<std::mutex> lock(p.mutex);
  auto found = p.publications.find(code);
  if (found == p.publications.end()) return;
  Publication &publication = *found->second;
  unpublishFrames(publication);
  if ((publication.reached & YG_PUBLISH_GDB) != 0) unpublishFromGdb(publication);
  if ((publication.reached & YG_PUBLISH_PERF_MAP) != 0) unpublishFromPerfMap(publication, p.prune_perf_map);
  p.publications.erase(found);
  published_codes.fetch_sub(1, std::memory_order_relaxed);
}

}  // namespace yg

using namespace yg;

yg_status yg_publish_options_set(const yg_publish_options *options) {
  if (options == nullptr || (options->targets & ~uint32_t{YG_PUBLISH_ALL}) != 0) return YG_ERROR_ARGUMENT;
  std::string directory = options->jitdump_directory == nullptr ? "/tmp" : options->jitdump_directory;
  if (directory.empty() || directory.size() >= kLongestDirectory) return YG_ERROR_ARGUMENT;
  Publisher &p = publisher();
  std::lock_guard<std::mutex> lock(p.mutex);
  p.prune_perf_map = options->prune_perf_map != 0;
  p.jitdump_directory = std::move(directory);
  publish_targets.store(options->targets, std::memory_order_relaxed);
  return YG_OK;
}

yg_status yg_code_register_published(const yg_code_description *description, const yg_publish_details *details, yg_code **out,
                                     const char **message) {
  if (description == nullptr || details == nullptr || out == nullptr) return YG_ERROR_ARGUMENT;
  *out = nullptr;
  if (const char *mistake = findMistake(*description, *details)) {
    if (message != nullptr) *message = mistake;
    return YG_ERROR_ARGUMENT;
  }
  // The registry's hook must not publish by the options as well.
  yg_publish_details none{};
  current_details = &none;
  yg_status status = yg_code_register(description, out, message);
  current_details = details;
  if (status == YG_OK) publishCodeSlowly(*description, *out);
  current_details = nullptr;
  return status;
}

uint32_t yg_code_published(const yg_code *code) {
  Publisher &p = publisher();
  std::lock_guard<std::mutex> lock(p.mutex);
  auto found = p.publications.find(code);
  return found == p.publications.end() ? 0 : found->second->reached;
}

yg_status yg_stack_publish(yg_stack *stack, const char *name) {
  if (stack == nullptr) return YG_ERROR_ARGUMENT;
  listStack(stack, name == nullptr ? "" : name);
  return YG_OK;
}

yg_status yg_stack_unpublish(yg_stack *stack) { return unlistStack(stack) ? YG_OK : YG_ERROR_ARGUMENT; }
