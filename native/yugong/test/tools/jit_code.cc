// SPDX-License-Identifier: MIT
#include "jit_code.h"

#include <sys/mman.h>

#include <cstring>

#include "publish_bytes.h"

namespace {

constexpr uint8_t kCall[] = {
    0x55,                    //  0 push rbp
    0x53,                    //  1 push rbx
    0x31, 0xed,              //  2 xor ebp, ebp: nobody gets through by guessing that it is a frame pointer
    0x48, 0x83, 0xec, 0x08,  //  4 sub rsp, 8
    0x48, 0x89, 0xf8,        //  8 mov rax, rdi
    0x48, 0x89, 0xf7,        // 11 mov rdi, rsi
    0xff, 0xd0,              // 14 call rax
    0x48, 0x83, 0xc0, 0x01,  // 16 add rax, 1
    0x48, 0x83, 0xc4, 0x08,  // 20 add rsp, 8
    0x5b,                    // 24 pop rbx
    0x5d,                    // 25 pop rbp
    0xc3,                    // 26 ret
};
static_assert(sizeof kCall == JitCode::kCallSize);
constexpr uint8_t kSpin[] = {
    0x48, 0x83, 0xef, 0x01,  // sub rdi, 1
    0x75, 0xfa,              // jne -6
    0xc3,                    // ret
};
constexpr uint8_t kCallRules[] = {
    0x41, 0x0e, 16, 0x86, 2,  // +1: CFA = rsp + 16, rbp at CFA - 16
    0x41, 0x0e, 24, 0x83, 3,  // +2: CFA = rsp + 24, rbx at CFA - 24
    0x46, 0x0e, 32,           // +8
    0x50, 0x0e, 24,           // +24
    0x41, 0x0e, 16,           // +25
    0x41, 0x0e, 8,            // +26
};

void addFde(yg::ByteWriter &out, uintptr_t section, uintptr_t start, size_t size, const uint8_t *rules, size_t rules_size) {
  size_t begin = out.beginLength();
  out.u32(out.size());  // the CIE is at 0
  out.u32(start - (section + out.size()));
  out.u32(size);
  out.u8(0);
  out.raw(rules, rules_size);
  out.align(4);
  out.endLength(begin);
}

std::vector<uint8_t> stackmapOf(uintptr_t code) {
  yg::ByteWriter out;
  out.u32(3);
  for (uint32_t count : {1, 0, 1}) out.u32(count);
  for (uint64_t word : {uint64_t{code}, uint64_t{24}, uint64_t{1}, uint64_t{JitCode::kId}}) out.u64(word);
  out.u32(JitCode::kReturnOffset);
  out.u32(0);
  out.u64(0);  // no locations, no live-outs, padding
  return std::move(out.bytes);
}

}  // namespace

std::vector<uint8_t> unwindInfo(uintptr_t code, uintptr_t section) {
  yg::ByteWriter out;
  size_t begin = out.beginLength();
  out.u32(0);
  out.u8(1);
  out.string("zR");
  for (uint8_t byte : {1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, 0x90, 1}) out.u8(byte);
  out.align(4);
  out.endLength(begin);
  addFde(out, section, code, sizeof kCall, kCallRules, sizeof kCallRules);
  addFde(out, section, code + JitCode::kSpinOffset, sizeof kSpin, nullptr, 0);
  return std::move(out.bytes);
}

JitCode::JitCode() {
  void *mapping = mmap(nullptr, kMappingSize, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memory_ = static_cast<uint8_t *>(mapping);
  std::memset(memory_, 0xcc, kMappingSize);
  std::memcpy(memory_, kCall, sizeof kCall);
  std::memcpy(memory_ + kSpinOffset, kSpin, sizeof kSpin);
  unwind_ = unwindInfo(start(), start() + kUnwindOffset);
  std::memcpy(memory_ + kUnwindOffset, unwind_.data(), unwind_.size());
  stackmap_ = stackmapOf(start());
}

JitCode::~JitCode() {
  if (code != nullptr) unregister();
  munmap(memory_, kMappingSize);
}

yg_code_description JitCode::description() const {
  yg_code_description description{};
  description.start = start();
  description.size = kCodeSize;
  description.stackmap = stackmap_.data();
  description.stackmap_size = stackmap_.size();
  description.eh_frame = memory_ + kUnwindOffset;
  description.eh_frame_size = unwind_.size();
  description.name = "test_jit_code";
  return description;
}

yg_status JitCode::publish(uint32_t targets, bool with_lines) {
  yg_publish_symbol symbols[] = {{start() + kSpinOffset, sizeof kSpin, "test_jit_spin"}, {start(), sizeof kCall, "test_jit_call"}};
  yg_publish_line lines[] = {{start(), "jit.lang", 10}, {start() + kReturnOffset - 2, "jit.lang", 20}, {start() + kSpinOffset, "jit.lang", 30}};
  yg_publish_details details{targets, symbols, 2, with_lines ? lines : nullptr, with_lines ? size_t{3} : 0};
  yg_code_description description = this->description();
  yg_status status = yg_code_register_published(&description, &details, &code, &message);
  // The copy is what counts.
  if (status == YG_OK) std::memset(memory_ + kUnwindOffset, 0xff, unwind_.size());
  return status;
}

yg_status JitCode::unregister() {
  yg_status status = yg_code_unregister(code);
  code = nullptr;
  return status;
}

uintptr_t JitCode::call(uintptr_t (*function)(uintptr_t), uintptr_t argument) const {
  return reinterpret_cast<uintptr_t (*)(uintptr_t (*)(uintptr_t), uintptr_t)>(start())(function, argument);
}

void JitCode::spin(uintptr_t count) const { reinterpret_cast<void (*)(uintptr_t)>(start() + kSpinOffset)(count); }
