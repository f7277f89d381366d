/* SPDX-License-Identifier: MIT
 *
 * Telling the rest of the process, debuggers and profilers about registered code and about stacks.
 *
 *   YG_PUBLISH_FRAMES      __register_frame: C++ exceptions through the code, _Unwind_Backtrace, gcc's backtrace
 *   YG_PUBLISH_LIBUNWIND   _U_dyn_register: stock libunwind's unw_step (1.4 or newer)
 *   YG_PUBLISH_GDB         the GDB JIT interface: an ELF image in memory with .symtab, .eh_frame and, when lines are given, .debug_line
 *   YG_PUBLISH_PERF_MAP    /tmp/perf-PID.map: names for `perf report`
 *   YG_PUBLISH_JITDUMP     jit-PID.dump: names, code bytes, lines and unwind info for `perf inject --jit`
 *   YG_PUBLISH_STACKS      a list of all stacks, which tools/yugong-gdb.py reads
 *
 * Nothing is published unless it is asked for: either for everything from now on (yg_publish_options_set), or for one piece of code
 * (yg_code_register_published). yg_code_unregister takes back what was published.
 *
 * Publishing is best effort, so that code still runs where libunwind is not loaded or /tmp is not writable: registration succeeds, and
 * yg_code_published says where the code can be seen. Only code with a range (start and size) is published.
 *
 * A program that links stock libunwind throws C++ exceptions by libunwind's functions; it needs LIBUNWIND as well as FRAMES. libunwind does
 * not name code that is registered so (unw_get_proc_name fails). For call graphs, a perf that is built with libunwind needs about 128 bytes
 * of address space behind each function, which must not belong to another one (padding inside the registered range).
 *
 * All functions may be called from any thread, none from a signal handler. Costs: FRAMES and LIBUNWIND make every throw or unwinding
 * linear in the number of registered pieces; GDB is linear per registration while a debugger is attached, and nearly free when not.
 */
#ifndef YUGONG_PUBLISH_H
#define YUGONG_PUBLISH_H

#include "yugong.h"

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

enum {
  YG_PUBLISH_FRAMES = 1,
  YG_PUBLISH_LIBUNWIND = 2,
  YG_PUBLISH_GDB = 4,
  YG_PUBLISH_PERF_MAP = 8,
  YG_PUBLISH_JITDUMP = 16,
  YG_PUBLISH_STACKS = 32,
  YG_PUBLISH_ALL = 63,
};

/** How this process publishes. All zero is the default. */
typedef struct yg_publish_options {
  uint32_t targets;              /* YG_PUBLISH_...: where yg_code_register publishes, and whether new stacks are listed */
  /**
   * perf reads the map when the program is over, so by default a line stays in it after its code has been unregistered, until other
   * code is published at an overlapping address. Nonzero: the line is removed at once, for readers that look while the program runs.
   */
  uint32_t prune_perf_map;
  const char *jitdump_directory; /* where jit-PID.dump goes; null: /tmp. Copied. */
} yg_publish_options;

/**
 * Takes effect for what is registered from now on. YG_ERROR_ARGUMENT for unknown targets or a directory name of 4000 bytes or more;
 * nothing is changed then. A jitdump that is already open stays where it is.
 */
yg_status yg_publish_options_set(const yg_publish_options *options);

/** A function in a piece of code. */
typedef struct yg_publish_symbol {
  uintptr_t start;  /* of its code */
  uintptr_t size;   /* bytes */
  const char *name; /* what tools call it */
} yg_publish_symbol;

/** From `address` on (until the next line's address), the code comes from this line of this file. */
typedef struct yg_publish_line {
  uintptr_t address; /* of code */
  const char *file;  /* its path, or what the source is called */
  uint32_t line;     /* from 1 */
} yg_publish_line;

/** What a yg_code_description does not say. All strings and arrays are copied. */
typedef struct yg_publish_details {
  uint32_t targets;                 /* YG_PUBLISH_... for this piece of code, in place of the options' */
  const yg_publish_symbol *symbols; /* null: one symbol, the description's name, for the whole range */
  size_t symbol_count;              /* of them */
  const yg_publish_line *lines;     /* sorted by address; null: no line table */
  size_t line_count;                /* of them */
} yg_publish_details;

/**
 * yg_code_register, then publish with details. YG_ERROR_ARGUMENT for symbols or lines without a name or outside the code, and for lines
 * that are not sorted; nothing is registered then. Other errors are those of yg_code_register.
 */
yg_status yg_code_register_published(const yg_code_description *description, const yg_publish_details *details, yg_code **out,
                                     const char **message);

/** The YG_PUBLISH_ targets at which this code can be seen. */
uint32_t yg_code_published(const yg_code *code);

/**
 * Put a stack on the list that debuggers read, or take it off. Stacks of yg_stack_new and yg_stack_new_in are put there on their own while
 * the options have YG_PUBLISH_STACKS, and yg_stack_free takes any stack off; so these are for hosts, and for names. The stack object must
 * stay where it is while it is listed, but for yg_stack_move, which says so here. `name` (may be null) is copied. Publishing a listed stack renames it.
 */
yg_status yg_stack_publish(yg_stack *stack, const char *name);
yg_status yg_stack_unpublish(yg_stack *stack); /**< See yg_stack_publish. YG_ERROR_ARGUMENT: it is not on the list. */

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#endif
