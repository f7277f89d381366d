// SPDX-License-Identifier: MIT
// Function prototypes: what generated code reads (Proto) and what only errors, the deoptimizer and the optimizer's requests need.
#pragma once
#include <string>
#include <vector>

#include "object.h"

namespace yl {

/** How lua5.1 names an operand of an instruction in its messages: local 'x', global 'x', field 'x', upvalue 'x', method 'x'. */
enum class OperandKind : uint32_t { kLocal, kGlobal, kField, kUpvalue, kMethod };

struct OperandName {
  uint32_t pc, register_number;
  OperandKind kind;
  uint32_t name; // index into ProtoInfo::name_strings
};

struct LoopEntry {
  uint32_t pc;
  uintptr_t address;
  bool is_doubted; // a guard of it has failed: the policy is asked before it is entered again
};

/** A prototype as the compiler delivers it. */
struct ProtoDescription {
  std::string name, source;
  uint32_t line = 0, parameter_count = 0, register_count = 0;
  bool uses_varargs = false;
  std::vector<uint64_t> code;
  std::vector<Value> constants;
  std::vector<std::string> globals;
  std::vector<uint32_t> protos;
  std::vector<CaptureSource> captures;
  std::vector<uint32_t> lines;
  std::vector<OperandName> operand_names;
  std::vector<std::string> name_strings;
  /** live_words(register_count) words an instruction, see ProtoInfo::is_live. */
  std::vector<uint32_t> liveness;
};

/** One bit a register, and one more. */
inline uint32_t live_words(uint32_t register_count) { return register_count / 32 + 1; }

struct ProtoInfo : Proto {
  ProtoDescription description;
  std::vector<Value *> global_addresses;
  std::vector<Proto *> children;
  std::vector<Feedback> feedback_storage;
  std::vector<uint8_t> parameter_feedback_storage;
  std::vector<LoopEntry> loop_entries;
  std::vector<Value> stand_in_storage;
  // Generated code counts `hotness` down, which is a part of the way to the moment when the policy is asked: meanwhile loops whose code is
  // installed are entered, and code that has become ready is noticed.
  int32_t step = 0, longest_step = 0; // what hotness begins with
  int64_t patience = 0;               // entries and back-edges to go, beyond hotness
  bool awaits_code = false;
  Function *last_closure = nullptr; // not kept alive

  int32_t line_at(uint32_t at) const { return at < description.lines.size() ? static_cast<int32_t>(description.lines[at]) : 0; }
  /** Null when the operand has no name. */
  const OperandName *find_operand_name(uint32_t at, uint32_t register_number) const;
  /** Null when there is none. */
  LoopEntry *loop_entry(uint32_t at);
  /** The policy is asked after so many entries and back-edges; they are looked at after `longest` at the latest, at the first if a loop has code. */
  void count_down(int64_t total, int32_t longest);
  void look_again_after(int32_t count);
  /**
   * Whether a register's value is needed while the instruction is executed, or until the call that it makes has returned: what the call
   * gets is not. Bit `register_count`: whether it takes all results of the instruction before it, which wait in the transfer buffer.
   */
  bool is_live(uint32_t at, uint32_t register_number) const {
    return description.liveness[at * live_words(register_count) + register_number / 32] >> (register_number % 32) & 1;
  }
  /** A closure that nobody calls, all of its captures nil; not in the heap. */
  Function *stand_in();
  bool is_main_chunk() const { return description.line == 0 || description.name == "main chunk"; }
};

const char *operand_kind_text(OperandKind kind);

// Fields of an instruction word, see lang/bytecode.ts.
inline uint32_t operand_a(uint64_t instruction) { return (instruction >> 16) & 0xFFFF; }
inline uint32_t operand_b(uint64_t instruction) { return (instruction >> 32) & 0xFFFF; }
inline uint32_t operand_c(uint64_t instruction) { return static_cast<uint32_t>(instruction >> 48); }

} // namespace yl
