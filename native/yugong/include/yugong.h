/* SPDX-License-Identifier: MIT
 *
 * yugong: stacks as objects, cursors that walk them, call-site ids, keep-alive values, frame surgery, resumption protocols.
 * Knows no LLVM, no Node and no language. x86-64 System V.
 *
 * Resumption protocols (the state of a frame is a pair (protocol, value types)):
 *
 *   SS      swap-stack. The saved SP points to the saved PC; the value is passed in RAX (a second one in RDX).
 *   C-Ret   return into a call site as the System V ABI says: RAX (and RDX), all callee-saved registers restored.
 *   C-Call  entry of a function that is not yet running: [service routine][function][return address].
 */
#ifndef YUGONG_H
#define YUGONG_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif
#ifdef __cplusplus
extern "C" {
#endif

/* ---- errors --------------------------------------------------------------------------------------------------------- */

typedef enum yg_status {
  YG_OK = 0,
  YG_ERROR_BOTTOM = -1,          /* stepping or popping past the bottom of the stack */
  YG_ERROR_NOT_TOP = -2,         /* pushing at a cursor that is not at the top frame */
  YG_ERROR_STALE = -3,           /* the stack has run or was changed since the cursor was made */
  YG_ERROR_FOREIGN = -4,         /* the cursor's frame does not lie on this stack */
  YG_ERROR_ALIGNMENT = -5,       /* a stack pointer that the frame's protocol does not allow */
  YG_ERROR_SIZE = -6,            /* stack too small, or not enough room left for the frame to push */
  YG_ERROR_MEMORY = -7,          /* the system gave no memory */
  YG_ERROR_NO_PLAN = -8,         /* no unwind rule is known for this program counter */
  YG_ERROR_NO_STACKMAP = -9,     /* no stackmap record at this program counter */
  YG_ERROR_ARGUMENT = -10,       /* a null pointer or a value out of range */
  YG_ERROR_FORMAT = -11,         /* malformed stackmap or .eh_frame bytes */
  YG_ERROR_OVERLAP = -12,        /* code already registered at these addresses */
  YG_ERROR_NOT_PAUSED = -13,     /* the stack is running */
  YG_ERROR_UNAVAILABLE = -14,    /* a value in a register that the call has destroyed */
  YG_ERROR_NO_BARRIER = -15,     /* the frame has no return barrier */
  YG_ERROR_IN_USE = -16,         /* the stack, or the code, is still needed */
  YG_ERROR_NOT_BOTTOM = -17,     /* going on into the resumer from a frame that is not the last */
} yg_status;

/** One English sentence for a status; never null. */
const char *yg_status_message(yg_status status);

/* ---- stacks --------------------------------------------------------------------------------------------------------- */

/**
 * A stack. While it is paused, `sp` points to its SS top; while it runs, `sp` is 0. The first three words are the seed's.
 * A stack object that only ever stands for the thread's own stack (a `host`) may be all zero: its frames are not range-checked.
 * `host` is the stack that yg_host_call moves to (set by whoever resumes it; see yg_host_call).
 */
typedef struct yg_stack {
  uintptr_t sp;
  uintptr_t start;      /* lowest usable address */
  uintptr_t size;       /* bytes from start */
  struct yg_stack *host;
  uintptr_t mapping;      /* what was mapped, guard pages included; 0 when the memory is the caller's */
  uintptr_t mapping_size;
  uintptr_t generation;   /* counts pauses and surgery, so that older cursors are found stale */
  struct yg_barrier *barriers; /* return barriers, the topmost first */
  struct yg_slab *slab;   /* that the memory comes from; null: none */
} yg_stack;

typedef struct yg_pair { uintptr_t first, second; } yg_pair; /* RAX:RDX */

/** Map a guard-paged stack of at least `size` bytes (pooled), with a bottom frame to push on. */
yg_status yg_stack_new(yg_stack *stack, uintptr_t size);
/** A stack over memory that the caller owns. */
yg_status yg_stack_new_in(yg_stack *stack, void *memory, uintptr_t size);
yg_status yg_stack_free(yg_stack *stack);
typedef struct yg_slab yg_slab;
enum { YG_SLAB_GUARDLESS = 1 };
yg_status yg_slab_new(yg_slab **out, uintptr_t stack_size, uintptr_t count, uint32_t flags);
yg_status yg_stack_new_in_slab(yg_stack *stack, yg_slab *slab);
yg_status yg_slab_free(yg_slab *slab);
/** Unmap all pooled stacks. */
void yg_stack_pool_release(void);

/** Pause `current`, resume `next` (SS) with `value`; returns the value that `current` is resumed with later. */
uintptr_t yg_stack_swap(yg_stack *current, yg_stack *next, uintptr_t value);
/** The same with two words, RAX:RDX. */
yg_pair yg_stack_swap2(yg_stack *current, yg_stack *next, uintptr_t first, uintptr_t second);
yg_pair yg_stack_swap_fp(yg_stack *current, yg_stack *next, uintptr_t first, uintptr_t second);

/**
 * Run `function(current, argument)` on `current->host` while `current` is paused (SS, open to surgery), then resume whatever is then
 * the top of `current` with the function's result. Must be called on `current`; `current->host` must be a paused stack.
 * The assembly entry `_yg_host_call` is for code generators: the function in R11, up to six arguments in their System V registers,
 * the first of which (RDI) is `current`. All callee-saved registers are saved on the paused stack, where a cursor finds them.
 */
yg_pair yg_host_call(yg_stack *current, yg_pair (*function)(yg_stack *current, uintptr_t argument), uintptr_t argument);

/* The SS top of a stack that yg_stack_swap has paused, and the service routine of C-Call frames. Addresses only: not to be called. */
void _yg_stack_swap_cont(void);
void _yg_stack_swap_fp_cont(void);
void _yg_func_begin_resume(void);

/* ---- code ----------------------------------------------------------------------------------------------------------- */

typedef uint64_t yg_csid; /* 0: no stackmap here */
typedef struct yg_code yg_code;

typedef struct yg_code_description {
  uintptr_t start, size;                       /* machine code */
  const uint8_t *stackmap; size_t stackmap_size; /* a .llvm_stackmaps section, format version 3, relocated; may be null */
  const uint8_t *eh_frame; size_t eh_frame_size; /* relocated .eh_frame that covers the code; null: ask the dynamic loader */
  const char *name;
  void *cookie;
  uint32_t flags;                              /* YG_CODE_... */
} yg_code_description;

enum {
  /**
   * Records come from llvm.experimental.stackmap or patchpoint: every location is a keep-alive. Without this flag, records that
   * begin as a statepoint's do (three constants, the third no more than the locations that follow) have the third constant's
   * number of keep-alives after it, and other records are taken as with the flag.
   */
  YG_CODE_PLAIN_RECORDS = 1,
};

/**
 * Parse, check and publish. `start` and `size` 0: no range check, the code is wherever the stackmap says (for a section that covers
 * many functions of a linked image). On error nothing is registered; `*message` (may be null) gets a static text saying where. */
yg_status yg_code_register(const yg_code_description *description, yg_code **out, const char **message);
yg_status yg_code_unregister(yg_code *code);
typedef void (*yg_release_function)(yg_code *code, void *cookie);
yg_status yg_code_retire(yg_code *code, yg_release_function release, void *cookie);
size_t yg_code_reclaim(void);
yg_status yg_stack_track(yg_stack *stack);
yg_status yg_stack_untrack(yg_stack *stack);
void yg_reader_enter(void);
void yg_reader_leave(void);
void *yg_code_cookie(const yg_code *code);
const char *yg_code_name(const yg_code *code);
/** The call-site id at a return address, 0 when it has none; `*code` (may be null) gets the code object or null. Lock-free. */
yg_csid yg_csid_at(uintptr_t return_address, yg_code **code);

/* ---- cursors -------------------------------------------------------------------------------------------------------- */

/** Opaque but copyable by memcpy. Refers to one frame of a paused stack; the first is the top frame. */
typedef struct yg_cursor { uintptr_t opaque[24]; } yg_cursor;

yg_status yg_cursor_new(yg_cursor *cursor, yg_stack *stack);
/** One frame towards the bottom; YG_ERROR_BOTTOM when there is none. */
yg_status yg_cursor_step(yg_cursor *cursor);
yg_status yg_cursor_step_into_resumer(yg_cursor *cursor, yg_stack *resumer);
/** Where this frame resumes; SP right after it has been resumed (C-Ret: return address popped). */
uintptr_t yg_cursor_pc(const yg_cursor *cursor);
uintptr_t yg_cursor_sp(const yg_cursor *cursor);
/** The code object and call-site id at this frame; null and 0 when the pc has no stackmap record. */
yg_code *yg_cursor_code(const yg_cursor *cursor);
yg_csid yg_get_csid(const yg_cursor *cursor);

/** Keep-alive values of this frame: the operands of the call's "deopt" bundle, in order. */
int yg_keepalive_count(const yg_cursor *cursor);
/** Copy value `index` to `out` (at most `capacity` bytes); its size in bytes goes to `*size`. */
yg_status yg_keepalive_get(const yg_cursor *cursor, int index, void *out, size_t capacity, size_t *size);
/** All values as 64-bit words (i32: upper half zero; double: its bits), `count` of them; the fast way. */
yg_status yg_keepalive_words(const yg_cursor *cursor, uint64_t *out, int count);
/** Print them, one line each, to standard error. */
void yg_dump_keepalives(const yg_cursor *cursor);

/* ---- return barriers */
typedef yg_pair (*yg_barrier_function)(yg_stack *stack, void *cookie, yg_pair values);
yg_status yg_set_return_barrier(yg_cursor *cursor, yg_barrier_function function, void *cookie);
yg_status yg_clear_return_barrier(yg_cursor *cursor);
yg_status yg_get_return_barrier(const yg_cursor *cursor, yg_barrier_function *function, void **cookie);

/* ---- surgery -------------------------------------------------------------------------------------------------------- */

/** Remove all frames above the cursor's frame, which becomes the top and is then resumed with C-Ret (or C-Call) values. */
yg_status yg_pop_frames_to(yg_cursor *cursor);
/** Push a frame that begins `function` when the stack is resumed (function: 0-ary, or unary/binary on the value(s) passed). */
yg_status yg_push_frame(yg_cursor *cursor, uintptr_t function);
/**
 * The same with a copy of `size` bytes on the stack: `function(payload, first, second)`. `*copy` (may be null) gets the payload's address.
 * The payload lives until the function returns; its frame and the function's are popped together: a cursor steps over the payload's
 * adapter frame silently, and popping to the frame below removes both.
 */
yg_status yg_push_frame_payload(yg_cursor *cursor, uintptr_t function, const void *payload, size_t size, void **copy);
/** The payload of a pushed frame that has not begun (its roots are found here), null for any other frame. `*size` is rounded up. */
void *yg_cursor_payload(const yg_cursor *cursor, size_t *size);

/* ---- low level */
typedef enum yg_ll_protocol { YG_LL_NONE, YG_LL_SS, YG_LL_C_RET, YG_LL_C_CALL } yg_ll_protocol;
typedef enum yg_ll_type { YG_LL_I64 = 1 } yg_ll_type;
typedef struct yg_ll_state {
  yg_ll_protocol protocol;
  int value_count;
  yg_ll_type types[2];
} yg_ll_state;
yg_status yg_ll_cursor_new(yg_cursor *cursor, yg_stack *stack);
yg_status yg_ll_frame_state(const yg_cursor *cursor, yg_ll_state *state);
uintptr_t yg_ll_slot(const yg_cursor *cursor);
uintptr_t yg_ll_pc(const yg_cursor *cursor);
yg_status yg_ll_register(const yg_cursor *cursor, int dwarf_register, uintptr_t *value);
yg_status yg_ll_cursor_set(yg_cursor *cursor, uintptr_t pc, uintptr_t sp);
yg_status yg_ll_build_ss_top(yg_stack *stack, uintptr_t slot, const uintptr_t *registers);
yg_status yg_push_adapter_frame(yg_cursor *cursor, uintptr_t service_routine, const uintptr_t *words, size_t word_count);

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#endif
