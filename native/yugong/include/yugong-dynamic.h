/* SPDX-License-Identifier: MIT
 *
 * Dynamic unwind info: how a run-time code generator says what its code does to the frame. x86-64 System V.
 * Layouts and values are those of libunwind-dynamic.h (libunwind 1.6), so that an object made for one library serves the other.
 * With YG_DYN_STOCK_NAMES defined, its names (unw_dyn_info_t, UNW_DYN_ADD, _U_dyn_op_add, _U_dyn_register...) are defined as well.
 *
 * A procedure is a range of addresses with a list of regions; a region is a number of bytes with a list of operations:
 *
 *     proc:  55               push %rbp           region 0, 8 bytes:  ADD(when 0, RSP, -8)  SPILL_SP_REL(when 0, RBP, 0)
 *            48 89 e5         mov  %rsp,%rbp                          SAVE_REG(when 1, RSP -> RBP)
 *            48 83 ec 20      sub  $32,%rsp                           ADD(when 4, RSP, -32)
 *            ...                                  region 1, -2 bytes (the last two of the procedure, wherever its end is):
 *            c9               leave                                   POP_FRAMES(when 0, 2)
 *            c3               ret
 *
 * The unit is the byte. `when` is the offset in its region of the instruction's first byte; the effect holds once the instruction has been
 * executed: an operation is active iff ip - start_ip > region's start + when. A return address is looked up as ip - 1.
 * At a procedure's entry, CFA = RSP + 8, the return address is at CFA - 8, and every other register has the caller's value.
 */
#ifndef YUGONG_DYNAMIC_H
#define YUGONG_DYNAMIC_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

/* ---- data ----------------------------------------------------------------------------------------------------------- */

typedef uint64_t yg_dyn_word; /**< unw_word_t */

/** Registers have their DWARF numbers. */
enum {
  YG_DYN_RAX, YG_DYN_RDX, YG_DYN_RCX, YG_DYN_RBX, YG_DYN_RSI, YG_DYN_RDI, YG_DYN_RBP, YG_DYN_RSP, YG_DYN_R8, YG_DYN_R9, YG_DYN_R10,
  YG_DYN_R11, YG_DYN_R12, YG_DYN_R13, YG_DYN_R14, YG_DYN_R15, YG_DYN_RIP, YG_DYN_REGISTER_COUNT
};

/** Operations. D = CFA - RSP, F = CFA - (the register that RSP was saved in); `state` = CFA rule, D and the rule of every register. */
typedef enum yg_dyn_operation {
  YG_DYN_STOP = 0,         /* the list ends */
  YG_DYN_SAVE_REG = 1,     /* caller's reg = registers[val]; reg RSP: F = D, CFA = registers[val] + F */
  YG_DYN_SPILL_FP_REL = 2, /* caller's reg = *(CFA - F + val) */
  YG_DYN_SPILL_SP_REL = 3, /* caller's reg = *(CFA - D + val) */
  YG_DYN_ADD = 4,          /* reg RSP: D -= val; reg that RSP was saved in: F -= val */
  YG_DYN_POP_FRAMES = 5,   /* state = state at the entry of the val-th region counted back, this one being the first; register saves and
                              spills that lie outside the memory given up stay */
  YG_DYN_LABEL_STATE = 6,  /* labels[val] = state */
  YG_DYN_COPY_STATE = 7,   /* state = labels[val]; with when -1 it is the region's entry state as well */
  YG_DYN_ALIAS = 8,        /* from here on, the state at offset n of this region is the state at val + n; ends the list */
  /* Ours, beyond libunwind's. */
  YG_DYN_RESTORE = 32,     /* caller's reg = reg; reg RSP: D = F, CFA = RSP + D; reg that RSP was saved in: CFA = RSP + D as well;
                              reg RIP: caller's RIP = *(CFA - 8) */
  YG_DYN_UNDEFINED = 33,   /* caller's reg is lost; reg RIP: there is no caller, a backtrace ends here */
  YG_DYN_CFA_EXPRESSION = 34, /* CFA = a DWARF expression at address val: ULEB128 length, then its bytes. D and F are unknown */
  YG_DYN_SPILL_EXPRESSION = 35 /* caller's reg = *(DWARF expression at address val, which starts with the CFA on its stack) */
} yg_dyn_operation;

/** How code is described (unw_dyn_info_format_t). */
typedef enum yg_dyn_format {
  YG_DYN_FORMAT_DYNAMIC = 0,      /* u.pi: regions */
  YG_DYN_FORMAT_TABLE = 1,        /* u.ti: { int32 ip - segbase, int32 FDE - segbase } sorted by ip, of this process */
  YG_DYN_FORMAT_REMOTE_TABLE = 2, /* u.rti: the same */
  YG_DYN_FORMAT_ARM_EXIDX = 3,    /* not on x86-64 */
  YG_DYN_FORMAT_IP_OFFSET = 4     /* u.rti: { int32 ip - start_ip, int32 FDE - segbase } */
} yg_dyn_format;

/** One operation of a region (libunwind's unw_dyn_op_t). */
typedef struct yg_dyn_op {
  int8_t tag;      /* yg_dyn_operation */
  int8_t qp;       /* qualifying predicate: ignored, there are none on x86-64 */
  int16_t reg;     /* DWARF number of a register */
  int32_t when;    /* offset in the region of the instruction's first byte */
  yg_dyn_word val; /* an offset or an address, by tag */
} yg_dyn_op;

/** A part of a procedure and what happens in it (unw_dyn_region_info_t). */
typedef struct yg_dyn_region_info {
  struct yg_dyn_region_info *next; /* null: the last */
  int32_t insn_count; /* bytes; 0: the operations apply at once; negative (last region only): the last -insn_count bytes of the procedure */
  uint32_t op_count;  /* length of `op`; YG_DYN_STOP may end the list earlier */
  yg_dyn_op op[1];    /* op_count of them, in the order of `when` */
} yg_dyn_region_info;

/** A procedure that regions describe (unw_dyn_proc_info_t). */
typedef struct yg_dyn_proc_info {
  yg_dyn_word name_ptr; /* address of a string, or 0 */
  yg_dyn_word handler;  /* address of the personality routine, or 0 */
  uint32_t flags;       /* not used */
  int32_t pad0;         /* not used */
  yg_dyn_region_info *regions; /* the first */
} yg_dyn_proc_info;

/** A table of FDEs in this process (unw_dyn_table_info_t). */
typedef struct yg_dyn_table_info {
  yg_dyn_word name_ptr;  /* address of a string, or 0 */
  yg_dyn_word segbase;   /* what the rows are relative to */
  yg_dyn_word table_len; /* in words of 8 bytes, that is in rows */
  yg_dyn_word *table_data; /* the rows */
} yg_dyn_table_info;

/** The same, with an address for the rows (unw_dyn_remote_table_info_t). */
typedef struct yg_dyn_remote_table_info {
  yg_dyn_word name_ptr;   /* as above */
  yg_dyn_word segbase;    /* as above */
  yg_dyn_word table_len;  /* as above */
  yg_dyn_word table_data; /* address of the rows */
} yg_dyn_remote_table_info;

/** Code and how it is unwound (unw_dyn_info_t). */
typedef struct yg_dyn_info {
  struct yg_dyn_info *next;        /* not touched by us: the object may be in stock libunwind's list at the same time */
  struct yg_dyn_info *prev;        /* the same */
  yg_dyn_word start_ip;            /* first address of the code */
  yg_dyn_word end_ip;              /* first address after it */
  yg_dyn_word gp;                  /* not used on x86-64 */
  int32_t format;                  /* yg_dyn_format */
  int32_t pad;                     /* not used */
  yg_dyn_word load_offset;         /* not used */
  union {
    yg_dyn_proc_info pi;          /* of format DYNAMIC */
    yg_dyn_table_info ti;         /* of format TABLE */
    yg_dyn_remote_table_info rti; /* of the others */
  } u; /* by format */
} yg_dyn_info;

/** The qualifying predicate of all operations on x86-64. */
#define YG_DYN_QP_TRUE 0

/** Size in bytes of a region with room for `op_count` operations: 16 + 16 * op_count. */
#define yg_dyn_region_info_size(op_count) (offsetof(yg_dyn_region_info, op) + (op_count) * sizeof(yg_dyn_op))

static inline yg_dyn_op yg_dyn_op_make(int tag, int qp, int32_t when, int reg, yg_dyn_word val) {
  yg_dyn_op op;
  op.tag = (int8_t)tag;
  op.qp = (int8_t)qp;
  op.reg = (int16_t)reg;
  op.when = when;
  op.val = val;
  return op;
}

/** @{ */
/** Write the operation of that name (yg_dyn_operation says what it does) to `*op`. */
#define yg_dyn_op_save_reg(op, qp, when, reg, dst) (*(op) = yg_dyn_op_make(YG_DYN_SAVE_REG, (qp), (when), (reg), (yg_dyn_word)(dst)))
#define yg_dyn_op_spill_fp_rel(op, qp, when, reg, offset) \
  (*(op) = yg_dyn_op_make(YG_DYN_SPILL_FP_REL, (qp), (when), (reg), (yg_dyn_word)(offset)))
#define yg_dyn_op_spill_sp_rel(op, qp, when, reg, offset) \
  (*(op) = yg_dyn_op_make(YG_DYN_SPILL_SP_REL, (qp), (when), (reg), (yg_dyn_word)(offset)))
#define yg_dyn_op_add(op, qp, when, reg, value) (*(op) = yg_dyn_op_make(YG_DYN_ADD, (qp), (when), (reg), (yg_dyn_word)(value)))
#define yg_dyn_op_pop_frames(op, qp, when, count) (*(op) = yg_dyn_op_make(YG_DYN_POP_FRAMES, (qp), (when), 0, (yg_dyn_word)(count)))
#define yg_dyn_op_label_state(op, label) (*(op) = yg_dyn_op_make(YG_DYN_LABEL_STATE, YG_DYN_QP_TRUE, -1, 0, (yg_dyn_word)(label)))
#define yg_dyn_op_copy_state(op, label) (*(op) = yg_dyn_op_make(YG_DYN_COPY_STATE, YG_DYN_QP_TRUE, -1, 0, (yg_dyn_word)(label)))
#define yg_dyn_op_alias(op, qp, when, address) (*(op) = yg_dyn_op_make(YG_DYN_ALIAS, (qp), (when), 0, (yg_dyn_word)(address)))
#define yg_dyn_op_stop(op) (*(op) = yg_dyn_op_make(YG_DYN_STOP, YG_DYN_QP_TRUE, -1, 0, 0))
#define yg_dyn_op_restore(op, qp, when, reg) (*(op) = yg_dyn_op_make(YG_DYN_RESTORE, (qp), (when), (reg), 0))
#define yg_dyn_op_undefined(op, qp, when, reg) (*(op) = yg_dyn_op_make(YG_DYN_UNDEFINED, (qp), (when), (reg), 0))
#define yg_dyn_op_cfa_expression(op, qp, when, address) \
  (*(op) = yg_dyn_op_make(YG_DYN_CFA_EXPRESSION, (qp), (when), 0, (yg_dyn_word)(address)))
#define yg_dyn_op_spill_expression(op, qp, when, reg, address) \
  (*(op) = yg_dyn_op_make(YG_DYN_SPILL_EXPRESSION, (qp), (when), (reg), (yg_dyn_word)(address)))
/** @} */

/* ---- errors --------------------------------------------------------------------------------------------------------- */

/** What a function comes to. */
typedef enum yg_dyn_status {
  YG_DYN_OK = 0,
  YG_DYN_ERROR_ARGUMENT = -1,      /* a null pointer */
  YG_DYN_ERROR_RANGE = -2,         /* start_ip >= end_ip */
  YG_DYN_ERROR_FORMAT = -3,        /* an unknown info format, or one that x86-64 has not */
  YG_DYN_ERROR_OVERLAP = -4,       /* something is registered at these addresses */
  YG_DYN_ERROR_TAG = -5,           /* an unknown operation */
  YG_DYN_ERROR_REGISTER = -6,      /* a register that does not exist, or that the operation cannot take */
  YG_DYN_ERROR_WHEN = -7,          /* an operation outside its region */
  YG_DYN_ERROR_OP_COUNT = -8,      /* an operation past op_count or after ALIAS, or an op_count that no list can have */
  YG_DYN_ERROR_VALUE = -9,         /* an offset that does not fit into 32 bits */
  YG_DYN_ERROR_REGION_CYCLE = -10, /* the list of regions comes back to itself */
  YG_DYN_ERROR_NEGATIVE = -11,     /* a negative insn_count before the last region */
  YG_DYN_ERROR_LENGTH = -12,       /* the regions are longer than the procedure */
  YG_DYN_ERROR_LABEL = -13,        /* COPY_STATE of a label that is not set */
  YG_DYN_ERROR_POP = -14,          /* POP_FRAMES of no region, or of more than there are */
  YG_DYN_ERROR_NO_FRAME = -15,     /* SPILL_FP_REL, ADD or RESTORE that needs a frame register when RSP is saved in none */
  YG_DYN_ERROR_NO_DEPTH = -16,     /* an operation on RSP when its distance from the CFA is not known */
  YG_DYN_ERROR_ALIAS = -17,        /* ALIAS of addresses that are not all registered */
  YG_DYN_ERROR_ALIAS_CYCLE = -18,  /* ALIAS of the region itself, or of code of the same procedure behind it */
  YG_DYN_ERROR_ALIAS_DEPTH = -19,  /* a chain of more than 16 aliases */
  YG_DYN_ERROR_TABLE = -20,        /* a table that is not sorted, empty, or outside [start_ip, end_ip) */
  YG_DYN_ERROR_CFI = -21,          /* malformed .eh_frame bytes or DWARF expression */
  YG_DYN_ERROR_NOT_REGISTERED = -22, /* nothing is registered at this address, or not this object */
  YG_DYN_ERROR_BOTTOM = -23,       /* the frame has no caller */
  YG_DYN_ERROR_MEMORY = -24,       /* stack memory that cannot be read, or no memory left */
  YG_DYN_ERROR_UNKNOWN = -25,      /* the rules need a register whose value is not known in this frame */
  YG_DYN_ERROR_SIZE = -26,         /* the buffer is too small */
  YG_DYN_ERROR_UNAVAILABLE = -27   /* the process has no such unwinder */
} yg_dyn_status;

/** One English sentence; never null. */
const char *yg_dyn_status_message(yg_dyn_status status);

/** Where in its description an error is. -1: not in a region, not at an operation. */
typedef struct yg_dyn_place {
  int32_t region; /* from 0 */
  int32_t op;     /* in the region, from 0 */
} yg_dyn_place;

/* ---- registration --------------------------------------------------------------------------------------------------- */

/**
 * Check and publish. On error nothing is registered, and `*place` (may be null) says where. The regions are worked out at once, so they may
 * change or go afterwards; tables, .eh_frame and DWARF expressions must stay until the object is cancelled. Thread-safe.
 */
yg_dyn_status yg_dyn_register(const yg_dyn_info *info, yg_dyn_place *place);
/** Take back. When this returns, no new look-up finds it, and nothing of ours caches it. Thread-safe; readers do not wait. */
yg_dyn_status yg_dyn_cancel(const yg_dyn_info *info);
/** What yg_dyn_register would say, without registering. */
yg_dyn_status yg_dyn_check(const yg_dyn_info *info, yg_dyn_place *place);
/** Changes with each registration and cancellation: whoever caches rules compares it. */
uint64_t yg_dyn_generation(void);
/** Add to a list being built; YG_DYN_ERROR_OP_COUNT when `op_count` operations are there already. */
yg_dyn_status yg_dyn_append(yg_dyn_region_info *region, yg_dyn_op op, uint32_t *used);
/** Register regions for the core's own assembly (swap, host call, adapter frames, bottom). Idempotent. */
yg_dyn_status yg_dyn_register_stubs(void);

/* ---- states --------------------------------------------------------------------------------------------------------- */

/** Kinds of rules. */
typedef enum yg_dyn_where {
  YG_DYN_SAME,             /* caller's r = r */
  YG_DYN_AT_CFA,           /* caller's r = *(CFA + offset) */
  YG_DYN_IN_REGISTER,      /* caller's r = registers[reg] + offset; as CFA rule: CFA = registers[reg] + offset */
  YG_DYN_LOST,             /* caller's r is not known */
  YG_DYN_AT_EXPRESSION,    /* caller's r = *expression(CFA) */
  YG_DYN_EXPRESSION,       /* caller's r = expression(CFA); as CFA rule: CFA = expression() */
  YG_DYN_CFA_PLUS          /* caller's r = CFA + offset */
} yg_dyn_where;

/** Where the caller's value of a register is, or what the CFA is. */
typedef struct yg_dyn_rule {
  uint8_t where;             /* yg_dyn_where */
  uint8_t reg;               /* DWARF number, where `where` needs one */
  uint8_t column;            /* whose rule this is, in lists of rules */
  uint8_t pad;               /* 0 */
  int32_t offset;            /* bytes */
  const uint8_t *expression; /* ULEB128 length, then DWARF expression bytes */
} yg_dyn_rule;

/** D is not known: after CFA_EXPRESSION, or in .eh_frame while the CFA is not relative to RSP. */
#define YG_DYN_NO_DEPTH INT32_MIN

/** All rules at one instruction. */
typedef struct yg_dyn_state {
  yg_dyn_rule cfa;                              /* of the canonical frame address */
  int32_t depth;                                /* D = CFA - RSP, or YG_DYN_NO_DEPTH */
  yg_dyn_rule registers[YG_DYN_REGISTER_COUNT]; /* RSP: YG_DYN_SAME stands for "the CFA" */
} yg_dyn_state;

/** The state with which the instruction at `ip` is entered. A caller's frame is asked about with its return address - 1. Lock-free. */
yg_dyn_status yg_dyn_state_at(uintptr_t ip, yg_dyn_state *out);
/** The same for a description that need not be registered. */
yg_dyn_status yg_dyn_state_of(const yg_dyn_info *info, uintptr_t ip, yg_dyn_state *out);
/** "cfa=rsp+16 rbp=[cfa-16] rip=[cfa-8]"; as snprintf: the length it would have, at most `capacity - 1` bytes of it are written. */
size_t yg_dyn_state_text(const yg_dyn_state *state, char *out, size_t capacity);
/** The name of the procedure registered at `ip`, copied as above; 0 when there is none. */
size_t yg_dyn_name_at(uintptr_t ip, char *out, size_t capacity);

/* ---- walking from any instruction ----------------------------------------------------------------------------------- */

/** One frame: all registers. Copyable. `known` has a bit for each register whose value is known. */
typedef struct yg_dyn_cursor {
  uint64_t registers[YG_DYN_REGISTER_COUNT]; /* by DWARF number */
  uint32_t known; /* bit n: register n */
  uint32_t exact; /* RIP is where the frame was interrupted, not a return address */
} yg_dyn_cursor;

/** Read one word of the stack; 0 on success. */
typedef int (*yg_dyn_reader)(void *context, uint64_t address, uint64_t *word);

/** The frame that a signal handler's third argument (a ucontext_t) describes. */
yg_dyn_status yg_dyn_cursor_from_ucontext(yg_dyn_cursor *cursor, const void *ucontext);
/** The frame of known registers; `exact` as above. */
yg_dyn_status yg_dyn_cursor_from_registers(yg_dyn_cursor *cursor, const uint64_t registers[YG_DYN_REGISTER_COUNT], int exact);
/**
 * To the caller's frame, by the rules of whatever is registered at RIP, else of the core's call sites, else of the loaded objects.
 * On error the cursor stays. `reader` null: this process's memory, which is trusted.
 */
yg_dyn_status yg_dyn_step(yg_dyn_cursor *cursor, yg_dyn_reader reader, void *context);

/* ---- for other unwinders -------------------------------------------------------------------------------------------- */

/**
 * Compile regions to DWARF: one CIE, one FDE, a terminator; addresses are absolute, so the bytes may lie anywhere.
 * `*size` gets the size in bytes; YG_DYN_ERROR_SIZE when that is more than `capacity`. `*fde_offset` (may be null): where the FDE begins.
 */
yg_dyn_status yg_dyn_to_eh_frame(const yg_dyn_info *info, uint8_t *out, size_t capacity, size_t *size, size_t *fde_offset);
typedef struct yg_dyn_publication yg_dyn_publication; /**< For yg_dyn_withdraw. Opaque. */
/**
 * Tell other unwinders of this process: `targets` are YG_PUBLISH_ values of yugong-publish.h (_FRAMES: C++ exceptions, _LIBUNWIND: stock
 * unw_step, _GDB). The regions need not be registered with us. All of `targets`, or none and YG_DYN_ERROR_UNAVAILABLE. Caches of theirs are
 * flushed when it is withdrawn. Not for code that yg_code_register knows: give that the bytes of yg_dyn_to_eh_frame.
 */
yg_dyn_status yg_dyn_publish(const yg_dyn_info *info, uint32_t targets, yg_dyn_publication **out);
yg_dyn_status yg_dyn_withdraw(yg_dyn_publication *publication); /**< Take back what yg_dyn_publish has told. */

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#ifdef YG_DYN_STOCK_NAMES
#include "yugong-dynamic-stock-names.h"
#endif
#endif
