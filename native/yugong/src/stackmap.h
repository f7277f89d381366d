// SPDX-License-Identifier: MIT
//
// LLVM's stackmap section, format version 3 (llvm.org/docs/StackMaps.html). One blob per object file, concatenated when linked:
//
//   03 00 0000            version, reserved
//   u32 functions, u32 constants, u32 records
//   functions x { u64 address, u64 stack size, u64 record count }
//   constants x u64
//   records   x { u64 id, u32 offset from the function, u16 0, u16 n,
//                 n x { u8 kind, u8 0, u16 size, u16 register, u16 0, i32 offset or constant },
//                 padding to 8, u16 0, u16 live-outs, live-outs x { u16 register, u8 0, u8 size }, padding to 8 }
//
// A call with a "deopt" bundle becomes a STATEPOINT, whose record has its first locations as follows:
//
//   Constant calling convention, Constant flags, Constant N, then the N operands of the bundle, then what the collector asked for
#ifndef YUGONG_STACKMAP_H
#define YUGONG_STACKMAP_H

#include <cstdio>
#include <vector>

#include "yugong.h"

namespace yg {

enum class LocationKind : uint8_t {
  Register = 1,       // value = register
  Direct = 2,         // value = register + offset (the address of a frame object)
  Indirect = 3,       // value = *(register + offset)
  Constant = 4,       // value = offset
  ConstantIndex = 5,  // value = constants[offset]
};

struct Location {
  LocationKind kind;
  uint16_t size;
  uint16_t dwarf_register;
  int32_t offset;
  uint64_t constant;  // Constant and ConstantIndex: the value
};

struct LiveOut {
  uint16_t dwarf_register;
  uint8_t size;
};

struct StackmapRecord {
  uint64_t id;
  uint64_t function;
  uint64_t return_address;
  uint32_t first_location;  // in Stackmap::locations
  uint32_t location_count;
  uint32_t first_live_out;  // in Stackmap::live_outs
  uint32_t live_out_count;
};

struct StackmapFunction {
  uint64_t address, stack_size, record_count;
};

// What one object file had: so many of each, from these on.
struct StackmapBlob {
  size_t first_function, function_count, first_constant, constant_count, first_record, record_count;
};

struct Stackmap {
  std::vector<StackmapBlob> blobs;
  std::vector<StackmapFunction> functions;
  std::vector<uint64_t> constants;
  std::vector<StackmapRecord> records;
  std::vector<Location> locations;
  std::vector<LiveOut> live_outs;
};

yg_status parseStackmap(const uint8_t *bytes, size_t size, Stackmap *out, const char **message);
// As `llvm-readobj --stackmap` prints it.
void dumpStackmap(const Stackmap &stackmap, FILE *file);

// The locations of a record that are operands of its "deopt" bundle: [*first, *first + *count) of Stackmap::locations.
void deoptOperands(const Stackmap &stackmap, const StackmapRecord &record, uint32_t *first, uint32_t *count);

}  // namespace yg

#endif
