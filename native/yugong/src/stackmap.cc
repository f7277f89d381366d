// SPDX-License-Identifier: MIT
#include "stackmap.h"

#include <cinttypes>
#include <new>

#include "bytes.h"
#include "yugong-stackmap.h"

namespace yg {
namespace {

constexpr size_t kFunctionSize = 24, kConstantSize = 8, kMinimumRecordSize = 24, kLocationSize = 12, kLiveOutSize = 4;

const char *parseLocation(Bytes &bytes, const uint64_t *constants, size_t constant_count, Location *location) {
  uint8_t kind = bytes.read<uint8_t>();
  bytes.skip(1);
  location->size = bytes.read<uint16_t>();
  location->dwarf_register = bytes.read<uint16_t>();
  bytes.skip(2);
  location->offset = bytes.read<int32_t>();
  location->constant = 0;
  location->kind = static_cast<LocationKind>(kind);
  switch (location->kind) {
    case LocationKind::Register:
    case LocationKind::Direct:
    case LocationKind::Indirect: return nullptr;
    case LocationKind::Constant: location->constant = static_cast<uint64_t>(int64_t{location->offset}); return nullptr;
    case LocationKind::ConstantIndex:
      if (location->offset < 0 || static_cast<size_t>(location->offset) >= constant_count) return "stackmap: constant index out of range";
      location->constant = constants[static_cast<size_t>(location->offset)];
      return nullptr;
  }
  return "stackmap: unknown kind of location";
}

// Records are aligned to 8 bytes relative to their blob.
void skipPadding(Bytes &bytes, const uint8_t *blob) {
  size_t misalignment = static_cast<size_t>(bytes.at() - blob) & 7;
  if (misalignment != 0) bytes.skip(8 - misalignment);
}

const char *parseRecord(Bytes &bytes, const uint8_t *start, uint64_t function, const StackmapBlob &blob, Stackmap *out) {
  StackmapRecord record;
  record.id = bytes.read<uint64_t>();
  record.function = function;
  record.return_address = function + bytes.read<uint32_t>();
  bytes.skip(2);
  record.location_count = bytes.read<uint16_t>();
  record.first_location = static_cast<uint32_t>(out->locations.size());
  if (bytes.remaining() < record.location_count * kLocationSize) return "stackmap: truncated in a record's locations";
  for (uint32_t i = 0; i < record.location_count; i++) {
    Location location;
    if (const char *error = parseLocation(bytes, out->constants.data() + blob.first_constant, blob.constant_count, &location)) return error;
    out->locations.push_back(location);
  }
  skipPadding(bytes, start);
  bytes.skip(2);
  record.live_out_count = bytes.read<uint16_t>();
  record.first_live_out = static_cast<uint32_t>(out->live_outs.size());
  if (bytes.remaining() < record.live_out_count * kLiveOutSize) return "stackmap: truncated in a record's live-outs";
  for (uint32_t i = 0; i < record.live_out_count; i++) {
    LiveOut live_out;
    live_out.dwarf_register = bytes.read<uint16_t>();
    bytes.skip(1);
    live_out.size = bytes.read<uint8_t>();
    out->live_outs.push_back(live_out);
  }
  skipPadding(bytes, start);
  if (!bytes.ok()) return "stackmap: truncated in a record";
  out->records.push_back(record);
  return nullptr;
}

const char *parseBlob(Bytes &bytes, Stackmap *out) {
  const uint8_t *start = bytes.at();
  uint8_t version = bytes.read<uint8_t>();
  bytes.skip(3);
  uint64_t function_count = bytes.read<uint32_t>(), constant_count = bytes.read<uint32_t>(), record_count = bytes.read<uint32_t>();
  if (!bytes.ok()) return "stackmap: truncated header";
  if (version != 3) return "stackmap: not format version 3";
  Bytes functions = bytes.take(function_count * kFunctionSize);
  Bytes constant_bytes = bytes.take(constant_count * kConstantSize);
  if (!bytes.ok()) return "stackmap: truncated in functions or constants";
  if (record_count > bytes.remaining() / kMinimumRecordSize) return "stackmap: truncated in records";

  StackmapBlob blob{out->functions.size(), function_count, out->constants.size(), constant_count, out->records.size(), record_count};
  out->blobs.push_back(blob);
  out->constants.reserve(out->constants.size() + constant_count);
  while (!constant_bytes.atEnd()) out->constants.push_back(constant_bytes.read<uint64_t>());

  out->records.reserve(out->records.size() + record_count);
  uint64_t parsed = 0;
  while (!functions.atEnd()) {
    StackmapFunction function;
    function.address = functions.read<uint64_t>();
    function.stack_size = functions.read<uint64_t>();
    function.record_count = functions.read<uint64_t>();
    if (function.record_count > record_count - parsed) return "stackmap: functions claim more records than there are";
    out->functions.push_back(function);
    for (uint64_t i = 0; i < function.record_count; i++)
      if (const char *error = parseRecord(bytes, start, function.address, blob, out)) return error;
    parsed += function.record_count;
  }
  if (parsed != record_count) return "stackmap: records that belong to no function";
  return nullptr;
}

// ---- printing

void dumpLocation(const Location &location, FILE *file) {
  switch (location.kind) {
    case LocationKind::Register: std::fprintf(file, "Register R#%u", location.dwarf_register); break;
    case LocationKind::Direct: std::fprintf(file, "Direct R#%u + %d", location.dwarf_register, location.offset); break;
    case LocationKind::Indirect: std::fprintf(file, "Indirect [R#%u + %d]", location.dwarf_register, location.offset); break;
    // llvm-readobj does not show the sign.
    case LocationKind::Constant: std::fprintf(file, "Constant %u", static_cast<uint32_t>(location.offset)); break;
    case LocationKind::ConstantIndex: std::fprintf(file, "ConstantIndex #%d (%" PRIu64 ")", location.offset, location.constant); break;
  }
  std::fprintf(file, ", size: %u\n", location.size);
}

void dumpRecord(const Stackmap &stackmap, const StackmapRecord &record, FILE *file) {
  std::fprintf(file, "  Record ID: %" PRIu64 ", instruction offset: %" PRIu64 "\n", record.id, record.return_address - record.function);
  std::fprintf(file, "    %u locations:\n", record.location_count);
  for (uint32_t i = 0; i < record.location_count; i++) {
    std::fprintf(file, "      #%u: ", i + 1);
    dumpLocation(stackmap.locations[record.first_location + i], file);
  }
  std::fprintf(file, "    %u live-outs: [ ", record.live_out_count);
  for (uint32_t i = 0; i < record.live_out_count; i++) {
    const LiveOut &live_out = stackmap.live_outs[record.first_live_out + i];
    std::fprintf(file, "R#%u (%u-bytes) ", live_out.dwarf_register, live_out.size);
  }
  std::fputs("]\n", file);
}

void dumpBlob(const Stackmap &stackmap, const StackmapBlob &blob, FILE *file) {
  std::fprintf(file, "LLVM StackMap Version: 3\nNum Functions: %zu\n", blob.function_count);
  for (size_t i = 0; i < blob.function_count; i++) {
    const StackmapFunction &function = stackmap.functions[blob.first_function + i];
    std::fprintf(file, "  Function address: %" PRIu64 ", stack size: %" PRIu64 ", callsite record count: %" PRIu64 "\n", function.address,
                 function.stack_size, function.record_count);
  }
  std::fprintf(file, "Num Constants: %zu\n", blob.constant_count);
  for (size_t i = 0; i < blob.constant_count; i++)
    std::fprintf(file, "  #%zu: %" PRIu64 "\n", i + 1, stackmap.constants[blob.first_constant + i]);
  std::fprintf(file, "Num Records: %zu\n", blob.record_count);
  for (size_t i = 0; i < blob.record_count; i++) dumpRecord(stackmap, stackmap.records[blob.first_record + i], file);
}

}  // namespace

yg_status parseStackmap(const uint8_t *data, size_t size, Stackmap *out, const char **message) {
  *out = Stackmap();
  Bytes bytes(data, data + size);
  while (!bytes.atEnd()) {
    if (const char *error = parseBlob(bytes, out)) {
      *message = error;
      return YG_ERROR_FORMAT;
    }
  }
  return YG_OK;
}

void deoptOperands(const Stackmap &stackmap, const StackmapRecord &record, uint32_t *first, uint32_t *count) {
  const Location *locations = stackmap.locations.data() + record.first_location;
  *first = record.first_location;
  *count = record.location_count;
  if (record.location_count < 3) return;
  for (int i = 0; i < 3; i++)
    if (locations[i].kind != LocationKind::Constant) return;
  if (locations[2].constant > record.location_count - 3) return;
  *first += 3;
  *count = static_cast<uint32_t>(locations[2].constant);
}

void dumpStackmap(const Stackmap &stackmap, FILE *file) {
  for (const StackmapBlob &blob : stackmap.blobs) dumpBlob(stackmap, blob, file);
}

}  // namespace yg

struct yg_stackmap {
  yg::Stackmap parsed;
};

yg_status yg_stackmap_parse(const uint8_t *bytes, size_t size, yg_stackmap **out, const char **message) {
  const char *ignored;
  if (message == nullptr) message = &ignored;
  *message = "";
  if (out == nullptr || (bytes == nullptr && size != 0)) return YG_ERROR_ARGUMENT;
  *out = nullptr;
  yg_stackmap *stackmap = new (std::nothrow) yg_stackmap;
  if (stackmap == nullptr) return YG_ERROR_MEMORY;
  yg_status status = yg::parseStackmap(bytes, size, &stackmap->parsed, message);
  if (status == YG_OK)
    *out = stackmap;
  else
    delete stackmap;
  return status;
}

void yg_stackmap_free(yg_stackmap *stackmap) { delete stackmap; }

size_t yg_stackmap_record_count(const yg_stackmap *stackmap) { return stackmap == nullptr ? 0 : stackmap->parsed.records.size(); }

yg_status yg_stackmap_get_record(const yg_stackmap *stackmap, size_t index, yg_stackmap_record *out) {
  if (stackmap == nullptr || out == nullptr || index >= stackmap->parsed.records.size()) return YG_ERROR_ARGUMENT;
  const yg::StackmapRecord &record = stackmap->parsed.records[index];
  uint32_t first, count;
  yg::deoptOperands(stackmap->parsed, record, &first, &count);
  *out = {record.id, static_cast<uintptr_t>(record.return_address), count};
  return YG_OK;
}

yg_status yg_stackmap_get_value(const yg_stackmap *stackmap, size_t record, size_t index, yg_stackmap_value *out) {
  if (stackmap == nullptr || out == nullptr || record >= stackmap->parsed.records.size()) return YG_ERROR_ARGUMENT;
  uint32_t first, count;
  yg::deoptOperands(stackmap->parsed, stackmap->parsed.records[record], &first, &count);
  if (index >= count) return YG_ERROR_ARGUMENT;
  const yg::Location &location = stackmap->parsed.locations[first + index];
  const bool isConstant = location.kind >= yg::LocationKind::Constant;
  const auto kind = isConstant ? YG_STACKMAP_CONSTANT : static_cast<yg_stackmap_kind>(location.kind);
  *out = {kind, location.size, location.dwarf_register, isConstant ? 0 : location.offset, isConstant ? location.constant : 0};
  return YG_OK;
}

void yg_stackmap_dump(const yg_stackmap *stackmap, FILE *file) {
  if (stackmap != nullptr) yg::dumpStackmap(stackmap->parsed, file);
}
