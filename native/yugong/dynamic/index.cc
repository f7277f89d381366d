// SPDX-License-Identifier: MIT
#include "index.h"

#include <algorithm>
#include <vector>

namespace yg::dynamic {
namespace {

constexpr uint32_t kLeafLimit = 128;

struct Place {
  uintptr_t start, end;
  const Entry *entry;
};

struct Leaf {
  uint32_t count = 0;
  Place places[kLeafLimit];
};

struct Directory {
  explicit Directory(size_t count) : count(count), lowest(new uintptr_t[count]), leaves(new std::atomic<const Leaf *>[count]) {}

  // The leaf whose range of addresses contains `ip`. lowest[0] is 0.
  size_t indexOf(uintptr_t ip) const {
    return static_cast<size_t>(std::upper_bound(lowest.get(), lowest.get() + count, ip) - lowest.get()) - 1;
  }

  size_t count;
  std::unique_ptr<uintptr_t[]> lowest;
  std::unique_ptr<std::atomic<const Leaf *>[]> leaves;
};

// The last place that starts at or below `ip`, as an index + 1; 0 when there is none.
uint32_t placesUpTo(const Leaf &leaf, uintptr_t ip) {
  auto after = std::upper_bound(leaf.places, leaf.places + leaf.count, ip, [](uintptr_t value, const Place &p) { return value < p.start; });
  return static_cast<uint32_t>(after - leaf.places);
}

// ---- readers' counters -------------------------------------------------------------------------------------------------------------

constexpr unsigned kShardCount = 16;

struct alignas(64) Shard {
  std::atomic<intptr_t> counters[2] = {};
};

Shard shards[kShardCount];
std::atomic<uint64_t> epoch{0};
std::atomic<unsigned> next_shard{0};
thread_local unsigned own_shard __attribute__((tls_model("initial-exec"))) = next_shard.fetch_add(1) % kShardCount;

bool isQuiet(uint64_t parity) {
  for (const Shard &shard : shards)
    if (shard.counters[parity & 1].load() != 0) return false;
  return true;
}

// ---- the writers' side (they hold `mutex`) -----------------------------------------------------------------------------------------

std::atomic<const Directory *> current{nullptr};

class Writer {
 public:
  std::mutex mutex;
  std::atomic<uint64_t> generation{0};

  yg_dyn_status insert(std::unique_ptr<Entry> entry) {
    if (overlaps(*entry)) return YG_DYN_ERROR_OVERLAP;
    const Directory &directory = *directoryOrNew();
    size_t at = directory.indexOf(entry->start);
    const Leaf &old = *directory.leaves[at].load(std::memory_order_relaxed);
    Place place{entry->start, entry->end, entry.get()};
    entry.release();
    if (old.count < kLeafLimit) {
      Leaf *leaf = new Leaf(old);
      uint32_t before = placesUpTo(*leaf, place.start);
      std::copy_backward(leaf->places + before, leaf->places + leaf->count, leaf->places + leaf->count + 1);
      leaf->places[before] = place;
      leaf->count++;
      directory.leaves[at].store(leaf);
    } else {
      split(directory, at, old, place);
    }
    retire({nullptr, &old, nullptr});
    changed();
    return YG_DYN_OK;
  }

  yg_dyn_status remove(const yg_dyn_info *key) {
    const Directory *directory = current.load(std::memory_order_relaxed);
    if (directory == nullptr) return YG_DYN_ERROR_NOT_REGISTERED;
    // The object's own start_ip is where to look, unless it was changed since.
    size_t at = directory->indexOf(key->start_ip);
    const Leaf &old = *directory->leaves[at].load(std::memory_order_relaxed);
    uint32_t before = placesUpTo(old, key->start_ip);
    if (before == 0 || old.places[before - 1].entry->key != key) return YG_DYN_ERROR_NOT_REGISTERED;
    const Entry *entry = old.places[before - 1].entry;
    Leaf *leaf = new Leaf(old);
    std::copy(leaf->places + before, leaf->places + leaf->count, leaf->places + before - 1);
    leaf->count--;
    if (leaf->count == 0 && directory->count > 1) {
      delete leaf;
      drop(*directory, at);
    } else {
      directory->leaves[at].store(leaf);
    }
    retire({entry, &old, nullptr});
    changed();
    return YG_DYN_OK;
  }

 private:
  struct Garbage {
    const Entry *entry;
    const Leaf *leaf;
    const Directory *directory;
    uint64_t epoch = 0;
  };

  const Directory *directoryOrNew() {
    if (const Directory *directory = current.load(std::memory_order_relaxed)) return directory;
    Directory *directory = new Directory(1);
    directory->lowest[0] = 0;
    directory->leaves[0].store(new Leaf);
    current.store(directory);
    return directory;
  }

  bool overlaps(const Entry &entry) const {
    const Directory *directory = current.load(std::memory_order_relaxed);
    if (directory == nullptr) return false;
    // Of all that starts below entry.end, the last one ends last.
    size_t at = directory->indexOf(entry.end - 1);
    for (;; at--) {
      const Leaf &leaf = *directory->leaves[at].load(std::memory_order_relaxed);
      if (uint32_t before = placesUpTo(leaf, entry.end - 1)) return leaf.places[before - 1].end > entry.start;
      if (at == 0) return false;
    }
  }

  // The full leaf `old` becomes two, with `place` in one of them.
  void split(const Directory &directory, size_t at, const Leaf &old, const Place &place) {
    std::vector<Place> all(old.places, old.places + old.count);
    all.insert(all.begin() + placesUpTo(old, place.start), place);
    // Addresses often grow: leaves that are filled at the end stay nearly full.
    size_t middle = all.back().start == place.start ? all.size() - 1 : all.size() / 2;
    Leaf *low = new Leaf, *high = new Leaf;
    low->count = static_cast<uint32_t>(middle);
    high->count = static_cast<uint32_t>(all.size() - middle);
    std::copy(all.begin(), all.begin() + static_cast<ptrdiff_t>(middle), low->places);
    std::copy(all.begin() + static_cast<ptrdiff_t>(middle), all.end(), high->places);

    Directory *larger = new Directory(directory.count + 1);
    for (size_t from = 0, to = 0; from < directory.count; from++) {
      larger->lowest[to] = directory.lowest[from];
      larger->leaves[to++].store(from == at ? low : directory.leaves[from].load(std::memory_order_relaxed), std::memory_order_relaxed);
      if (from != at) continue;
      larger->lowest[to] = high->places[0].start;
      larger->leaves[to++].store(high, std::memory_order_relaxed);
    }
    current.store(larger);
    retire({nullptr, nullptr, &directory});
  }

  // Take leaf `at` out; its addresses go to the leaf before, or the first one's to the second.
  void drop(const Directory &directory, size_t at) {
    Directory *smaller = new Directory(directory.count - 1);
    for (size_t from = 0, to = 0; from < directory.count; from++) {
      if (from == at) continue;
      smaller->lowest[to] = to == 0 ? 0 : directory.lowest[from];
      smaller->leaves[to++].store(directory.leaves[from].load(std::memory_order_relaxed), std::memory_order_relaxed);
    }
    current.store(smaller);
    retire({nullptr, nullptr, &directory});
  }

  void retire(Garbage garbage) {
    garbage.epoch = epoch.load();
    garbage_.push_back(garbage);
  }

  void changed() {
    generation.fetch_add(1);
    uint64_t now = epoch.load();
    if (isQuiet(now + 1)) epoch.store(++now);
    size_t freed = 0;
    for (; freed < garbage_.size() && garbage_[freed].epoch + 2 <= now; freed++) {
      delete garbage_[freed].entry;
      delete garbage_[freed].leaf;
      delete garbage_[freed].directory;
    }
    garbage_.erase(garbage_.begin(), garbage_.begin() + static_cast<ptrdiff_t>(freed));
  }

  std::vector<Garbage> garbage_;  // oldest first
};

// Never destroyed: destructors of other static objects may unwind.
Writer &writer() {
  static Writer *instance = new Writer;
  return *instance;
}

}  // namespace

ReadGuard::ReadGuard() : counter_(&shards[own_shard].counters[epoch.load() & 1]) { counter_->fetch_add(1); }

ReadGuard::~ReadGuard() { counter_->fetch_sub(1); }

const Entry *ReadGuard::find(uintptr_t ip) const {
  const Directory *directory = current.load();
  if (directory == nullptr) return nullptr;
  const Leaf *leaf = directory->leaves[directory->indexOf(ip)].load();
  uint32_t before = placesUpTo(*leaf, ip);
  if (before == 0) return nullptr;
  const Place &place = leaf->places[before - 1];
  return ip < place.end ? place.entry : nullptr;
}

yg_dyn_status insert(std::unique_ptr<Entry> entry) {
  Writer &w = writer();
  std::lock_guard<std::mutex> lock(w.mutex);
  return w.insert(std::move(entry));
}

yg_dyn_status remove(const yg_dyn_info *key) {
  Writer &w = writer();
  std::lock_guard<std::mutex> lock(w.mutex);
  return w.remove(key);
}

uint64_t generation() { return writer().generation.load(); }

}  // namespace yg::dynamic
