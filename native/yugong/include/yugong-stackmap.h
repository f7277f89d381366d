/* SPDX-License-Identifier: MIT
 *
 * Reading LLVM's stackmap sections (.llvm_stackmaps, format version 3) without registering anything: for tools and tests.
 */
#ifndef YUGONG_STACKMAP_PUBLIC_H
#define YUGONG_STACKMAP_PUBLIC_H

#include <stdio.h>

#include "yugong.h"

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

typedef struct yg_stackmap yg_stackmap; /**< Parsed stackmaps. Opaque. */

/**
 * Parse one or several stackmaps that lie one after the other. The bytes are not kept. YG_ERROR_FORMAT for bytes that are truncated or make no
 * sense, with a static text that says where in `*message` (may be null); nothing is read outside of `bytes`.
 */
yg_status yg_stackmap_parse(const uint8_t *bytes, size_t size, yg_stackmap **out, const char **message);
void yg_stackmap_free(yg_stackmap *stackmap); /**< Null: nothing happens. */

size_t yg_stackmap_record_count(const yg_stackmap *stackmap); /**< Of all of them together; 0 for null. */

/** Where a call site keeps a value: the operand of its "deopt" bundle, when LLVM has made a record of that. */
typedef enum yg_stackmap_kind {
  YG_STACKMAP_REGISTER = 1, /* the register */
  YG_STACKMAP_ADDRESS = 2,  /* register + offset */
  YG_STACKMAP_MEMORY = 3,   /* `size` bytes at register + offset */
  YG_STACKMAP_CONSTANT = 4  /* `constant` */
} yg_stackmap_kind;
/** Where one value is. */
typedef struct yg_stackmap_value {
  yg_stackmap_kind kind;   /* which of the others count */
  uint16_t size;           /* of the value, in bytes */
  uint16_t dwarf_register; /* its number in DWARF */
  int32_t offset;          /* bytes from the register */
  uint64_t constant;       /* extended to 64 bits by its sign */
} yg_stackmap_value;
/** One call site. */
typedef struct yg_stackmap_record {
  yg_csid csid;             /* the id that the compiler gave it */
  uintptr_t return_address; /* where the call returns to */
  size_t value_count;       /* how many values it keeps */
} yg_stackmap_record;

/** Record number `index`, and one of its values. YG_ERROR_ARGUMENT: null, or there is no such one. O(1). */
yg_status yg_stackmap_get_record(const yg_stackmap *stackmap, size_t index, yg_stackmap_record *out);
yg_status yg_stackmap_get_value(const yg_stackmap *stackmap, size_t record, size_t index, yg_stackmap_value *out); /**< See yg_stackmap_get_record. */

/** Print everything, as `llvm-readobj --stackmap` does. */
void yg_stackmap_dump(const yg_stackmap *stackmap, FILE *file);

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#endif
