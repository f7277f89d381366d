// SPDX-License-Identifier: MIT
//
// Machine code and its regions, written down together: an operation belongs to the instruction before it.
//
//     Procedure p("leaf");
//     p.push(RBX).add(RSP, -8).spillSp(RBX, 0);
//     p.immediate(RBX, 7);
//     p.pop(RBX).add(RSP, 8).restore(RBX);
//     p.ret();
#ifndef YUGONG_DYNAMIC_TEST_ASSEMBLER_H
#define YUGONG_DYNAMIC_TEST_ASSEMBLER_H

#include <cstring>
#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "yugong-dynamic.h"

enum Register : int {
  RAX = YG_DYN_RAX, RDX = YG_DYN_RDX, RCX = YG_DYN_RCX, RBX = YG_DYN_RBX, RSI = YG_DYN_RSI, RDI = YG_DYN_RDI, RBP = YG_DYN_RBP,
  RSP = YG_DYN_RSP, R8 = YG_DYN_R8, R9 = YG_DYN_R9, R10 = YG_DYN_R10, R11 = YG_DYN_R11, R12 = YG_DYN_R12, R13 = YG_DYN_R13,
  R14 = YG_DYN_R14, R15 = YG_DYN_R15, RIP = YG_DYN_RIP
};

struct RegionText {
  int32_t count;
  std::vector<yg_dyn_op> ops;
};

class Procedure {
 public:
  explicit Procedure(std::string name) : name(std::move(name)) {}

  // ---- instructions
  Procedure &emit(std::initializer_list<int> bytes);
  Procedure &push(int reg);
  Procedure &pop(int reg);
  Procedure &move(int to, int from);
  Procedure &immediate(int reg, int32_t value);
  Procedure &moveStackPointer(int32_t by);              // add $by, %rsp
  Procedure &store(int base, int32_t offset, int reg);  // mov %reg, offset(%base)
  Procedure &load(int reg, int base, int32_t offset);
  Procedure &address(int reg, int base, int32_t offset);  // lea
  Procedure &leave() { return emit({0xc9}); }
  Procedure &ret() { return emit({0xc3}); }
  Procedure &nop() { return emit({0x90}); }
  Procedure &callAbsolute(uintptr_t target);  // through rax: two instructions
  Procedure &jumpIfZero(const char *label);   // test %edi, %edi; je label
  Procedure &jump(const char *label);
  Procedure &label(const char *label);

  // ---- operations, at the last instruction
  Procedure &op(int tag, int reg, int64_t value, int32_t when);
  Procedure &add(int reg, int64_t value) { return op(YG_DYN_ADD, reg, value, when()); }
  Procedure &spillSp(int reg, int64_t offset) { return op(YG_DYN_SPILL_SP_REL, reg, offset, when()); }
  Procedure &spillFp(int reg, int64_t offset) { return op(YG_DYN_SPILL_FP_REL, reg, offset, when()); }
  Procedure &save(int reg, int in) { return op(YG_DYN_SAVE_REG, reg, in, when()); }
  Procedure &restore(int reg) { return op(YG_DYN_RESTORE, reg, 0, when()); }
  Procedure &popFrames(int count) { return op(YG_DYN_POP_FRAMES, 0, count, when()); }
  Procedure &labelState(int label) { return op(YG_DYN_LABEL_STATE, 0, label, when()); }
  Procedure &copyState(int label) { return op(YG_DYN_COPY_STATE, 0, label, when()); }
  Procedure &alias(uint64_t address, int32_t when = -1) { return op(YG_DYN_ALIAS, 0, static_cast<int64_t>(address), when); }
  // ---- at the region's entry
  Procedure &labelStateAtEntry(int label) { return op(YG_DYN_LABEL_STATE, 0, label, -1); }
  Procedure &copyStateAtEntry(int label) { return op(YG_DYN_COPY_STATE, 0, label, -1); }

  // The instructions so far end a region.
  Procedure &endRegion();
  // Those since the last region's end are the procedure's last bytes: a negative count.
  Procedure &endNegativeRegion();
  Procedure &emptyRegion();
  // Forget all regions but the first `count`; the rest of the code is one open region.
  Procedure &keepRegions(size_t count);
  size_t size() const { return code.size(); }
  int32_t when() const { return static_cast<int32_t>(last_instruction_ - region_start_); }

  std::string name;
  std::vector<uint8_t> code;
  std::vector<RegionText> regions;  // finished ones; Loaded finishes the last
  std::vector<size_t> instructions;  // their offsets
  std::vector<yg_dyn_op> open_ops;
  size_t region_start() const { return region_start_; }

 private:
  struct Jump {
    size_t at;
    std::string label;
  };
  void instruction() {
    last_instruction_ = code.size();
    instructions.push_back(code.size());
  }
  void memory(int opcode, int reg, int base, int32_t offset);
  void resolve(const std::string &label);

  size_t region_start_ = 0, last_instruction_ = 0;
  std::vector<Jump> jumps_;
  std::vector<std::pair<std::string, size_t>> labels_;
};

// Executable memory; everything is unmapped at the end.
class CodeArea {
 public:
  explicit CodeArea(size_t size = 1 << 20);
  ~CodeArea();
  CodeArea(const CodeArea &) = delete;
  uintptr_t place(const std::vector<uint8_t> &code);
  void clear() { used_ = 0; }

 private:
  uint8_t *memory_;
  size_t size_, used_ = 0;
};

// A region list as libunwind's structures.
class RegionList {
 public:
  explicit RegionList(const std::vector<RegionText> &texts, bool stops = true);
  yg_dyn_region_info *first() const { return regions_.empty() ? nullptr : get(0); }
  yg_dyn_region_info *get(size_t i) const { return reinterpret_cast<yg_dyn_region_info *>(regions_[i].get()); }

 private:
  std::vector<std::unique_ptr<uint64_t[]>> regions_;
};

// Code in memory with its description; registered on demand.
class Loaded {
 public:
  Loaded(CodeArea &area, Procedure procedure);
  // The same regions for other code.
  Loaded(CodeArea &area, Procedure code, const RegionList &shared);
  ~Loaded();
  Loaded(const Loaded &) = delete;
  yg_dyn_status enter();  // yg_dyn_register
  bool contains(uintptr_t ip) const { return ip >= info.start_ip && ip < info.end_ip; }

  std::string name;
  yg_dyn_info info{};
  std::vector<uintptr_t> instructions;  // their addresses
  const RegionList &regions() const { return *regions_; }

 private:
  std::unique_ptr<RegionList> regions_;
  bool is_registered_ = false;
};

#endif
