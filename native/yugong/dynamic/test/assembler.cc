// SPDX-License-Identifier: MIT
#include "assembler.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>

namespace {
// DWARF number -> the number in instructions.
constexpr int kEncoding[] = {0, 2, 1, 3, 6, 7, 5, 4, 8, 9, 10, 11, 12, 13, 14, 15};
int low(int reg) { return kEncoding[reg] & 7; }
int high(int reg) { return kEncoding[reg] >> 3; }
void put32(std::vector<uint8_t> &code, int32_t value) {
  for (int i = 0; i < 4; i++) code.push_back(static_cast<uint8_t>(static_cast<uint32_t>(value) >> (8 * i)));
}
}  // namespace

Procedure &Procedure::emit(std::initializer_list<int> bytes) {
  instruction();
  for (int byte : bytes) code.push_back(static_cast<uint8_t>(byte));
  return *this;
}

Procedure &Procedure::push(int reg) { return high(reg) ? emit({0x41, 0x50 | low(reg)}) : emit({0x50 | low(reg)}); }
Procedure &Procedure::pop(int reg) { return high(reg) ? emit({0x41, 0x58 | low(reg)}) : emit({0x58 | low(reg)}); }

Procedure &Procedure::move(int to, int from) {
  return emit({0x48 | high(from) << 2 | high(to), 0x89, 0xc0 | low(from) << 3 | low(to)});
}

Procedure &Procedure::immediate(int reg, int32_t value) {
  emit({0x48 | high(reg), 0xc7, 0xc0 | low(reg)});
  put32(code, value);
  return *this;
}

Procedure &Procedure::moveStackPointer(int32_t by) {
  if (by == static_cast<int8_t>(by)) return emit({0x48, 0x83, 0xc4, by & 0xff});
  emit({0x48, 0x81, 0xc4});
  put32(code, by);
  return *this;
}

void Procedure::memory(int opcode, int reg, int base, int32_t offset) {
  bool is_small = offset == static_cast<int8_t>(offset);
  emit({0x48 | high(reg) << 2 | high(base), opcode, (is_small ? 0x40 : 0x80) | low(reg) << 3 | low(base)});
  if (low(base) == 4) code.push_back(0x24);
  if (is_small)
    code.push_back(static_cast<uint8_t>(offset));
  else
    put32(code, offset);
}

Procedure &Procedure::store(int base, int32_t offset, int reg) { return memory(0x89, reg, base, offset), *this; }
Procedure &Procedure::load(int reg, int base, int32_t offset) { return memory(0x8b, reg, base, offset), *this; }
Procedure &Procedure::address(int reg, int base, int32_t offset) { return memory(0x8d, reg, base, offset), *this; }

Procedure &Procedure::callAbsolute(uintptr_t target) {
  emit({0x48, 0xb8});
  for (int i = 0; i < 8; i++) code.push_back(static_cast<uint8_t>(target >> (8 * i)));
  return emit({0xff, 0xd0});
}

Procedure &Procedure::jumpIfZero(const char *label) {
  emit({0x85, 0xff});
  emit({0x0f, 0x84, 0, 0, 0, 0});
  jumps_.push_back({code.size() - 4, label});
  resolve(label);
  return *this;
}

Procedure &Procedure::jump(const char *label) {
  emit({0xe9, 0, 0, 0, 0});
  jumps_.push_back({code.size() - 4, label});
  resolve(label);
  return *this;
}

Procedure &Procedure::label(const char *label) {
  labels_.emplace_back(label, code.size());
  resolve(label);
  return *this;
}

void Procedure::resolve(const std::string &name) {
  for (auto &[known, target] : labels_)
    for (Jump &jump : jumps_)
      if (known == name && jump.label == name) {
        int32_t distance = static_cast<int32_t>(target - jump.at - 4);
        std::memcpy(code.data() + jump.at, &distance, 4);
      }
}

Procedure &Procedure::op(int tag, int reg, int64_t value, int32_t when) {
  open_ops.push_back(yg_dyn_op_make(tag, YG_DYN_QP_TRUE, when, reg, static_cast<yg_dyn_word>(value)));
  return *this;
}

Procedure &Procedure::endRegion() {
  regions.push_back({static_cast<int32_t>(code.size() - region_start_), std::move(open_ops)});
  open_ops.clear();
  region_start_ = last_instruction_ = code.size();
  return *this;
}

Procedure &Procedure::endNegativeRegion() {
  endRegion();
  regions.back().count = -regions.back().count;
  return *this;
}

Procedure &Procedure::emptyRegion() {
  regions.push_back({0, std::move(open_ops)});
  open_ops.clear();
  return *this;
}

Procedure &Procedure::keepRegions(size_t count) {
  regions.resize(count);
  open_ops.clear();
  region_start_ = 0;
  for (const RegionText &region : regions) region_start_ += static_cast<size_t>(region.count);
  return *this;
}

CodeArea::CodeArea(size_t size) : size_(size) {
  void *memory = mmap(nullptr, size, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  memory_ = static_cast<uint8_t *>(memory);
}

CodeArea::~CodeArea() { munmap(memory_, size_); }

uintptr_t CodeArea::place(const std::vector<uint8_t> &code) {
  if (used_ + code.size() + 32 > size_) std::abort();
  uint8_t *at = memory_ + used_;
  std::memcpy(at, code.data(), code.size());
  used_ += (code.size() + 31) & ~size_t{15};
  return reinterpret_cast<uintptr_t>(at);
}

RegionList::RegionList(const std::vector<RegionText> &texts, bool stops) {
  for (const RegionText &text : texts) {
    size_t count = text.ops.size() + stops;
    size_t words = (yg_dyn_region_info_size(count) + sizeof(yg_dyn_region_info)) / 8;
    regions_.push_back(std::make_unique<uint64_t[]>(words));
    yg_dyn_region_info *region = get(regions_.size() - 1);
    region->next = nullptr;
    region->insn_count = text.count;
    region->op_count = static_cast<uint32_t>(count);
    std::copy(text.ops.begin(), text.ops.end(), region->op);
    if (stops) yg_dyn_op_stop(&region->op[text.ops.size()]);
    if (regions_.size() > 1) get(regions_.size() - 2)->next = region;
  }
}

Loaded::Loaded(CodeArea &area, Procedure procedure) : name(procedure.name) {
  if (procedure.region_start() != procedure.size() || !procedure.open_ops.empty()) procedure.endRegion();
  regions_ = std::make_unique<RegionList>(procedure.regions);
  info.start_ip = area.place(procedure.code);
  info.end_ip = info.start_ip + procedure.size();
  info.u.pi.name_ptr = reinterpret_cast<yg_dyn_word>(name.c_str());
  info.u.pi.regions = regions_->first();
  for (size_t offset : procedure.instructions) instructions.push_back(info.start_ip + offset);
}

Loaded::Loaded(CodeArea &area, Procedure code, const RegionList &shared) : Loaded(area, std::move(code)) { info.u.pi.regions = shared.first(); }

Loaded::~Loaded() {
  if (is_registered_) yg_dyn_cancel(&info);
}

yg_dyn_status Loaded::enter() {
  yg_dyn_status status = yg_dyn_register(&info, nullptr);
  is_registered_ = status == YG_DYN_OK;
  return status;
}
