// SPDX-License-Identifier: MIT
#include "eh_frame.h"

#include <algorithm>
#include <cinttypes>

namespace yg {
namespace {

enum PointerEncoding : uint8_t { kAbsolute = 0x00, kOmitted = 0xff, kIndirect = 0x80 };

struct Entry {
  const uint8_t *at = nullptr;  // the length field
  Bytes body{nullptr, nullptr}; // after the id field
  const uint8_t *id_at = nullptr;
  uint32_t id = 0;
  bool terminator = false;
};

const char *readEntry(Bytes &bytes, Entry *entry) {
  entry->at = bytes.at();
  uint64_t length = bytes.read<uint32_t>();
  entry->terminator = bytes.ok() && length == 0;
  if (entry->terminator) return nullptr;
  if (length == 0xffffffff) length = bytes.read<uint64_t>();
  entry->body = bytes.take(length);
  if (!bytes.ok()) return "eh_frame: truncated entry";
  entry->id_at = entry->body.at();
  entry->id = entry->body.read<uint32_t>();
  if (!entry->body.ok()) return "eh_frame: entry without an id";
  return nullptr;
}

const char *parseCie(Bytes body, Cie *cie) {
  const uint8_t *end = body.at() + body.remaining();
  uint8_t version = body.read<uint8_t>();
  if (version != 1 && version != 3) return "eh_frame: unknown CIE version";
  const char *augmentation = reinterpret_cast<const char *>(body.at());
  while (body.ok() && body.read<uint8_t>() != 0) {
  }
  if (!body.ok()) return "eh_frame: truncated augmentation";
  cie->code_alignment = body.readUleb();
  cie->data_alignment = body.readSleb();
  uint64_t return_column = version == 1 ? body.read<uint8_t>() : body.readUleb();
  if (body.ok() && return_column != kDwarfReturnAddress) return "eh_frame: unexpected return address column";
  if (*augmentation == 'z') {
    cie->has_augmentation_data = true;
    Bytes data = body.take(body.readUleb());
    for (const char *letter = augmentation + 1; *letter != 0; letter++) {
      bool ok = true;
      switch (*letter) {
        case 'R': cie->fde_encoding = data.read<uint8_t>(); break;
        case 'L': data.skip(1); break;
        case 'P': readEncodedPointer(data, data.read<uint8_t>() & 0x7f, 0, &ok); break;
        case 'S':
        case 'B': break;
        default: return "eh_frame: unknown augmentation";
      }
      if (!ok || !data.ok()) return "eh_frame: malformed augmentation data";
    }
  } else if (*augmentation != 0) {
    return "eh_frame: unknown augmentation";
  }
  if (!body.ok()) return "eh_frame: truncated CIE";
  cie->rules = body.at();
  cie->rules_end = end;
  return nullptr;
}

const char *parseFde(Bytes body, const Cie &cie, Fde *fde) {
  const uint8_t *end = body.at() + body.remaining();
  bool ok = true;
  fde->start = readEncodedPointer(body, cie.fde_encoding, 0, &ok);
  uintptr_t size = readEncodedPointer(body, cie.fde_encoding & 0x0f, 0, &ok);
  if (cie.has_augmentation_data) body.skip(body.readUleb());
  if (!ok || !body.ok()) return "eh_frame: malformed FDE";
  if (size > UINTPTR_MAX - fde->start) return "eh_frame: FDE range wraps around";
  fde->end = fde->start + size;
  fde->rules = body.at();
  fde->rules_end = end;
  fde->cie = cie;
  return nullptr;
}

const char *parseCieAt(const uint8_t *begin, const uint8_t *end, const uint8_t *at, Cie *out) {
  if (at < begin || at >= end) return "eh_frame: FDE points outside for its CIE";
  Bytes bytes(at, end);
  Entry entry;
  if (const char *error = readEntry(bytes, &entry)) return error;
  if (entry.terminator || entry.id != 0) return "eh_frame: FDE does not point to a CIE";
  return parseCie(entry.body, out);
}

const char *parseFdeEntry(const uint8_t *begin, const uint8_t *end, const Entry &entry, Fde *out) {
  if (entry.id > static_cast<uintptr_t>(entry.id_at - begin)) return "eh_frame: FDE points outside for its CIE";
  Cie cie;
  if (const char *error = parseCieAt(begin, end, entry.id_at - entry.id, &cie)) return error;
  return parseFde(entry.body, cie, out);
}

// ---- rules -------------------------------------------------------------------------------------------------------------------------

// Where the caller's value of a column is. Only the columns that a plan speaks of are kept: the six saved registers and the return address.
struct ColumnRule {
  enum Kind : uint8_t { Same, AtCfa, Undefined, Other } kind = Same;
  int64_t offset = 0;
};

constexpr int kReturnColumn = kSavedRegisterCount, kColumnCount = kSavedRegisterCount + 1;

struct Row {
  uint64_t cfa_register = 0;
  int64_t cfa_offset = 0;
  bool cfa_is_expression = false;
  ColumnRule columns[kColumnCount];
};

int columnOf(uint64_t dwarf_register) {
  if (dwarf_register == kDwarfReturnAddress) return kReturnColumn;
  uint8_t index = registerOfDwarf(dwarf_register);
  return index < kSavedRegisterCount ? index : -1;
}

class RuleMachine {
 public:
  explicit RuleMachine(const Fde &fde) : fde_(fde), location_(fde.start) {}

  const char *run(uintptr_t pc) {
    bool done = false;
    if (const char *error = runUntil(Bytes(fde_.cie.rules, fde_.cie.rules_end), UINTPTR_MAX, &done)) return error;
    initial_ = row_;
    location_ = fde_.start;
    return runUntil(Bytes(fde_.rules, fde_.rules_end), pc, &done);
  }

  const Row &row() const { return row_; }

 private:
  const char *runUntil(Bytes bytes, uintptr_t pc, bool *done) {
    while (!bytes.atEnd() && !*done) {
      if (const char *error = step(bytes, pc, done)) return error;
      if (!bytes.ok()) return "eh_frame: truncated rules";
    }
    return nullptr;
  }

  void advance(uint64_t count, uintptr_t pc, bool *done) {
    uintptr_t next = location_ + count * fde_.cie.code_alignment;
    if (next > pc || next < location_) *done = true;
    location_ = next;
  }

  void set(uint64_t dwarf_register, ColumnRule::Kind kind, int64_t factored_offset = 0) {
    int column = columnOf(dwarf_register);
    if (column < 0) return;
    row_.columns[column].kind = kind;
    row_.columns[column].offset = scaled(factored_offset);
  }

  void restore(uint64_t dwarf_register) {
    int column = columnOf(dwarf_register);
    if (column >= 0) row_.columns[column] = initial_.columns[column];
  }

  int64_t scaled(int64_t factored) const {
    return static_cast<int64_t>(static_cast<uint64_t>(factored) * static_cast<uint64_t>(fde_.cie.data_alignment));
  }

  void defineCfa(uint64_t dwarf_register, int64_t offset) {
    row_.cfa_register = dwarf_register;
    row_.cfa_offset = offset;
    row_.cfa_is_expression = false;
  }

  // DW_CFA_ operations, by number.
  const char *step(Bytes &bytes, uintptr_t pc, bool *done) {
    uint8_t op = bytes.read<uint8_t>();
    uint8_t low = op & 0x3f;
    switch (op & 0xc0) {
      case 0x40: advance(low, pc, done); return nullptr;                                                         // advance_loc
      case 0x80: set(low, ColumnRule::AtCfa, static_cast<int64_t>(bytes.readUleb())); return nullptr;            // offset
      case 0xc0: restore(low); return nullptr;                                                                   // restore
      default: return stepExtended(low, bytes, pc, done);
    }
  }

  const char *stepExtended(uint8_t op, Bytes &bytes, uintptr_t pc, bool *done) {
    uint64_t reg = 0;
    switch (op) {
      case 0x00: return nullptr;  // nop
      case 0x01: return setLocation(bytes, pc, done);
      case 0x02: advance(bytes.read<uint8_t>(), pc, done); return nullptr;   // advance_loc1
      case 0x03: advance(bytes.read<uint16_t>(), pc, done); return nullptr;  // advance_loc2
      case 0x04: advance(bytes.read<uint32_t>(), pc, done); return nullptr;  // advance_loc4
      case 0x05:                                                             // offset_extended
        reg = bytes.readUleb();
        set(reg, ColumnRule::AtCfa, static_cast<int64_t>(bytes.readUleb()));
        return nullptr;
      case 0x06: restore(bytes.readUleb()); return nullptr;                // restore_extended
      case 0x07: set(bytes.readUleb(), ColumnRule::Undefined); return nullptr;
      case 0x08: set(bytes.readUleb(), ColumnRule::Same); return nullptr;  // same_value
      case 0x09:                                                           // register
        set(bytes.readUleb(), ColumnRule::Other);
        bytes.readUleb();
        return nullptr;
      case 0x0a: return remember();
      case 0x0b: return recall();
      case 0x0c:  // def_cfa
        reg = bytes.readUleb();
        defineCfa(reg, static_cast<int64_t>(bytes.readUleb()));
        return nullptr;
      case 0x0d: row_.cfa_register = bytes.readUleb(); return nullptr;                      // def_cfa_register
      case 0x0e: row_.cfa_offset = static_cast<int64_t>(bytes.readUleb()); return nullptr;  // def_cfa_offset
      case 0x0f:                                                                            // def_cfa_expression
        row_.cfa_is_expression = true;
        bytes.skip(bytes.readUleb());
        return nullptr;
      case 0x10:  // expression
      case 0x16:  // val_expression
        set(bytes.readUleb(), ColumnRule::Other);
        bytes.skip(bytes.readUleb());
        return nullptr;
      case 0x11:  // offset_extended_sf
        reg = bytes.readUleb();
        set(reg, ColumnRule::AtCfa, bytes.readSleb());
        return nullptr;
      case 0x12:  // def_cfa_sf
        reg = bytes.readUleb();
        defineCfa(reg, scaled(bytes.readSleb()));
        return nullptr;
      case 0x13: row_.cfa_offset = scaled(bytes.readSleb()); return nullptr;  // def_cfa_offset_sf
      case 0x14:                                                              // val_offset
      case 0x15:                                                              // val_offset_sf
        set(bytes.readUleb(), ColumnRule::Other);
        bytes.readUleb();
        return nullptr;
      case 0x2e: bytes.readUleb(); return nullptr;  // GNU_args_size
      case 0x2f:                                    // GNU_negative_offset_extended
        reg = bytes.readUleb();
        set(reg, ColumnRule::AtCfa, static_cast<int64_t>(0 - bytes.readUleb()));
        return nullptr;
      default: return "eh_frame: unknown rule";
    }
  }

  const char *setLocation(Bytes &bytes, uintptr_t pc, bool *done) {
    bool ok = true;
    location_ = readEncodedPointer(bytes, fde_.cie.fde_encoding, 0, &ok);
    if (!ok) return "eh_frame: malformed set_loc";
    if (location_ > pc) *done = true;
    return nullptr;
  }

  const char *remember() {
    if (remembered_count_ == kRememberedLimit) return "eh_frame: too many remembered states";
    remembered_[remembered_count_++] = row_;
    return nullptr;
  }

  const char *recall() {
    if (remembered_count_ == 0) return "eh_frame: restore_state without remember_state";
    row_ = remembered_[--remembered_count_];
    return nullptr;
  }

  static constexpr int kRememberedLimit = 8;

  const Fde &fde_;
  uintptr_t location_;
  Row row_, initial_;
  Row remembered_[kRememberedLimit];
  int remembered_count_ = 0;
};

int16_t fpAt(int64_t distance) {
  bool fits = distance % 2 == 0 && distance == static_cast<int16_t>(distance);
  return fits ? static_cast<int16_t>(distance) : UnwindPlan::kFpIsFar;
}

bool planOfRow(const Row &row, UnwindPlan *plan) {
  uint8_t cfa_register = registerOfDwarf(row.cfa_register);
  if (row.columns[kReturnColumn].kind == ColumnRule::Undefined) {
    plan->cfa_register = kOutermost;
    return true;
  }
  if (row.cfa_is_expression || cfa_register == kNoRegister) return false;
  if (row.cfa_offset != static_cast<int32_t>(row.cfa_offset)) return false;
  const ColumnRule &return_rule = row.columns[kReturnColumn];
  if (return_rule.kind != ColumnRule::AtCfa || return_rule.offset != -8) return false;
  for (int i = 0; i < kSavedRegisterCount; i++) {
    const ColumnRule &rule = row.columns[i];
    // The caller's value of an undefined register is lost, so any will do.
    if (rule.kind == ColumnRule::Same || rule.kind == ColumnRule::Undefined) continue;
    if (rule.kind == ColumnRule::Other || rule.offset % 8 != 0 || rule.offset != static_cast<int16_t>(rule.offset)) return false;
    plan->saved[plan->saved_count++] = SavedRegister::make(i, static_cast<int16_t>(rule.offset));
    if (i == kFp) plan->fp_at = fpAt(row.cfa_offset + rule.offset);
  }
  plan->cfa_offset = static_cast<int32_t>(row.cfa_offset);
  plan->cfa_register = cfa_register;
  return true;
}

}  // namespace

uintptr_t readEncodedPointer(Bytes &bytes, uint8_t encoding, uintptr_t data_base, bool *ok) {
  uintptr_t base = 0, value = 0;
  switch (encoding & 0x70) {
    case 0x00: break;
    case 0x10: base = reinterpret_cast<uintptr_t>(bytes.at()); break;  // pcrel
    case 0x30: base = data_base; break;                                // datarel
    default: *ok = false; return 0;
  }
  if ((encoding & kIndirect) != 0) *ok = false;
  switch (encoding & 0x0f) {
    case 0x00:
    case 0x04:
    case 0x0c: value = bytes.read<uint64_t>(); break;
    case 0x01: value = bytes.readUleb(); break;
    case 0x02: value = bytes.read<uint16_t>(); break;
    case 0x03: value = bytes.read<uint32_t>(); break;
    case 0x09: value = static_cast<uintptr_t>(bytes.readSleb()); break;
    case 0x0a: value = static_cast<uintptr_t>(intptr_t{bytes.read<int16_t>()}); break;
    case 0x0b: value = static_cast<uintptr_t>(intptr_t{bytes.read<int32_t>()}); break;
    default: *ok = false; return 0;
  }
  return base + value;
}

yg_status EhFrame::parse(const uint8_t *data, size_t size, const char **message) {
  fdes_.clear();
  const uint8_t *end = data + size;
  Bytes bytes(data, end);
  // FDEs of one object file share a CIE: parse it once.
  const uint8_t *cie_at = nullptr;
  Cie cie;
  const char *error = nullptr;
  while (!bytes.atEnd()) {
    Entry entry;
    if ((error = readEntry(bytes, &entry)) != nullptr) break;
    // A terminator may be followed by another object file's part when sections are concatenated, so go on.
    if (entry.terminator || entry.id == 0) continue;
    if (entry.id > static_cast<uintptr_t>(entry.id_at - data)) {
      error = "eh_frame: FDE points outside for its CIE";
      break;
    }
    if (cie_at != entry.id_at - entry.id) {
      cie_at = entry.id_at - entry.id;
      cie = Cie{};
      if ((error = parseCieAt(data, end, cie_at, &cie)) != nullptr) break;
    }
    Fde fde;
    if ((error = parseFde(entry.body, cie, &fde)) != nullptr) break;
    fdes_.push_back(fde);
  }
  if (error != nullptr) {
    fdes_.clear();
    *message = error;
    return YG_ERROR_FORMAT;
  }
  auto by_start = [](const Fde &a, const Fde &b) { return a.start < b.start; };
  if (!std::is_sorted(fdes_.begin(), fdes_.end(), by_start)) std::sort(fdes_.begin(), fdes_.end(), by_start);
  return YG_OK;
}

const Fde *EhFrame::find(uintptr_t pc) const {
  auto after = std::upper_bound(fdes_.begin(), fdes_.end(), pc, [](uintptr_t value, const Fde &fde) { return value < fde.start; });
  if (after == fdes_.begin()) return nullptr;
  const Fde &fde = *(after - 1);
  return pc < fde.end ? &fde : nullptr;
}

void EhFrame::dump(FILE *file) const {
  for (const Fde &fde : fdes_)
    std::fprintf(file, "FDE %#" PRIxPTR "-%#" PRIxPTR ", %td bytes of rules\n", fde.start, fde.end, fde.rules_end - fde.rules);
}

const char *parseFdeAt(const uint8_t *begin, const uint8_t *end, const uint8_t *at, Fde *out) {
  if (at < begin || at >= end) return "eh_frame: FDE outside its section";
  Bytes bytes(at, end);
  Entry entry;
  if (const char *error = readEntry(bytes, &entry)) return error;
  if (entry.terminator || entry.id == 0) return "eh_frame: not an FDE";
  return parseFdeEntry(begin, end, entry, out);
}

yg_status makePlan(const Fde &fde, uintptr_t pc, UnwindPlan *out, const char **message) {
  *out = UnwindPlan{};
  RuleMachine machine(fde);
  if (const char *error = machine.run(pc)) {
    *message = error;
    return YG_ERROR_FORMAT;
  }
  UnwindPlan plan;
  if (planOfRow(machine.row(), &plan)) *out = plan;
  return YG_OK;
}

}  // namespace yg
