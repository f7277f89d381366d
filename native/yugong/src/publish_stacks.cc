// SPDX-License-Identifier: MIT
//
// A list of stacks for debuggers, who read it while the process stands still:
//
//   yg_debug_stacks -> { next, previous, stack, name } -> ... -> null
#include <mutex>
#include <unordered_map>

#include "publish.h"

extern "C" {

struct yg_debug_stack {
  yg_debug_stack *next, *previous;
  yg_stack *stack;
  const char *name;
};

__attribute__((visibility("default"), used)) yg_debug_stack *yg_debug_stacks = nullptr;

}  // extern "C"

namespace yg {

std::atomic<uintptr_t> published_stacks{0};

namespace {

struct Listed {
  yg_debug_stack link;
  std::string name;
};

struct StackList {
  std::mutex mutex;
  std::unordered_map<yg_stack *, std::unique_ptr<Listed>> stacks;
};

StackList &stackList() {
  static StackList *instance = new StackList;
  return *instance;
}

}  // namespace

// Null name: keep the one that it has.
void listStack(yg_stack *stack, const char *name) {
  StackList &list = stackList();
  std::lock_guard<std::mutex> lock(list.mutex);
  std::unique_ptr<Listed> &listed = list.stacks[stack];
  if (listed == nullptr) {
    listed = std::make_unique<Listed>();
    listed->link = {yg_debug_stacks, nullptr, stack, ""};
    if (yg_debug_stacks != nullptr) yg_debug_stacks->previous = &listed->link;
    yg_debug_stacks = &listed->link;
    published_stacks.fetch_add(1, std::memory_order_relaxed);
  }
  if (name == nullptr) return;
  listed->name = name;
  listed->link.name = listed->name.c_str();
}

bool unlistStack(yg_stack *stack) {
  StackList &list = stackList();
  std::lock_guard<std::mutex> lock(list.mutex);
  auto found = list.stacks.find(stack);
  if (found == list.stacks.end()) return false;
  yg_debug_stack &link = found->second->link;
  if (link.previous != nullptr)
    link.previous->next = link.next;
  else
    yg_debug_stacks = link.next;
  if (link.next != nullptr) link.next->previous = link.previous;
  list.stacks.erase(found);
  published_stacks.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

void relistStack(yg_stack *to, yg_stack *from) {
  StackList &list = stackList();
  std::lock_guard<std::mutex> lock(list.mutex);
  auto listed = list.stacks.extract(from);
  if (listed.empty()) return;
  listed.key() = to;
  listed.mapped()->link.stack = to;
  list.stacks.insert(std::move(listed));
}

}  // namespace yg
