// SPDX-License-Identifier: MIT
//
// A piece of machine code as a JIT makes it: in memory that no loader knows, with unwind info and a stackmap written by hand.
//
//   +0     test_jit_call(function, argument) = function(argument) + 1, RBP and RBX saved
//   +256   test_jit_spin(n): counts n down, a leaf without a frame
//   +512   end of the code
//   +1024  .eh_frame, pc-relative, not terminated
#ifndef YUGONG_TEST_TOOLS_JIT_CODE_H
#define YUGONG_TEST_TOOLS_JIT_CODE_H

#include <vector>

#include "yugong-publish.h"

class JitCode {
 public:
  static constexpr uintptr_t kReturnOffset = 16, kCallSize = 27, kSpinOffset = 256, kCodeSize = 512;
  static constexpr uintptr_t kUnwindOffset = 1024, kMappingSize = 4096;
  static constexpr yg_csid kId = 4711;

  JitCode();
  ~JitCode();
  JitCode(const JitCode &) = delete;

  // With names for both functions and, if asked, lines: test_jit_call is jit.lang:10 and from its call on jit.lang:20.
  yg_status publish(uint32_t targets, bool with_lines = false);
  yg_status unregister();

  yg_code_description description() const;
  uintptr_t start() const { return reinterpret_cast<uintptr_t>(memory_); }
  uintptr_t returnAddress() const { return start() + kReturnOffset; }
  uintptr_t call(uintptr_t (*function)(uintptr_t), uintptr_t argument) const;
  void spin(uintptr_t count) const;

  yg_code *code = nullptr;
  const char *message = "";

 private:
  uint8_t *memory_;
  std::vector<uint8_t> unwind_, stackmap_;
};

// Unwind info of the two functions, for the section at `section`.
std::vector<uint8_t> unwindInfo(uintptr_t code, uintptr_t section);

#endif
