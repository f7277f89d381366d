// SPDX-License-Identifier: MIT
//
// Registered procedures by address: a B+-tree of two levels whose leaves are replaced, never changed.
//
//     directory (one word published)     [ lowest 0 | lowest 0x4000 | lowest 0x9000 ]
//                                            |              |              |
//     leaves (one word each)              { up to 128 entries, sorted by start }
//
// Writers hold a mutex: they copy a leaf, change the copy, and publish it in the directory's word; a full leaf is split, which copies the
// directory. Readers take no lock. What has been replaced is freed when no reader can hold it any more:
//
//     epoch e, counters[e mod 2]: a reader adds itself to the current epoch's counter, reads, and takes itself off.
//     e becomes e + 1 once counters[(e + 1) mod 2] is 0. What was retired in epoch e is freed in e + 2: by then every reader that was
//     there when it was unlinked has gone, because the step from e + 1 to e + 2 found the counter of e at 0.
//     A reader that has read e but not yet added itself finds only what is linked then, and its counter holds the next step but one.
#ifndef YUGONG_DYNAMIC_INDEX_H
#define YUGONG_DYNAMIC_INDEX_H

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "program.h"

namespace yg::dynamic {

struct Entry {
  uintptr_t start, end;
  const yg_dyn_info *key;  // what yg_dyn_cancel gives
  yg_dyn_info info;
  std::string name;
  Program program;  // empty for tables

  bool isTable() const { return info.format != YG_DYN_FORMAT_DYNAMIC; }
};

// While one is there, entries that it has found stay. Cheap; may nest; allowed in signal handlers.
class ReadGuard {
 public:
  ReadGuard();
  ~ReadGuard();
  ReadGuard(const ReadGuard &) = delete;

  // Null when nothing is registered at `ip`.
  const Entry *find(uintptr_t ip) const;

 private:
  std::atomic<intptr_t> *counter_;
};

yg_dyn_status insert(std::unique_ptr<Entry> entry);
yg_dyn_status remove(const yg_dyn_info *key);
uint64_t generation();

}  // namespace yg::dynamic

#endif
