// SPDX-License-Identifier: MIT
//
// Regions as DWARF call frame information. Example, `push %rbp; mov %rsp,%rbp; ...; leave; ret`:
//
//     CIE  14 00 00 00  00 00 00 00  01  'z' 'R' 0  01  01  10  01 00      code and data alignment 1, return column 16, absolute pointers
//          0c 07 08                                                        DW_CFA_def_cfa rsp, 8
//          11 10 78                                                        DW_CFA_offset_extended_sf rip, -8
//     FDE  .. .. .. ..  .. .. .. ..  start (8)  size (8)  00
//          41  0c 07 10  11 06 70                                          DW_CFA_advance_loc 1; CFA = rsp + 16; rbp at CFA - 16
//          43  0c 06 10                                                    DW_CFA_advance_loc 3; CFA = rbp + 16
//          ..  0c 07 08  08 06                                             CFA = rsp + 8; DW_CFA_same_value rbp
//     00 00 00 00
#include "eh_frame_writer.h"

#include "bytes.h"
#include "register.h"

namespace yg::dynamic {
namespace {

enum : uint8_t {
  kAdvance = 0x40,
  kAdvance1 = 0x02,
  kAdvance2 = 0x03,
  kAdvance4 = 0x04,
  kUndefined = 0x07,
  kSameValue = 0x08,
  kRegister = 0x09,
  kDefCfa = 0x0c,
  kDefCfaExpression = 0x0f,
  kExpression = 0x10,
  kOffsetExtendedSf = 0x11,
  kDefCfaSf = 0x12,
  kValOffsetSf = 0x15,
  kValExpression = 0x16,
};

class Writer : public ByteWriter {
 public:
  void cfa(const yg_dyn_rule &rule) {
    if (rule.where == YG_DYN_EXPRESSION) {
      u8(kDefCfaExpression);
      block(rule.expression);
    } else if (rule.offset >= 0) {
      u8(kDefCfa), uleb(rule.reg), uleb(static_cast<uint64_t>(rule.offset));
    } else {
      u8(kDefCfaSf), uleb(rule.reg), sleb(rule.offset);
    }
  }

  void rule(int column, const yg_dyn_rule &rule) {
    uint64_t reg = static_cast<uint64_t>(column);
    switch (rule.where) {
      case YG_DYN_SAME: u8(kSameValue), uleb(reg); break;
      case YG_DYN_AT_CFA: u8(kOffsetExtendedSf), uleb(reg), sleb(rule.offset); break;
      case YG_DYN_IN_REGISTER: u8(kRegister), uleb(reg), uleb(rule.reg); break;
      case YG_DYN_LOST: u8(kUndefined), uleb(reg); break;
      case YG_DYN_AT_EXPRESSION: u8(kExpression), uleb(reg), block(rule.expression); break;
      case YG_DYN_EXPRESSION: u8(kValExpression), uleb(reg), block(rule.expression); break;
      case YG_DYN_CFA_PLUS: u8(kValOffsetSf), uleb(reg), sleb(rule.offset); break;
      default: break;
    }
  }

  void advance(uint32_t count) {
    if (count < 0x40)
      u8(kAdvance | count);
    else if (count <= UINT8_MAX)
      u8(kAdvance1), u8(count);
    else if (count <= UINT16_MAX)
      u8(kAdvance2), write(static_cast<uint16_t>(count));
    else
      u8(kAdvance4), write(count);
  }

  // Fill up with DW_CFA_nop and put the length in front.
  void finish(size_t begin) {
    pad(8);
    writeAt(begin, static_cast<uint32_t>(size() - begin - 4));
  }

 private:
  void block(const uint8_t *expression) {
    Bytes bytes(expression, expression + 16);
    uint64_t length = bytes.readUleb();
    append(expression, static_cast<size_t>(bytes.at() - expression) + length);
  }
};

}  // namespace

std::vector<uint8_t> writeEhFrame(const yg_dyn_info &info, const Program &program, size_t *fde_offset) {
  Writer out;
  yg_dyn_state before = entryState();
  uint64_t personality = info.u.pi.handler;

  out.write(uint32_t{0});
  out.write(uint32_t{0});
  out.u8(1);
  out.append(personality != 0 ? "zPR" : "zR", personality != 0 ? 4 : 3);
  out.uleb(1);
  out.sleb(1);
  out.u8(YG_DYN_RIP);
  out.uleb(personality != 0 ? 10 : 1);
  if (personality != 0) out.u8(0), out.write(personality);  // DW_EH_PE_absptr
  out.u8(0);
  out.cfa(before.cfa);
  out.rule(YG_DYN_RIP, before.registers[YG_DYN_RIP]);
  out.finish(0);

  size_t fde = out.size();
  out.write(uint32_t{0});
  out.write(static_cast<uint32_t>(fde + 4));
  out.write(info.start_ip);
  out.write(info.end_ip - info.start_ip);
  out.uleb(0);
  uint32_t at = 0;
  for (const Row &row : program.rows()) {
    // Effects of the last instruction hold nowhere in the procedure.
    if (row.start >= info.end_ip - info.start_ip) break;
    yg_dyn_state state = program.state(row);
    if (row.start > at) out.advance(row.start - at);
    at = row.start;
    if (!sameRule(state.cfa, before.cfa)) out.cfa(state.cfa);
    for (int i = 0; i < YG_DYN_REGISTER_COUNT; i++)
      if (!sameRule(state.registers[i], before.registers[i])) out.rule(i, state.registers[i]);
    before = state;
  }
  out.finish(fde);
  out.write(uint32_t{0});
  *fde_offset = fde;
  return std::move(out.bytes);
}

}  // namespace yg::dynamic

using namespace yg::dynamic;

yg_dyn_status yg_dyn_to_eh_frame(const yg_dyn_info *info, uint8_t *out, size_t capacity, size_t *size, size_t *fde_offset) {
  if (info == nullptr || size == nullptr) return YG_DYN_ERROR_ARGUMENT;
  if (info->format != YG_DYN_FORMAT_DYNAMIC) return YG_DYN_ERROR_FORMAT;
  Program program;
  if (yg_dyn_status status = compile(info, &program, nullptr)) return status;
  size_t fde;
  std::vector<uint8_t> bytes = writeEhFrame(*info, program, &fde);
  *size = bytes.size();
  if (fde_offset != nullptr) *fde_offset = fde;
  if (capacity < bytes.size() || out == nullptr) return YG_DYN_ERROR_SIZE;
  std::memcpy(out, bytes.data(), bytes.size());
  return YG_DYN_OK;
}
