// SPDX-License-Identifier: MIT
//
// The region interpreter: runs a procedure's operations once, from its first byte to its last, and notes the state wherever it changes.
//
//     start_ip                                                                     end_ip
//        | region 0: 11 bytes | region 1: 0 | region 2: 5 bytes |    gap     | region 3: -3 |
//        | row row ...        | row         | row row ...       | (as it is) | row ...      |
//
// A spill is turned into a distance from the CFA when it is applied, so that a later ADD does not move it.
#include "regions.h"

#include <algorithm>
#include <unordered_map>

namespace yg::dynamic {
namespace {

using Region = yg_dyn_region_info;

constexpr int kAliasDepthLimit = 16;
constexpr size_t kRegionLimit = 1u << 20;
constexpr uint32_t kOpCountLimit = 1u << 24;  // 256 MiB of operations: such a count is a mistake
constexpr uint64_t kSizeLimit = uint64_t{1} << 31;

bool isGeneral(uint64_t reg) { return reg < YG_DYN_RIP; }
bool isAny(int64_t reg) { return reg >= 0 && reg < YG_DYN_REGISTER_COUNT; }
bool fits(int64_t value) { return value == static_cast<int32_t>(value) && value != YG_DYN_NO_DEPTH; }

class Interpreter {
 public:
  Interpreter(const yg_dyn_info &info, const AliasTargets &targets, Program *out, yg_dyn_place *place)
      : info_(info), targets_(targets), out_(out), place_(place), size_(static_cast<uint32_t>(info.end_ip - info.start_ip)) {}

  yg_dyn_status run() {
    if (yg_dyn_status status = collect()) return status;
    if (yg_dyn_status status = layOut()) return status;
    out_->append(0, state_);
    for (size_t i = 0; i < regions_.size(); i++) {
      place_->region = static_cast<int32_t>(i);
      place_->op = -1;
      if (yg_dyn_status status = runRegion(*regions_[i], starts_[i], i)) return status;
    }
    *place_ = {-1, -1};
    out_->shrink();
    return YG_DYN_OK;
  }

 private:
  // ---- the list --------------------------------------------------------------------------------------------------------------------

  yg_dyn_status fail(size_t region, yg_dyn_status status) {
    *place_ = {static_cast<int32_t>(region), -1};
    return status;
  }

  // Brent's cycle search: `trail` jumps to the current region whenever the number of regions is a power of two.
  yg_dyn_status collect() {
    const Region *trail = nullptr;
    for (const Region *region = info_.u.pi.regions; region != nullptr; region = region->next) {
      size_t index = regions_.size();
      if (region == trail || index == kRegionLimit) return fail(index, YG_DYN_ERROR_REGION_CYCLE);
      if (region->op_count > kOpCountLimit) return fail(index, YG_DYN_ERROR_OP_COUNT);
      if ((index & (index - 1)) == 0) trail = region;
      regions_.push_back(region);
    }
    return YG_DYN_OK;
  }

  yg_dyn_status layOut() {
    uint64_t at = 0;
    for (size_t i = 0; i < regions_.size(); i++) {
      int64_t count = regions_[i]->insn_count;
      if (count < 0) {
        if (i + 1 != regions_.size()) return fail(i, YG_DYN_ERROR_NEGATIVE);
        if (static_cast<uint64_t>(-count) > size_ - at) return fail(i, YG_DYN_ERROR_LENGTH);
        at = size_ - static_cast<uint64_t>(-count);
        count = -count;
      }
      starts_.push_back(static_cast<uint32_t>(at));
      at += static_cast<uint64_t>(count);
      if (at > size_) return fail(i, YG_DYN_ERROR_LENGTH);
    }
    return YG_DYN_OK;
  }

  // ---- one region ------------------------------------------------------------------------------------------------------------------

  struct Pending {
    const yg_dyn_op *op;
    int32_t index;
  };

  // Its operations in the order of their effects, STOP left out.
  yg_dyn_status sortOps(const Region &region, uint32_t length) {
    pending_.clear();
    bool ended = false;
    for (uint32_t i = 0; i < region.op_count && region.op[i].tag != YG_DYN_STOP; i++) {
      const yg_dyn_op &op = region.op[i];
      place_->op = static_cast<int32_t>(i);
      if (ended) return YG_DYN_ERROR_OP_COUNT;
      if (op.when < -1 || (op.when >= 0 && length != 0 && static_cast<uint32_t>(op.when) >= length)) return YG_DYN_ERROR_WHEN;
      ended = op.tag == YG_DYN_ALIAS;
      pending_.push_back({&op, static_cast<int32_t>(i)});
    }
    auto earlier = [](const Pending &a, const Pending &b) { return a.op->when < b.op->when; };
    if (!std::is_sorted(pending_.begin(), pending_.end(), earlier)) std::stable_sort(pending_.begin(), pending_.end(), earlier);
    return YG_DYN_OK;
  }

  yg_dyn_status runRegion(const Region &region, uint32_t start, size_t index) {
    uint32_t length = static_cast<uint32_t>(region.insn_count < 0 ? -int64_t{region.insn_count} : region.insn_count);
    entries_.push_back(state_);
    if (yg_dyn_status status = sortOps(region, length)) return status;
    for (const Pending &pending : pending_) {
      place_->op = pending.index;
      // An empty region's operations hold at once, whatever their `when`.
      uint32_t effect = length == 0 ? start : static_cast<uint32_t>(int64_t{start} + pending.op->when + 1);
      if (pending.op->tag == YG_DYN_ALIAS) return alias(pending.op->val + (effect - start), start + length - effect, effect);
      if (yg_dyn_status status = apply(*pending.op, index)) return status;
      out_->append(effect, state_);
    }
    return YG_DYN_OK;
  }

  yg_dyn_status apply(const yg_dyn_op &op, size_t region) {
    int64_t value = static_cast<int64_t>(op.val);
    switch (op.tag) {
      case YG_DYN_SAVE_REG: return saveRegister(op.reg, op.val);
      case YG_DYN_SPILL_FP_REL: return hasFrame() ? spill(op.reg, value, state_.cfa.offset) : YG_DYN_ERROR_NO_FRAME;
      case YG_DYN_SPILL_SP_REL: return state_.depth != YG_DYN_NO_DEPTH ? spill(op.reg, value, state_.depth) : YG_DYN_ERROR_NO_DEPTH;
      case YG_DYN_ADD: return add(op.reg, value);
      case YG_DYN_POP_FRAMES: return popFrames(op.val, region);
      case YG_DYN_LABEL_STATE: labels_[op.val] = state_; return YG_DYN_OK;
      case YG_DYN_COPY_STATE: return copyState(op);
      case YG_DYN_RESTORE: return restore(op.reg);
      case YG_DYN_UNDEFINED: return forget(op.reg);
      case YG_DYN_CFA_EXPRESSION: return computeCfa(op.val);
      case YG_DYN_SPILL_EXPRESSION: return spillExpression(op.reg, op.val);
      default: return YG_DYN_ERROR_TAG;
    }
  }

  // ---- operations ------------------------------------------------------------------------------------------------------------------

  bool hasFrame() const { return state_.cfa.where == YG_DYN_IN_REGISTER && state_.cfa.reg != YG_DYN_RSP; }

  void setRule(int column, yg_dyn_where where, uint8_t reg, int32_t offset) {
    state_.registers[column] = {static_cast<uint8_t>(where), reg, static_cast<uint8_t>(column), 0, offset, nullptr};
  }

  yg_dyn_status saveRegister(int16_t reg, uint64_t in) {
    if (!isAny(reg) || !isGeneral(in) || in == YG_DYN_RSP || reg == static_cast<int64_t>(in)) return YG_DYN_ERROR_REGISTER;
    if (reg == YG_DYN_RSP) {
      if (state_.depth == YG_DYN_NO_DEPTH) return YG_DYN_ERROR_NO_DEPTH;
      state_.cfa = {YG_DYN_IN_REGISTER, static_cast<uint8_t>(in), 0, 0, state_.depth, nullptr};
    } else {
      setRule(reg, YG_DYN_IN_REGISTER, static_cast<uint8_t>(in), 0);
    }
    return YG_DYN_OK;
  }

  // `distance` = CFA - base.
  yg_dyn_status spill(int16_t reg, int64_t value, int32_t distance) {
    // The caller's RSP is the CFA, so nobody needs to look for it in memory.
    if (!isAny(reg) || reg == YG_DYN_RSP) return YG_DYN_ERROR_REGISTER;
    if (!fits(value) || !fits(value - distance)) return YG_DYN_ERROR_VALUE;
    setRule(reg, YG_DYN_AT_CFA, 0, static_cast<int32_t>(value - distance));
    return YG_DYN_OK;
  }

  yg_dyn_status add(int16_t reg, int64_t value) {
    if (!isAny(reg) || reg == YG_DYN_RIP) return YG_DYN_ERROR_REGISTER;
    bool is_stack_pointer = reg == YG_DYN_RSP;
    if (is_stack_pointer && state_.depth == YG_DYN_NO_DEPTH) return YG_DYN_ERROR_NO_DEPTH;
    if (!is_stack_pointer && !(hasFrame() && state_.cfa.reg == reg)) return YG_DYN_ERROR_NO_FRAME;
    int32_t &distance = is_stack_pointer ? state_.depth : state_.cfa.offset;
    if (!fits(value) || !fits(distance - value)) return YG_DYN_ERROR_VALUE;
    distance = static_cast<int32_t>(distance - value);
    followStackPointer();
    return YG_DYN_OK;
  }

  // A CFA that is relative to RSP moves with it.
  void followStackPointer() {
    if (state_.cfa.where == YG_DYN_IN_REGISTER && state_.cfa.reg == YG_DYN_RSP) state_.cfa.offset = state_.depth;
  }

  yg_dyn_status popFrames(uint64_t count, size_t region) {
    if (count == 0 || count > region + 1) return YG_DYN_ERROR_POP;
    yg_dyn_state entry = entries_[region + 1 - count];
    for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++) {
      const yg_dyn_rule &rule = state_.registers[i];
      bool in_kept_memory = rule.where == YG_DYN_AT_CFA && (entry.depth == YG_DYN_NO_DEPTH || rule.offset >= -int64_t{entry.depth});
      if (rule.where == YG_DYN_IN_REGISTER || in_kept_memory) entry.registers[i] = rule;
    }
    state_ = entry;
    return YG_DYN_OK;
  }

  yg_dyn_status copyState(const yg_dyn_op &op) {
    auto label = labels_.find(op.val);
    if (label == labels_.end()) return YG_DYN_ERROR_LABEL;
    state_ = label->second;
    if (op.when < 0) entries_.back() = state_;
    return YG_DYN_OK;
  }

  yg_dyn_status restore(int16_t reg) {
    if (!isAny(reg)) return YG_DYN_ERROR_REGISTER;
    if (reg == YG_DYN_RSP) {
      if (!hasFrame()) return YG_DYN_ERROR_NO_FRAME;
      state_.depth = state_.cfa.offset;
      state_.cfa = {YG_DYN_IN_REGISTER, YG_DYN_RSP, 0, 0, state_.depth, nullptr};
      return YG_DYN_OK;
    }
    if (hasFrame() && state_.cfa.reg == reg) {
      if (state_.depth == YG_DYN_NO_DEPTH) return YG_DYN_ERROR_NO_DEPTH;
      state_.cfa = {YG_DYN_IN_REGISTER, YG_DYN_RSP, 0, 0, state_.depth, nullptr};
    }
    state_.registers[reg] = entryState().registers[reg];
    return YG_DYN_OK;
  }

  yg_dyn_status forget(int16_t reg) {
    if (!isAny(reg) || reg == YG_DYN_RSP) return YG_DYN_ERROR_REGISTER;
    setRule(reg, YG_DYN_LOST, 0, 0);
    return YG_DYN_OK;
  }

  yg_dyn_status computeCfa(uint64_t address) {
    if (address == 0) return YG_DYN_ERROR_VALUE;
    state_.cfa = {YG_DYN_EXPRESSION, 0, 0, 0, 0, reinterpret_cast<const uint8_t *>(address)};
    state_.depth = YG_DYN_NO_DEPTH;
    return YG_DYN_OK;
  }

  yg_dyn_status spillExpression(int16_t reg, uint64_t address) {
    if (!isAny(reg) || reg == YG_DYN_RSP) return YG_DYN_ERROR_REGISTER;
    if (address == 0) return YG_DYN_ERROR_VALUE;
    setRule(reg, YG_DYN_AT_EXPRESSION, 0, 0);
    state_.registers[reg].expression = reinterpret_cast<const uint8_t *>(address);
    return YG_DYN_OK;
  }

  // Registered procedures have no aliases left in them, so a cycle can only go through this procedure itself.
  yg_dyn_status alias(uint64_t address, uint32_t length, uint32_t at) {
    if (address >= info_.start_ip && address < info_.end_ip) {
      uint64_t from = address - info_.start_ip;
      if (from + length > at) return YG_DYN_ERROR_ALIAS_CYCLE;
      const Program earlier = *out_;
      if (!earlier.copyRange(static_cast<uint32_t>(from), length, at, out_, &state_)) return YG_DYN_ERROR_ALIAS;
    } else if (yg_dyn_status status = targets_.copy(address, length, at, out_, &state_)) {
      return status;
    }
    if (out_->alias_depth > kAliasDepthLimit) return YG_DYN_ERROR_ALIAS_DEPTH;
    out_->append(at + length, state_);
    return YG_DYN_OK;
  }

  const yg_dyn_info &info_;
  const AliasTargets &targets_;
  Program *out_;
  yg_dyn_place *place_;
  const uint32_t size_;
  std::vector<const Region *> regions_;
  std::vector<uint32_t> starts_;
  yg_dyn_state state_ = entryState();
  std::vector<yg_dyn_state> entries_;  // of the regions so far
  std::vector<Pending> pending_;
  std::unordered_map<uint64_t, yg_dyn_state> labels_;
};

}  // namespace

yg_dyn_status compileRegions(const yg_dyn_info &info, const AliasTargets &targets, Program *out, yg_dyn_place *place) {
  if (info.end_ip - info.start_ip >= kSizeLimit) return YG_DYN_ERROR_RANGE;
  return Interpreter(info, targets, out, place).run();
}

}  // namespace yg::dynamic
