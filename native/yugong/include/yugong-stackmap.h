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

/** Where a call site keeps a value. */
typedef enum yg_stackmap_kind {
  YG_STACKMAP_REGISTER = 1, /**< In the register. */
  YG_STACKMAP_ADDRESS = 2,  /**< It is register + offset. */
  YG_STACKMAP_MEMORY = 3,   /**< In memory, at register + offset. */
  YG_STACKMAP_CONSTANT = 4  /**< It is `constant`. */
} yg_stackmap_kind;
/** An operand of a call's "deopt" bundle. */
typedef struct yg_stackmap_value {
  yg_stackmap_kind kind;   /**< Which of the following say where it is. */
  uint16_t size;           /**< In bytes. */
  uint16_t dwarf_register; /**< DWARF's number of the register. */
  int32_t offset;          /**< In bytes. */
  uint64_t constant;       /**< The value, extended to 64 bits by its sign. */
} yg_stackmap_value;
/** A call site. */
typedef struct yg_stackmap_record {
  yg_csid csid;             /**< Its id. */
  uintptr_t return_address; /**< Where the call returns to. */
  size_t value_count;       /**< Operands of its "deopt" bundle. */
} yg_stackmap_record;

/** Record number `index`, from 0. YG_ERROR_ARGUMENT: null, or there is no such one. O(1). */
yg_status yg_stackmap_get_record(const yg_stackmap *stackmap, size_t index, yg_stackmap_record *out);
/** Value number `index` of a record, from 0. YG_ERROR_ARGUMENT: null, or there is no such one. O(1). */
yg_status yg_stackmap_get_value(const yg_stackmap *stackmap, size_t record, size_t index, yg_stackmap_value *out);

/** Print everything, as `llvm-readobj --stackmap` does. */
void yg_stackmap_dump(const yg_stackmap *stackmap, FILE *file);

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#endif
