// SPDX-License-Identifier: MIT
#include "publish_eh_frame.h"

#include <algorithm>

#include "bytes.h"
#include "eh_frame.h"
#include "memory.h"
#include "publish_bytes.h"

namespace yg {
namespace {

constexpr uint8_t kAbsolutePointer = 0x00, kOmittedPointer = 0xff, kIndirectPointer = 0x80, kRelativeWord = 0x1b, kUnsignedWord = 0x03,
                  kHeaderRelativeWord = 0x3b, kFormatMask = 0x0f;
constexpr uint8_t kNop = 0;

// Null when the encoded value itself is zero, whatever it is relative to.
uintptr_t readPointer(Bytes &bytes, uint8_t encoding, bool *ok) {
  bool relative = (encoding & 0x70) == 0x10;
  uintptr_t base = relative ? reinterpret_cast<uintptr_t>(bytes.at()) : 0;
  uintptr_t value = readEncodedPointer(bytes, encoding & ~kIndirectPointer, 0, ok);
  if (!*ok || !bytes.ok() || value == base) return 0;
  return (encoding & kIndirectPointer) != 0 ? loadWord(value) : value;
}

Span spanOf(const Bytes &bytes) { return {bytes.at(), bytes.at() + bytes.remaining()}; }

// Where pointers are said to lie in a form that is relative: at `section` + their offset.
struct Form {
  bool absolute;
  uintptr_t section;
};

void writePc(ByteWriter &out, const Form &form, uintptr_t pc) {
  if (form.absolute)
    out.u64(pc);
  else
    out.u32(pc - (form.section + out.size()));
}

size_t writeCie(ByteWriter &out, const Form &form, const UnwindSection::Cie &cie) {
  bool personality = form.absolute && cie.personality != 0, lsda = form.absolute && cie.lsda_encoding != kOmittedPointer;
  size_t begin = out.beginLength();
  out.u32(0);
  out.u8(1);
  out.string(std::string("z") + (personality ? "P" : "") + (lsda ? "L" : "") + "R" + (cie.is_signal_frame ? "S" : ""));
  out.uleb(cie.code_alignment);
  out.sleb(cie.data_alignment);
  out.u8(cie.return_column);
  out.uleb(1 + (personality ? 9 : 0) + (lsda ? 1 : 0));
  if (personality) {
    out.u8(kAbsolutePointer);
    out.u64(cie.personality);
  }
  if (lsda) out.u8(kAbsolutePointer);
  out.u8(form.absolute ? kAbsolutePointer : kRelativeWord);
  out.raw(cie.rules.begin, cie.rules.size());
  out.align(8, kNop);
  out.endLength(begin);
  return begin - 4;
}

size_t writeFde(ByteWriter &out, const Form &form, const UnwindSection::Cie &cie, size_t cie_at, const UnwindSection::Fde &fde) {
  size_t begin = out.beginLength();
  out.u32(out.size() - cie_at);
  writePc(out, form, fde.start);
  if (form.absolute)
    out.u64(fde.size);
  else
    out.u32(fde.size);
  bool lsda = form.absolute && cie.lsda_encoding != kOmittedPointer;
  out.uleb(lsda ? 8 : 0);
  if (lsda) out.u64(fde.lsda);
  out.raw(fde.rules.begin, fde.rules.size());
  out.align(8, kNop);
  out.endLength(begin);
  return begin - 4;
}

}  // namespace

bool UnwindSection::parseCie(Span span, const uint8_t *at) {
  Bytes body(span.begin, span.end);
  Cie cie;
  cie.at = at;
  uint8_t version = body.read<uint8_t>();
  if (version != 1 && version != 3) return false;
  const char *augmentation = reinterpret_cast<const char *>(body.at());
  while (body.ok() && body.read<uint8_t>() != 0) {
  }
  if (!body.ok()) return false;
  cie.code_alignment = body.readUleb();
  cie.data_alignment = body.readSleb();
  cie.return_column = version == 1 ? body.read<uint8_t>() : body.readUleb();
  if (*augmentation == 'z') {
    cie.has_data = true;
    Bytes data = body.take(body.readUleb());
    bool ok = true;
    for (const char *letter = augmentation + 1; *letter != 0; letter++) switch (*letter) {
        case 'R': cie.pointer_encoding = data.read<uint8_t>(); break;
        case 'L': cie.lsda_encoding = data.read<uint8_t>(); break;
        case 'P': {
          uint8_t encoding = data.read<uint8_t>();
          cie.personality = readPointer(data, encoding, &ok);
          break;
        }
        case 'S': cie.is_signal_frame = true; break;
        default: return false;
      }
    if (!ok || !data.ok()) return false;
  } else if (*augmentation != 0) {
    return false;
  }
  if (!body.ok() || cie.return_column > 0xff) return false;
  cie.rules = spanOf(body);
  cies_.push_back(cie);
  return true;
}

bool UnwindSection::parseFde(Span span, size_t cie_index) {
  const Cie &cie = cies_[cie_index];
  Bytes body(span.begin, span.end);
  Fde fde;
  fde.cie = cie_index;
  bool ok = true;
  fde.start = readPointer(body, cie.pointer_encoding, &ok);
  fde.size = readEncodedPointer(body, cie.pointer_encoding & kFormatMask, 0, &ok);
  if (cie.has_data) {
    Bytes data = body.take(body.readUleb());
    if (cie.lsda_encoding != kOmittedPointer && data.remaining() != 0) fde.lsda = readPointer(data, cie.lsda_encoding, &ok);
    if (!data.ok()) return false;
  }
  if (!ok || !body.ok()) return false;
  fde.rules = spanOf(body);
  // What the linker has discarded has no address.
  if (fde.start != 0 && fde.size != 0) fdes_.push_back(fde);
  return true;
}

bool UnwindSection::parse(const uint8_t *bytes, size_t size) {
  Bytes rest(bytes, bytes + size);
  while (rest.remaining() >= 4) {
    const uint8_t *at = rest.at();
    uint64_t length = rest.read<uint32_t>();
    if (length == 0) break;
    if (length == 0xffffffff) length = rest.read<uint64_t>();
    Bytes body = rest.take(length);
    const uint8_t *id_at = body.at();
    uint32_t id = body.read<uint32_t>();
    if (!rest.ok() || !body.ok()) return false;
    if (id == 0) {
      if (!parseCie(spanOf(body), at)) return false;
      continue;
    }
    if (id > static_cast<uintptr_t>(id_at - bytes)) return false;
    const uint8_t *cie_at = id_at - id;
    auto cie = std::find_if(cies_.begin(), cies_.end(), [&](const Cie &c) { return c.at == cie_at; });
    if (cie == cies_.end() || !parseFde(spanOf(body), static_cast<size_t>(cie - cies_.begin()))) return false;
  }
  std::sort(fdes_.begin(), fdes_.end(), [](const Fde &a, const Fde &b) { return a.start < b.start; });
  return true;
}

std::vector<uint8_t> UnwindSection::absolute(std::vector<uint32_t> *fde_offsets) const {
  ByteWriter out;
  Form form{true, 0};
  std::vector<size_t> cie_at;
  for (const Cie &cie : cies_) cie_at.push_back(writeCie(out, form, cie));
  fde_offsets->clear();
  for (const Fde &fde : fdes_) fde_offsets->push_back(static_cast<uint32_t>(writeFde(out, form, cies_[fde.cie], cie_at[fde.cie], fde)));
  out.u32(0);
  return std::move(out.bytes);
}

std::vector<uint8_t> UnwindSection::behindCode(uintptr_t start, uintptr_t size, uintptr_t distance, size_t *header_size) const {
  ByteWriter out;
  Form form{false, start + distance};
  *header_size = 0;
  std::vector<std::pair<uintptr_t, size_t>> rows;
  size_t no_cie = ~size_t{0};
  std::vector<size_t> cie_at(cies_.size(), no_cie);
  for (const Fde &fde : fdes_) {
    if (fde.start < start || fde.start - start >= size) continue;
    if (cie_at[fde.cie] == no_cie) cie_at[fde.cie] = writeCie(out, form, cies_[fde.cie]);
    rows.emplace_back(fde.start, writeFde(out, form, cies_[fde.cie], cie_at[fde.cie], fde));
  }
  if (rows.empty()) return {};
  out.u32(0);
  out.align(8);
  size_t header = out.size();
  out.u8(1);
  out.u8(kRelativeWord);
  out.u8(kUnsignedWord);
  out.u8(kHeaderRelativeWord);
  out.u32(uint64_t{0} - out.size());  // to the section's first byte
  out.u32(rows.size());
  for (auto &[pc, at] : rows) {
    out.u32(pc - (form.section + header));
    out.u32(at - header);
  }
  *header_size = out.size() - header;
  return std::move(out.bytes);
}

}  // namespace yg
