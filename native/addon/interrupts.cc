// SPDX-License-Identifier: MIT
#include "interrupts.h"

#include <mutex>
#include <unordered_map>

#include "requests.h"

namespace interrupts {

namespace {
std::mutex mutex;
std::unordered_map<uint32_t, yl::Engine *> engines;
uint32_t last_token;
} // namespace

uint32_t add(yl::Engine *engine) {
  std::lock_guard lock(mutex);
  engines[++last_token] = engine;
  return last_token;
}

void remove(uint32_t token) {
  std::lock_guard lock(mutex);
  engines.erase(token);
}

bool interrupt(uint32_t token) {
  std::lock_guard lock(mutex); // the engine cannot go away meanwhile
  auto found = engines.find(token);
  if (found == engines.end()) return false;
  yl::request(*found->second, yl::kInterruptRequest);
  return true;
}

} // namespace interrupts
