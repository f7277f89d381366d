// SPDX-License-Identifier: MIT
#include "preload.h"

#include <dlfcn.h>

#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "convert.h"

namespace {

/** Of the process, like what is loaded. Never destroyed: a thread may still use it. */
struct Preloads {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::string, bool> is_done; // by path

  static Preloads &instance() {
    static auto &instance = *new Preloads;
    return instance;
  }
  bool all_done() const {
    for (auto &[path, done] : is_done)
      if (!done) return false;
    return true;
  }
};

} // namespace

Napi::Value preload(const Napi::CallbackInfo &info) {
  Preloads &preloads = Preloads::instance();
  std::lock_guard lock(preloads.mutex);
  auto [found, is_new] = preloads.is_done.try_emplace(convert::text(info[0], "path"), false);
  if (is_new) {
    std::thread([&preloads, path = found->first] {
      // It stays loaded. What does not load says why when it is needed.
      dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
      std::lock_guard lock(preloads.mutex);
      preloads.is_done[path] = true;
      preloads.changed.notify_all();
    }).detach();
  }
  return Napi::Boolean::New(info.Env(), found->second);
}

void wait_for_preloads(const Napi::CallbackInfo &) {
  Preloads &preloads = Preloads::instance();
  std::unique_lock lock(preloads.mutex);
  preloads.changed.wait(lock, [&] { return preloads.all_done(); });
}
