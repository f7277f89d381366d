// SPDX-License-Identifier: MIT
#include "stackmap.h"

#include <cinttypes>

#include "bytes.h"

namespace yg {
namespace {

constexpr size_t kFunctionSize = 24, kConstantSize = 8, kMinimumRecordSize = 24, kLocationSize = 12, kLiveOutSize = 4;

const char *parseLocation(Bytes &bytes, const std::vector<uint64_t> &constants, Location *location) {
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
      if (location->offset < 0 || static_cast<size_t>(location->offset) >= constants.size()) return "stackmap: constant index out of range";
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

const char *parseRecord(Bytes &bytes, const uint8_t *blob, uint64_t function, const std::vector<uint64_t> &constants, Stackmap *out) {
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
    if (const char *error = parseLocation(bytes, constants, &location)) return error;
    out->locations.push_back(location);
  }
  skipPadding(bytes, blob);
  bytes.skip(2);
  uint16_t live_outs = bytes.read<uint16_t>();
  bytes.skip(live_outs * kLiveOutSize);
  skipPadding(bytes, blob);
  if (!bytes.ok()) return "stackmap: truncated in a record";
  out->records.push_back(record);
  return nullptr;
}

const char *parseBlob(Bytes &bytes, Stackmap *out) {
  const uint8_t *blob = bytes.at();
  uint8_t version = bytes.read<uint8_t>();
  bytes.skip(3);
  uint64_t function_count = bytes.read<uint32_t>(), constant_count = bytes.read<uint32_t>(), record_count = bytes.read<uint32_t>();
  if (!bytes.ok()) return "stackmap: truncated header";
  if (version != 3) return "stackmap: not format version 3";
  Bytes functions = bytes.take(function_count * kFunctionSize);
  Bytes constant_bytes = bytes.take(constant_count * kConstantSize);
  if (!bytes.ok()) return "stackmap: truncated in functions or constants";
  if (record_count > bytes.remaining() / kMinimumRecordSize) return "stackmap: truncated in records";

  std::vector<uint64_t> constants;
  constants.reserve(constant_count);
  while (!constant_bytes.atEnd()) constants.push_back(constant_bytes.read<uint64_t>());

  out->records.reserve(out->records.size() + record_count);
  uint64_t parsed = 0;
  while (!functions.atEnd()) {
    uint64_t function = functions.read<uint64_t>();
    functions.skip(8);
    uint64_t records_of_function = functions.read<uint64_t>();
    if (records_of_function > record_count - parsed) return "stackmap: functions claim more records than there are";
    for (uint64_t i = 0; i < records_of_function; i++)
      if (const char *error = parseRecord(bytes, blob, function, constants, out)) return error;
    parsed += records_of_function;
  }
  if (parsed != record_count) return "stackmap: records that belong to no function";
  return nullptr;
}

const char *kindName(LocationKind kind) {
  switch (kind) {
    case LocationKind::Register: return "Register";
    case LocationKind::Direct: return "Direct";
    case LocationKind::Indirect: return "Indirect";
    case LocationKind::Constant: return "Constant";
    case LocationKind::ConstantIndex: return "ConstantIndex";
  }
  return "?";
}

}  // namespace

yg_status parseStackmap(const uint8_t *data, size_t size, Stackmap *out, const char **message) {
  out->records.clear();
  out->locations.clear();
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
  for (const StackmapRecord &record : stackmap.records) {
    std::fprintf(file, "id %" PRIu64 " function %#" PRIx64 " return address %#" PRIx64 "\n", record.id, record.function,
                 record.return_address);
    for (uint32_t i = 0; i < record.location_count; i++) {
      const Location &location = stackmap.locations[record.first_location + i];
      std::fprintf(file, "  #%u: %s, register %u, offset %d, size %u, constant %#" PRIx64 "\n", i, kindName(location.kind),
                   location.dwarf_register, location.offset, location.size, location.constant);
    }
  }
}

}  // namespace yg
