// SPDX-License-Identifier: MIT
//
// Looking call sites up, and registering code. The code of these cases is never run; only its description is real.
#include <cstring>
#include <memory>

#include "bench.h"
#include "publish_bytes.h"
#include "registry.h"
#include "yugong-publish.h"

namespace bench {
namespace {

constexpr uintptr_t kSpacing = 16;

// A description of code with one function and a call site every 16 bytes, none of which keeps anything alive.
class Described {
 public:
  Described(uintptr_t start, uint32_t sites) : start_(start), size_((uintptr_t{sites} + 1) * kSpacing) {
    yg::ByteWriter map, unwind;
    map.u32(3);
    for (uint32_t count : {uint32_t{1}, uint32_t{0}, sites}) map.u32(count);
    for (uintptr_t word : {start, uintptr_t{24}, uintptr_t{sites}}) map.u64(word);
    for (uint32_t site = 1; site <= sites; site++) {
      map.u64(site);
      map.u32(site * kSpacing);
      map.u32(0);
      map.u64(0);
    }
    stackmap_ = std::move(map.bytes);

    size_t cie = unwind.beginLength();
    unwind.u32(0);
    unwind.u8(1);
    unwind.string("zR");
    for (uint8_t byte : {1, 0x78, 16, 1, 0, 0x0c, 7, 8, 0x90, 1}) unwind.u8(byte);
    unwind.align(4);
    unwind.endLength(cie);
    size_t fde = unwind.beginLength();
    unwind.u32(unwind.size());
    unwind.u64(start);
    unwind.u64(size_);
    unwind.u8(0);
    for (uint8_t byte : {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6}) unwind.u8(byte);
    unwind.align(4);
    unwind.endLength(fde);
    unwind_ = std::move(unwind.bytes);
  }

  yg_code_description description() const {
    yg_code_description description{};
    description.start = start_;
    description.size = size_;
    description.stackmap = stackmap_.data();
    description.stackmap_size = stackmap_.size();
    description.eh_frame = unwind_.data();
    description.eh_frame_size = unwind_.size();
    description.name = "described";
    return description;
  }

 private:
  uintptr_t start_, size_;
  std::vector<uint8_t> stackmap_, unwind_;
};

// Addresses that nothing else has.
constexpr uintptr_t kColdStart = uintptr_t{1} << 46, kFreeStart = kColdStart + (uintptr_t{1} << 40);
constexpr uint32_t kColdSites = 1 << 18;

bool registerAndUnregister(const Described &described, uint32_t targets, long count) {
  yg_code_description description = described.description();
  yg_publish_details details{targets, nullptr, 0, nullptr, 0};
  bool right = true;
  for (long i = 0; i < count; i++) {
    yg_code *code;
    right &= yg_code_register_published(&description, &details, &code, nullptr) == YG_OK;
    if (!right) return false;
    right &= (yg_code_published(code) & targets) == targets && yg_code_unregister(code) == YG_OK;
  }
  return right;
}

bool lookUp(const std::vector<uintptr_t> &addresses, long count) {
  uintptr_t sum = 0, expected = 0;
  size_t mask = addresses.size() - 1;
  for (long i = 0; i < count; i++) {
    uintptr_t at = addresses[static_cast<size_t>(i) & mask];
    asm volatile("" : "+r"(at));
    sum += yg_csid_at(at, nullptr);
    expected += (at - kColdStart) / kSpacing;
  }
  return sum == expected;
}

// In the order of a full-period linear congruential sequence, so that neither caches nor prefetchers know the next one.
std::vector<uintptr_t> shuffledAddresses(uint32_t sites) {
  std::vector<uintptr_t> addresses;
  uint32_t at = 0;
  for (uint32_t i = 0; i < sites; i++) {
    at = (at * 1664525u + 1013904223u) & (sites - 1);
    addresses.push_back(kColdStart + (uintptr_t{at} + 1) * kSpacing);
  }
  return addresses;
}

}  // namespace

void addRegistry(Suite &suite) {
  suite.size("a call site with its unwind plan", sizeof(yg::CallSite));
  suite.size("a keep-alive", sizeof(yg::KeepAlive));
  static Described cold(kColdStart, kColdSites);
  yg_code_description description = cold.description();
  yg_code *code;
  const char *message;
  if (yg_code_register(&description, &code, &message) != YG_OK) {
    suite.missing("CSID look-up", message);
    return;
  }
  auto few = std::make_shared<std::vector<uintptr_t>>(shuffledAddresses(64));
  auto all = std::make_shared<std::vector<uintptr_t>>(shuffledAddresses(kColdSites));
  suite.add({"CSID look-up", "warm", [=](long count) { return lookUp(*few, count); }});
  suite.add({"CSID look-up", "cold: at random among 262 144 call sites", [=](long count) { return lookUp(*all, count); }});

  static Described small(kFreeStart, 10), large(kFreeStart, 1000);
  auto addRegistration = [&](const char *name, const Described &described, uint32_t targets) {
    suite.add({"register and unregister", name, [&described, targets](long count) { return registerAndUnregister(described, targets, count); }});
  };
  addRegistration("10 call sites", small, 0);
  addRegistration("1000 call sites", large, 0);
  addRegistration("10 call sites, __register_frame", small, YG_PUBLISH_FRAMES);
  addRegistration("10 call sites, GDB JIT interface (no gdb)", small, YG_PUBLISH_GDB);
}

}  // namespace bench
