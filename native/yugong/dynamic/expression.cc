// SPDX-License-Identifier: MIT
//
// DWARF expressions (DWARF 4, section 2.5), as far as unwind rules use them: all but typed, piece, call and object-address operations.
#include "expression.h"

#include "bytes.h"

namespace yg::dynamic {
namespace {

constexpr int kStackLimit = 64, kStepLimit = 1000, kTargetLimit = 16;

class Evaluator {
 public:
  Evaluator(Bytes bytes, const Machine *machine) : begin_(bytes.at()), end_(bytes.at() + bytes.remaining()), bytes_(bytes), machine_(machine) {}

  void push(uint64_t value) {
    if (count_ == kStackLimit) return fail(YG_DYN_ERROR_CFI);
    stack_[count_++] = value;
  }

  yg_dyn_status run(uint64_t *result) {
    for (int steps = 0; status_ == YG_DYN_OK && !bytes_.atEnd(); steps++) {
      if (steps == kStepLimit) fail(YG_DYN_ERROR_CFI);
      arrive();
      step(bytes_.read<uint8_t>());
      if (!bytes_.ok()) fail(YG_DYN_ERROR_CFI);
    }
    *result = pop();
    return status_;
  }

 private:
  void fail(yg_dyn_status status) {
    if (status_ == YG_DYN_OK) status_ = status;
  }

  uint64_t pop() {
    if (count_ > 0) return stack_[--count_];
    fail(YG_DYN_ERROR_CFI);
    return 0;
  }

  void pick(uint64_t depth) {
    if (depth >= static_cast<uint64_t>(count_)) return fail(YG_DYN_ERROR_CFI);
    push(stack_[static_cast<uint64_t>(count_) - 1 - depth]);
  }

  void pushRegister(uint64_t reg, int64_t offset) {
    uint64_t value = 0;
    if (reg >= YG_DYN_REGISTER_COUNT) return fail(YG_DYN_ERROR_CFI);
    if (machine_ != nullptr && !machine_->get(reg, &value)) return fail(YG_DYN_ERROR_UNKNOWN);
    push(value + static_cast<uint64_t>(offset));
  }

  void load(unsigned size) {
    uint64_t address = pop(), word = 0;
    if (size == 0 || size > 8) return fail(YG_DYN_ERROR_CFI);
    if (status_ == YG_DYN_OK && machine_ != nullptr && !machine_->load(address, &word)) return fail(YG_DYN_ERROR_MEMORY);
    push(size == 8 ? word : word & ((uint64_t{1} << size * 8) - 1));
  }

  // Checking follows no jump: it reads the operations one after the other, those after a `skip` with the stack of whoever jumps there.
  struct Target {
    const uint8_t *at;
    int count;
  };
  void arrive() {
    for (int i = 0; i < target_count_; i++)
      if (targets_[i].at == bytes_.at()) count_ = targets_[i].count;
  }

  void jump(int64_t distance, bool taken) {
    if (machine_ == nullptr) {
      if (distance > 0 && target_count_ < kTargetLimit) targets_[target_count_++] = {bytes_.at() + distance, count_};
      return;
    }
    if (!taken) return;
    if (distance < begin_ - bytes_.at() || distance > end_ - bytes_.at()) return fail(YG_DYN_ERROR_CFI);
    bytes_ = Bytes(bytes_.at() + distance, end_);
  }

  template <typename F>
  void binary(F operation) {
    uint64_t second = pop(), first = pop();
    push(operation(first, second));
  }

  template <typename F>
  void compare(F operation) {
    binary([&](uint64_t a, uint64_t b) -> uint64_t { return operation(static_cast<int64_t>(a), static_cast<int64_t>(b)); });
  }

  void step(uint8_t op) {
    using Word = uint64_t;
    if (op >= 0x30 && op <= 0x4f) return push(op - 0x30u);                       // DW_OP_lit0..31
    if (op >= 0x50 && op <= 0x6f) return pushRegister(op - 0x50u, 0);            // DW_OP_reg0..31, as GNU tools read them
    if (op >= 0x70 && op <= 0x8f) return pushRegister(op - 0x70u, bytes_.readSleb());  // DW_OP_breg0..31
    switch (op) {
      case 0x03: return push(bytes_.read<uint64_t>());                            // addr
      case 0x06: return load(8);                                                  // deref
      case 0x08: return push(bytes_.read<uint8_t>());                             // const1u
      case 0x09: return push(static_cast<Word>(int64_t{bytes_.read<int8_t>()}));  // const1s
      case 0x0a: return push(bytes_.read<uint16_t>());
      case 0x0b: return push(static_cast<Word>(int64_t{bytes_.read<int16_t>()}));
      case 0x0c: return push(bytes_.read<uint32_t>());
      case 0x0d: return push(static_cast<Word>(int64_t{bytes_.read<int32_t>()}));
      case 0x0e:
      case 0x0f: return push(bytes_.read<uint64_t>());
      case 0x10: return push(bytes_.readUleb());                                  // constu
      case 0x11: return push(static_cast<Word>(bytes_.readSleb()));               // consts
      case 0x12: return pick(0);                                                  // dup
      case 0x13: pop(); return;                                                   // drop
      case 0x14: return pick(1);                                                  // over
      case 0x15: return pick(bytes_.read<uint8_t>());                             // pick
      case 0x16: {                                                                // swap
        Word second = pop(), first = pop();
        push(second);
        return push(first);
      }
      case 0x19: {                                                                // abs
        Word value = pop();
        return push(static_cast<int64_t>(value) < 0 ? 0 - value : value);
      }
      case 0x1a: return binary([](Word a, Word b) { return a & b; });             // and
      case 0x1c: return binary([](Word a, Word b) { return a - b; });             // minus
      case 0x1e: return binary([](Word a, Word b) { return a * b; });             // mul
      case 0x1f: return push(0 - pop());                                          // neg
      case 0x20: return push(~pop());                                             // not
      case 0x21: return binary([](Word a, Word b) { return a | b; });             // or
      case 0x22: return binary([](Word a, Word b) { return a + b; });             // plus
      case 0x23: return push(pop() + bytes_.readUleb());                          // plus_uconst
      case 0x24: return binary([](Word a, Word b) { return b < 64 ? a << b : 0; });   // shl
      case 0x25: return binary([](Word a, Word b) { return b < 64 ? a >> b : 0; });   // shr
      case 0x26: return binary([](Word a, Word b) { return static_cast<Word>(static_cast<int64_t>(a) >> (b < 64 ? b : 63)); });  // shra
      case 0x27: return binary([](Word a, Word b) { return a ^ b; });             // xor
      case 0x28: {                                                                // bra
        int16_t distance = bytes_.read<int16_t>();
        return jump(distance, pop() != 0);
      }
      case 0x29: return compare([](int64_t a, int64_t b) { return a == b; });
      case 0x2a: return compare([](int64_t a, int64_t b) { return a >= b; });
      case 0x2b: return compare([](int64_t a, int64_t b) { return a > b; });
      case 0x2c: return compare([](int64_t a, int64_t b) { return a <= b; });
      case 0x2d: return compare([](int64_t a, int64_t b) { return a < b; });
      case 0x2e: return compare([](int64_t a, int64_t b) { return a != b; });
      case 0x2f: return jump(bytes_.read<int16_t>(), true);                       // skip
      case 0x92: {                                                                // bregx
        Word reg = bytes_.readUleb();
        return pushRegister(reg, bytes_.readSleb());
      }
      case 0x94: return load(bytes_.read<uint8_t>());                             // deref_size
      case 0x96: return;                                                          // nop
      default: return fail(YG_DYN_ERROR_CFI);
    }
  }

  const uint8_t *begin_, *end_;
  Bytes bytes_;
  const Machine *machine_;
  uint64_t stack_[kStackLimit] = {};
  int count_ = 0;
  Target targets_[kTargetLimit];
  int target_count_ = 0;
  yg_dyn_status status_ = YG_DYN_OK;
};

Bytes contents(const uint8_t *expression) {
  Bytes bytes(expression, expression + 16);
  uint64_t length = bytes.readUleb();
  return Bytes(bytes.at(), bytes.at() + length);
}

}  // namespace

bool Machine::get(uint64_t reg, uint64_t *value) const {
  *value = cursor->registers[reg];
  return (cursor->known >> reg & 1) != 0;
}

yg_dyn_status evaluate(const uint8_t *expression, const Machine &machine, const uint64_t *initial, uint64_t *result) {
  Evaluator evaluator(contents(expression), &machine);
  if (initial != nullptr) evaluator.push(*initial);
  return evaluator.run(result);
}

yg_dyn_status checkExpression(const uint8_t *expression, bool has_cfa) {
  Evaluator evaluator(contents(expression), nullptr);
  if (has_cfa) evaluator.push(0);
  uint64_t result;
  return evaluator.run(&result);
}

}  // namespace yg::dynamic
