// SPDX-License-Identifier: MIT
#include "dwarf_rules.h"

namespace yg::dynamic {
namespace {

class RuleRunner {
 public:
  RuleRunner(const Fde &fde, Program *out) : fde_(fde), out_(out) {}

  yg_dyn_status run() {
    state_.cfa.where = YG_DYN_LOST;
    for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++) set(static_cast<uint64_t>(i), YG_DYN_SAME);
    if (!runBytes(Bytes(fde_.cie.rules, fde_.cie.rules_end))) return YG_DYN_ERROR_CFI;
    initial_ = state_;
    location_ = 0;
    emits_ = true;
    if (!runBytes(Bytes(fde_.rules, fde_.rules_end))) return YG_DYN_ERROR_CFI;
    emit();
    out_->shrink();
    return YG_DYN_OK;
  }

 private:
  bool runBytes(Bytes bytes) {
    while (!bytes.atEnd() && ok_) step(bytes), ok_ &= bytes.ok();
    return ok_;
  }

  void emit() {
    if (!emits_) return;
    bool by_stack_pointer = state_.cfa.where == YG_DYN_IN_REGISTER && state_.cfa.reg == YG_DYN_RSP;
    state_.depth = by_stack_pointer ? state_.cfa.offset : YG_DYN_NO_DEPTH;
    if (location_ <= UINT32_MAX) out_->append(static_cast<uint32_t>(location_), state_);
  }

  void advance(uint64_t count) { moveTo(location_ + count * fde_.cie.code_alignment); }

  void moveTo(uint64_t location) {
    emit();
    ok_ &= location >= location_ && location <= fde_.end - fde_.start;
    location_ = location;
  }

  void set(uint64_t reg, yg_dyn_where where, int64_t offset = 0, uint8_t in = 0, const uint8_t *expression = nullptr) {
    ok_ &= offset == static_cast<int32_t>(offset);
    if (reg >= YG_DYN_REGISTER_COUNT) return;  // vector registers and the like: nobody asks for them
    state_.registers[reg] = {static_cast<uint8_t>(where), in, static_cast<uint8_t>(reg), 0, static_cast<int32_t>(offset), expression};
  }

  void restore(uint64_t reg) {
    if (reg < YG_DYN_REGISTER_COUNT) state_.registers[reg] = initial_.registers[reg];
  }

  void defineCfa(uint64_t reg, int64_t offset) {
    ok_ &= reg < YG_DYN_RIP && offset == static_cast<int32_t>(offset);
    state_.cfa = {YG_DYN_IN_REGISTER, static_cast<uint8_t>(reg), 0, 0, static_cast<int32_t>(offset), nullptr};
  }

  int64_t scaled(int64_t factored) const {
    return static_cast<int64_t>(static_cast<uint64_t>(factored) * static_cast<uint64_t>(fde_.cie.data_alignment));
  }
  int64_t unsignedOffset(Bytes &bytes) const { return scaled(static_cast<int64_t>(bytes.readUleb())); }
  int64_t signedOffset(Bytes &bytes) const { return scaled(bytes.readSleb()); }

  static const uint8_t *block(Bytes &bytes) {
    const uint8_t *at = bytes.at();
    bytes.skip(bytes.readUleb());
    return at;
  }

  void step(Bytes &bytes) {
    uint8_t op = bytes.read<uint8_t>(), low = op & 0x3f;
    switch (op & 0xc0) {
      case 0x40: advance(low); break;                                // DW_CFA_advance_loc
      case 0x80: set(low, YG_DYN_AT_CFA, unsignedOffset(bytes)); break;  // DW_CFA_offset
      case 0xc0: restore(low); break;                                // DW_CFA_restore
      default: stepExtended(low, bytes);
    }
  }

  void stepExtended(uint8_t op, Bytes &bytes) {
    uint64_t reg = 0;
    switch (op) {
      case 0x00: break;                                        // DW_CFA_nop
      case 0x01: setLocation(bytes); break;                    // DW_CFA_set_loc
      case 0x02: advance(bytes.read<uint8_t>()); break;        // DW_CFA_advance_loc1
      case 0x03: advance(bytes.read<uint16_t>()); break;       // DW_CFA_advance_loc2
      case 0x04: advance(bytes.read<uint32_t>()); break;       // DW_CFA_advance_loc4
      case 0x05: reg = bytes.readUleb(); set(reg, YG_DYN_AT_CFA, unsignedOffset(bytes)); break;  // DW_CFA_offset_extended
      case 0x06: restore(bytes.readUleb()); break;             // DW_CFA_restore_extended
      case 0x07: set(bytes.readUleb(), YG_DYN_LOST); break;    // DW_CFA_undefined
      case 0x08: set(bytes.readUleb(), YG_DYN_SAME); break;    // DW_CFA_same_value
      case 0x09: {                                             // DW_CFA_register
        reg = bytes.readUleb();
        uint64_t in = bytes.readUleb();
        ok_ &= in < YG_DYN_REGISTER_COUNT;
        set(reg, YG_DYN_IN_REGISTER, 0, static_cast<uint8_t>(in));
        break;
      }
      case 0x0a: remembered_.push_back(state_); break;         // DW_CFA_remember_state
      case 0x0b: recall(); break;                              // DW_CFA_restore_state
      case 0x0c: reg = bytes.readUleb(); defineCfa(reg, static_cast<int64_t>(bytes.readUleb())); break;  // DW_CFA_def_cfa
      case 0x0d: defineCfa(bytes.readUleb(), state_.cfa.offset); break;                                  // DW_CFA_def_cfa_register
      case 0x0e: defineCfa(state_.cfa.reg, static_cast<int64_t>(bytes.readUleb())); break;               // DW_CFA_def_cfa_offset
      case 0x0f: state_.cfa = {YG_DYN_EXPRESSION, 0, 0, 0, 0, block(bytes)}; break;                      // DW_CFA_def_cfa_expression
      case 0x10: reg = bytes.readUleb(); set(reg, YG_DYN_AT_EXPRESSION, 0, 0, block(bytes)); break;      // DW_CFA_expression
      case 0x11: reg = bytes.readUleb(); set(reg, YG_DYN_AT_CFA, signedOffset(bytes)); break;            // DW_CFA_offset_extended_sf
      case 0x12: reg = bytes.readUleb(); defineCfa(reg, signedOffset(bytes)); break;                     // DW_CFA_def_cfa_sf
      case 0x13: defineCfa(state_.cfa.reg, signedOffset(bytes)); break;                                  // DW_CFA_def_cfa_offset_sf
      case 0x14: reg = bytes.readUleb(); set(reg, YG_DYN_CFA_PLUS, unsignedOffset(bytes)); break;        // DW_CFA_val_offset
      case 0x15: reg = bytes.readUleb(); set(reg, YG_DYN_CFA_PLUS, signedOffset(bytes)); break;          // DW_CFA_val_offset_sf
      case 0x16: reg = bytes.readUleb(); set(reg, YG_DYN_EXPRESSION, 0, 0, block(bytes)); break;         // DW_CFA_val_expression
      case 0x2e: bytes.readUleb(); break;                                                                // DW_CFA_GNU_args_size
      case 0x2f: reg = bytes.readUleb(); set(reg, YG_DYN_AT_CFA, -unsignedOffset(bytes)); break;  // DW_CFA_GNU_negative_offset_extended
      default: ok_ = false;
    }
  }

  void setLocation(Bytes &bytes) {
    uintptr_t location = readEncodedPointer(bytes, fde_.cie.fde_encoding, 0, &ok_);
    ok_ &= location >= fde_.start;
    if (ok_) moveTo(location - fde_.start);
  }

  void recall() {
    if (remembered_.empty()) {
      ok_ = false;
      return;
    }
    state_ = remembered_.back();
    remembered_.pop_back();
  }

  const Fde &fde_;
  Program *out_;
  uint64_t location_ = 0;
  yg_dyn_state state_ = entryState(), initial_ = state_;
  std::vector<yg_dyn_state> remembered_;
  bool emits_ = false, ok_ = true;
};

}  // namespace

yg_dyn_status programOfFde(const Fde &fde, Program *out) { return RuleRunner(fde, out).run(); }

}  // namespace yg::dynamic
