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
 *
 * What holds for every function, unless it says otherwise:
 *
 *   Errors     It returns YG_OK or what went wrong; then stack, cursor and outputs are as before, but that a handle which was to be made
 *              (yg_code, yg_slab) is null. Nothing prints.
 *   Paused     A function that takes a cursor needs its stack paused, and not to have run or been changed through another cursor since
 *              the cursor was made (YG_ERROR_NOT_PAUSED, YG_ERROR_STALE).
 *   Threads    A stack and its cursors are used by one thread at a time; several threads may walk one paused stack, each with cursors of
 *              its own, while nobody changes or resumes it. Everything else may be called at any time by any thread.
 *   Signals    Functions said to be signal-safe take no lock and allocate nothing. No other may be called in a signal handler.
 *   Moving     A yg_stack that is idle may be copied and used from its new place, if it has no barriers, no cursors and is not tracked.
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
/** What a function comes to: YG_OK, or what went wrong. */
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
  YG_ERROR_NOT_PAUSED = -13,     /* the stack is running, or was never made (all zero) */
  YG_ERROR_UNAVAILABLE = -14,    /* a value in a register that the call has destroyed */
  YG_ERROR_NO_BARRIER = -15,     /* the frame has no return barrier */
  YG_ERROR_IN_USE = -16,         /* the stack, or the code, is still needed */
  YG_ERROR_NOT_BOTTOM = -17,     /* going on into the resumer from a frame that is not the last */
} yg_status;

/** One English sentence for a status, whichever number it is; never null, lives as long as the process. O(1). Signal-safe. */
const char *yg_status_message(yg_status status);

/* ---- stacks --------------------------------------------------------------------------------------------------------- */

/**
 * A stack. While it is paused, `sp` points to its SS top; while it runs, `sp` is 0. The first three words are the seed's.
 * A stack object that only ever stands for the thread's own stack (a `host`) may be all zero: its frames are not range-checked.
 * `host` is the stack that yg_host_call moves to (set by whoever resumes it; see yg_host_call).
 */
typedef struct yg_stack {
  uintptr_t sp;         /* of the SS top; 0 while it runs */
  uintptr_t start;      /* lowest usable address */
  uintptr_t size;       /* bytes from start */
  struct yg_stack *host; /* what yg_host_call moves to */
  uintptr_t generation;   /* counts pauses and surgery, so that older cursors are found stale */
  struct yg_barrier *barriers; /* return barriers, the topmost first */
  uintptr_t owner[2];     /* the owner's, 0 in a new stack: whoever swaps among many stacks needs one cache line of each, with his own words */
  uintptr_t mapping;      /* what was mapped, guard pages included; 0 when the memory is the caller's */
  uintptr_t mapping_size; /* bytes of it */
  struct yg_slab *slab;   /* that the memory comes from; null: none */
  uintptr_t tracked;      /* retired code waits for it: see yg_stack_track */
  void *fiber;            /* what a sanitizer knows the stack by; null in other builds */
} yg_stack;
/** Two words that are passed together. */
typedef struct yg_pair { uintptr_t first, /**< RAX */ second; /**< RDX */ } yg_pair;

/**
 * Map a stack of at least `size` bytes (rounded up to a power of two of at least 4096) with a guard page below, or take a pooled one.
 * Leaves it paused, with a bottom frame to push on, slot at 8 mod 16; what `*stack` held before is not looked at. YG_ERROR_MEMORY: the
 * system gives none; guard pages are the usual reason, see yg_slab_new. YG_ERROR_ARGUMENT: null. O(1), about 12 ns when pooled; takes a
 * lock.
 */
yg_status yg_stack_new(yg_stack *stack, uintptr_t size);
/**
 * The same over memory of the caller's, any alignment, at least 256 bytes (YG_ERROR_SIZE), which outlives the stack. No guard. O(1); a
 * lock only where stacks are published.
 */
yg_status yg_stack_new_in(yg_stack *stack, void *memory, uintptr_t size);
/**
 * Give the memory back to the pool, the slab or (nothing happens) the caller. Frames and barriers on it are forgotten, no destructor
 * runs; `*stack` is all zero then. YG_ERROR_NOT_PAUSED; YG_ERROR_IN_USE: it is tracked; YG_ERROR_ARGUMENT: it has no memory (also: freed
 * already). O(1) and the number of barriers; takes a lock.
 */
yg_status yg_stack_free(yg_stack *stack);
/**
 * To begin again: frames and barriers are forgotten, no destructor runs, and it can be pushed on as a new one. Its host, the owner's words and
 * its published name stay. Errors as of yg_stack_free. O(1) and the number of barriers; takes a lock only where there are some.
 */
yg_status yg_stack_reset(yg_stack *stack);
/**
 * All that `from` is becomes what `to` is: its memory, frames, barriers, host and published name. The owner's words of both stay where they are, and
 * `from` has no memory any more. So a stack goes on elsewhere under the address that its code knows it by: what it was is moved aside, other
 * memory is moved in, and frames pushed there return, at their bottom, to what was moved aside and is moved back. Cursors of both are
 * stale. YG_ERROR_NOT_PAUSED: `from` runs; YG_ERROR_IN_USE: it is tracked, or `to` has memory; YG_ERROR_ARGUMENT: null, the same, or `from`
 * has no memory. O(1) and the number of barriers; takes a lock only where there are some, or stacks are published.
 */
yg_status yg_stack_move(yg_stack *to, yg_stack *from);

/**
 * A slab: `count` stacks of at least `stack_size` bytes in one mapping, none of which is committed before it is touched. They differ by up
 * to a page in size, so that the frames of stacks that take turns lie in different sets of the caches. For very many stacks: Linux allows
 * some 65 000 mappings (vm.max_map_count) and a guard page costs two, so yg_stack_new, or a slab with guards, ends near 32 000. With
 * YG_SLAB_GUARDLESS the number is limited by address space only (100 000 are tested), and running off one stack silently destroys its
 * neighbour: it is for code that compares RSP with a limit itself in every function.
 * YG_ERROR_MEMORY when the range cannot be mapped; YG_ERROR_ARGUMENT: null, no stacks, unknown flags. O(1).
 */
typedef struct yg_slab yg_slab;
enum { YG_SLAB_GUARDLESS = 1 };
yg_status yg_slab_new(yg_slab **out, uintptr_t stack_size, uintptr_t count, uint32_t flags); /**< See yg_slab. */
/** As yg_stack_new, from the slab. YG_ERROR_MEMORY: all are in use, or no more guard pages. Freed by yg_stack_free. O(1); takes a lock. */
yg_status yg_stack_new_in_slab(yg_stack *stack, yg_slab *slab);
/**
 * Unmap it. YG_ERROR_IN_USE while some of its stacks have not been freed; YG_ERROR_ARGUMENT: null. No other thread may be using the slab.
 * O(pages touched); takes a lock.
 */
yg_status yg_slab_free(yg_slab *slab);
/** Unmap all pooled stacks. O(their number); takes a lock. */
void yg_stack_pool_release(void);

/**
 * Pause `current`, on which the caller runs, resume `next` (SS, paused) with `value`; returns the value that `current` is resumed with
 * later, perhaps by another thread. Nothing is checked. Leaves `current` with an SS top at 0 mod 16 whose first frame is the caller's,
 * and next->sp 0. Called as any function is (RSP at 0 mod 16 before the call), with 64 bytes of stack left. Callee-saved registers are
 * kept; MXCSR and the x87 control word belong to the thread. O(1), about 3 ns. Signal-safe.
 */
uintptr_t yg_stack_swap(yg_stack *current, yg_stack *next, uintptr_t value);
/** The same with two words, RAX:RDX. Who takes one word gets the first; who takes two from yg_stack_swap gets an undefined second. */
yg_pair yg_stack_swap2(yg_stack *current, yg_stack *next, uintptr_t first, uintptr_t second);
/**
 * The same, and MXCSR and the x87 control word of `current` are saved on it and put back when it is resumed, by whichever swap. `next`
 * begins with those of the caller unless it has been paused by this function, too. Surgery keeps them. Needs 72 bytes; about 6 ns.
 */
yg_pair yg_stack_swap_fp(yg_stack *current, yg_stack *next, uintptr_t first, uintptr_t second);

/**
 * Run `function(current, argument)` on `current->host` while `current` is paused (SS, open to surgery), then resume whatever is then
 * the top of `current` with the function's result. Must be called on `current`, with 64 bytes of it left; `current->host` must be a paused
 * stack, of any alignment, whose SS top is there again afterwards. Nothing is checked. The function gets RSP as a call does; it must
 * return, on the thread that has called it, and not throw or longjmp. O(1), about 4 ns. Signal-safe if the function is.
 * The assembly entry `_yg_host_call` is for code generators: the function in R11, up to six arguments in their System V registers,
 * the first of which (RDI) is `current`. All callee-saved registers are saved on the paused stack, where a cursor finds them.
 */
yg_pair yg_host_call(yg_stack *current, yg_pair (*function)(yg_stack *current, uintptr_t argument), uintptr_t argument);

/* The SS top of a stack that yg_stack_swap has paused, and the service routine of C-Call frames. Addresses only: not to be called. */
void _yg_stack_swap_cont(void); /**< The SS top of a stack that yg_stack_swap has paused. An address only. */
void _yg_stack_swap_fp_cont(void); /**< The same of yg_stack_swap_fp. */
void _yg_func_begin_resume(void); /**< The service routine of C-Call frames. An address only. */

/* ---- code ----------------------------------------------------------------------------------------------------------- */

typedef uint64_t yg_csid; /* 0: no stackmap here */
typedef struct yg_code yg_code; /**< Registered code. Opaque. */
/** What yg_code_register is told. */
typedef struct yg_code_description {
  uintptr_t start, /**< of the machine code; 0: see yg_code_register */ size; /**< bytes from start */
  const uint8_t *stackmap; /**< a .llvm_stackmaps section, format version 3, relocated; may be null */ size_t stackmap_size; /**< bytes of it */
  const uint8_t *eh_frame; /**< relocated .eh_frame that covers the code; null: ask the dynamic loader */ size_t eh_frame_size; /**< bytes of it */
  const char *name;                            /* for people; may be null */
  void *cookie;                                /* what yg_code_cookie gives back */
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
 * many functions of a linked image). On error nothing is registered; `*message` (may be null) gets a static text saying where.
 * YG_ERROR_FORMAT, YG_ERROR_OVERLAP; YG_ERROR_ARGUMENT: null, bytes that are null and have a size, a range past the end of memory, unknown
 * flags. The bytes and the name are not needed afterwards. Frames of the code that are on stacks already are walked by what is registered
 * from then on. O(records * rules); takes a lock, which readers do not wait for.
 */
yg_status yg_code_register(const yg_code_description *description, yg_code **out, const char **message);
/**
 * Forget the code at once. The caller knows that no frame of it is on any stack and no cursor refers to one; yg_csid_at may be asked
 * meanwhile, but not what it found. YG_ERROR_ARGUMENT: not registered; YG_ERROR_IN_USE: retired. O(records + registered codes); takes a
 * lock.
 */
yg_status yg_code_unregister(yg_code *code);

/**
 * Forget the code when it is safe: call `release(code, cookie)` (may be null; free the machine code there), then free the yg_code, once
 *
 *   - every stack tracked now has been seen paused without a word that points into [start, start + size], and
 *   - every reader section open then has been left.
 *
 * Until the first, its frames are walked as ever; then nobody finds it any more. The caller has seen to it that nothing enters the code
 * anew: its addresses are in no table, no inline cache and no pushed frame to come. Happens at once if nothing is in the way, else in a
 * later yg_code_reclaim, on the thread that calls that, without locks held. YG_ERROR_ARGUMENT: not registered, or its `size` is 0;
 * YG_ERROR_IN_USE: retired before. Costs what yg_code_reclaim does.
 */
typedef void (*yg_release_function)(yg_code *code, void *cookie);
yg_status yg_code_retire(yg_code *code, yg_release_function release, void *cookie); /**< See yg_release_function. */
/** Release what has become safe; the number of retired codes left. O(words on tracked stacks not yet seen free * codes); takes a lock. */
size_t yg_code_reclaim(void);
/**
 * From now on retired code waits for this stack. Its yg_stack must stay where it is until it is untracked, which is before it is freed.
 * Stacks that never run retired code need no tracking. The stack may be running or paused. YG_ERROR_ARGUMENT: size 0, or not tracked;
 * YG_ERROR_IN_USE: tracked already. O(tracked stacks * retired codes); takes a lock.
 */
yg_status yg_stack_track(yg_stack *stack);
yg_status yg_stack_untrack(yg_stack *stack); /**< See yg_stack_track. */
/**
 * A reader section of this thread (they nest): what is found between the two (yg_code objects, cursors) is not freed before the section
 * ends, though other threads retire code. Needed for stacks that are not tracked and for what yg_csid_at finds. Never waits; leaving one
 * is signal-safe, so is entering one but for the thread's first. O(1). Leaving without having entered does nothing.
 */
void yg_reader_enter(void);
void yg_reader_leave(void); /**< See yg_reader_enter. */
/** What its description said; the name lives as long as the code. Null: null and "". O(1). Signal-safe. */
void *yg_code_cookie(const yg_code *code);
const char *yg_code_name(const yg_code *code); /**< See yg_code_cookie. */
/**
 * The call-site id at a return address, 0 when it has none; `*code` (may be null) gets the code object or null, which is good while nobody
 * unregisters it, see yg_reader_enter. O(1), about 2 ns. Signal-safe.
 */
yg_csid yg_csid_at(uintptr_t return_address, yg_code **code);

/* ---- cursors -------------------------------------------------------------------------------------------------------- */

/** Opaque but copyable by memcpy. Refers to one frame of a paused stack; the first is the top frame. */
typedef struct yg_cursor { uintptr_t opaque[24]; /**< the library's */ } yg_cursor;

/**
 * Stand at the top frame of a paused stack: the caller of yg_stack_swap or yg_host_call, a pushed function, or whatever a hand-written SS
 * top resumes. Writes nothing to the stack. YG_ERROR_NOT_PAUSED, YG_ERROR_ALIGNMENT (SP not at 0 mod 8), YG_ERROR_FOREIGN (SP not on the
 * stack), YG_ERROR_ARGUMENT (null); `*cursor` must not be used then. O(1). Signal-safe unless the top frame has a return barrier.
 */
yg_status yg_cursor_new(yg_cursor *cursor, yg_stack *stack);
/**
 * One frame towards the bottom, through return barriers; YG_ERROR_BOTTOM when there is none. Writes nothing to the stack.
 * Registered code: O(1), some 3 ns, signal-safe (a frame with a barrier: takes a lock, not signal-safe). C and C++ code that nobody has
 * registered: by its .eh_frame, found the first time and kept until the library is unloaded (coming to such code takes the dynamic
 * loader's lock); by libunwind what needs DWARF expressions, if the library was built with it and the system has it. YG_ERROR_NO_PLAN:
 * neither knows a way, or the frame is a hand-written SS top in unregistered code. YG_ERROR_FOREIGN: the way leads off the stack.
 */
yg_status yg_cursor_step(yg_cursor *cursor);
/**
 * From the last frame to the top frame of `resumer` (null: the stack's host), which must be paused: walks on as if the resumer had called.
 * YG_ERROR_NOT_BOTTOM, YG_ERROR_NOT_PAUSED; YG_ERROR_ARGUMENT: there is no resumer, or it is the same stack. The cursor then belongs to
 * that stack. Costs a step.
 */
yg_status yg_cursor_step_into_resumer(yg_cursor *cursor, yg_stack *resumer);
/**
 * The following never fail and are signal-safe. Where this frame resumes (C-Call: the function; barriers apart); SP right after it has
 * been resumed (C-Ret: return address popped).
 */
uintptr_t yg_cursor_pc(const yg_cursor *cursor);
uintptr_t yg_cursor_sp(const yg_cursor *cursor); /**< See yg_cursor_pc. */
/** The code object and call-site id at this frame; null and 0 when the pc has no stackmap record. As these two. */
yg_code *yg_cursor_code(const yg_cursor *cursor);
yg_csid yg_get_csid(const yg_cursor *cursor); /**< See yg_cursor_code. */

/**
 * Keep-alive values of this frame: the operands of the call's "deopt" bundle, in order. All of these functions: O(values), and registers
 * that the walk has put off; signal-safe but for the dump; they write nothing to the stack. YG_ERROR_NO_STACKMAP: the frame has no record
 * (a count of 0). YG_ERROR_UNAVAILABLE: a value in a register that the call has destroyed.
 */
int yg_keepalive_count(const yg_cursor *cursor);
/**
 * Copy value `index` to `out` (at most `capacity` bytes, of any alignment); its size in bytes goes to `*size` (may be null), also when it
 * is larger than `capacity` (YG_ERROR_SIZE). YG_ERROR_ARGUMENT: no such index, or `out` is null.
 */
yg_status yg_keepalive_get(const yg_cursor *cursor, int index, void *out, size_t capacity, size_t *size);
/**
 * The first `count` values as 64-bit words (i32: upper half zero; double: its bits); the fast way. YG_ERROR_SIZE: one of all is wider;
 * YG_ERROR_ARGUMENT: there are fewer, or `out` is null.
 */
yg_status yg_keepalive_words(const yg_cursor *cursor, uint64_t *out, int count);
/** Print them, one line each, to standard error; of a stale cursor, that it is stale. Needs 64 KiB of stack. */
void yg_dump_keepalives(const yg_cursor *cursor);

/* ---- return barriers ------------------------------------------------------------------------------------------------ */

/**
 * Have control that returns into the cursor's frame (any frame, the top and the bottom one, too) pass `function` first. When it does, the
 * barrier is gone, the frame is the top of the stack, with all its registers, and `function` runs on stack->host while the stack is paused
 * and open to surgery, as in yg_host_call; what is the top afterwards gets the two words that `function` returns in RAX and RDX, and XMM0
 * and XMM1 as they were. Without a paused host, it runs on the stack itself, which then is not paused. It may set new barriers.
 *
 * Other cursors stay good; walks show what is beneath. A frame has one barrier, setting another replaces it. Popping a frame removes its
 * barrier, popping to it does not. Exceptions and longjmp pass barriers by. YG_ERROR_ALIGNMENT: the frame's slot is not at 8 mod 16 (some
 * hand-written SS tops); YG_ERROR_ARGUMENT: no function, or a low-level cursor at an SS top; YG_ERROR_MEMORY.
 * O(barriers on the stack above); takes a lock, as does a walk that meets one. Some 100 words of stack below the frame are used when it is
 * returned into. Clearing and getting need a frame with a barrier (YG_ERROR_NO_BARRIER); the outputs of getting may be null.
 */
typedef yg_pair (*yg_barrier_function)(yg_stack *stack, void *cookie, yg_pair values);
yg_status yg_set_return_barrier(yg_cursor *cursor, yg_barrier_function function, void *cookie); /**< See yg_barrier_function. */
yg_status yg_clear_return_barrier(yg_cursor *cursor); /**< See yg_barrier_function. */
yg_status yg_get_return_barrier(const yg_cursor *cursor, yg_barrier_function *function, void **cookie); /**< See yg_barrier_function. */

/* ---- surgery -------------------------------------------------------------------------------------------------------- */

/**
 * Remove all frames above the cursor's frame, which becomes the top and is then resumed with C-Ret (or C-Call) values, through its barrier
 * if it has one. Leaves an SS top with the registers that the frame expects; the cursor stays good, all others are stale.
 * YG_ERROR_ALIGNMENT: its slot is not at 8 mod 16; YG_ERROR_SIZE: no 64 bytes above it. At the top frame it does nothing. O(1) but for
 * registers that the walk has put off and barriers that go; signal-safe on a stack that has none of these.
 */
yg_status yg_pop_frames_to(yg_cursor *cursor);
/**
 * All pushes need the cursor at the top frame (YG_ERROR_NOT_TOP), room for the frame and for 64 bytes (YG_ERROR_SIZE), and a function
 * (YG_ERROR_ARGUMENT); they leave the cursor at the new top, all others stale. YG_ERROR_ALIGNMENT: the top frame's slot is not at 8 mod 16
 * and cannot be made so, which only a hand-written SS top with a save area does. O(payload). Signal-safe.
 */
/** Push a frame that begins `function` when the stack is resumed (function: 0-ary, or unary/binary on the value(s) passed). */
yg_status yg_push_frame(yg_cursor *cursor, uintptr_t function);
/**
 * The same with a copy of `size` bytes on the stack: `function(payload, first, second)`. `*copy` (may be null) gets the payload's address.
 * The payload lives until the function returns; its frame and the function's are popped together: a cursor steps over the payload's
 * adapter frame silently, and popping to the frame below removes both.
 */
yg_status yg_push_frame_payload(yg_cursor *cursor, uintptr_t function, const void *payload, size_t size, void **copy);
/**
 * The payload of a pushed frame that has not begun (its roots are found here), at 0 mod 16; null for any other frame. `*size` (may be null)
 * is rounded up. O(1). Signal-safe.
 */
void *yg_cursor_payload(const yg_cursor *cursor, size_t *size);

/* ---- low level: resumption protocols --------------------------------------------------------------------------------- */

/** How a frame is resumed, and the types of the values that it is resumed with. NONE: the bottom, which must not be resumed. */
typedef enum yg_ll_protocol { YG_LL_NONE, YG_LL_SS, YG_LL_C_RET, YG_LL_C_CALL } yg_ll_protocol; /** The type of a value that a frame is resumed with. */
typedef enum yg_ll_type { YG_LL_I64 = 1 } yg_ll_type; /** What a frame expects when it is resumed. */
typedef struct yg_ll_state {
  yg_ll_protocol protocol; /* how */
  int value_count;         /* with how many values, 0 to 2 */
  yg_ll_type types[2];     /* and of which types */
} yg_ll_state;
/**
 * A cursor that shows this library's own frames, too: the SS top that a swap has left (at which a push puts a frame above the saved
 * registers), and adapters for payloads, alignment and barriers. Everything else is as with yg_cursor_new.
 */
yg_status yg_ll_cursor_new(yg_cursor *cursor, yg_stack *stack);
/** The state of the cursor's frame. YG_ERROR_ARGUMENT: `state` is null. O(1). Signal-safe. */
yg_status yg_ll_frame_state(const yg_cursor *cursor, yg_ll_state *state);
/**
 * Where the word lies that is popped into RIP to resume the frame, and that word, barrier apart (C-Call: the service routine). They never
 * fail. O(1). Signal-safe.
 */
uintptr_t yg_ll_slot(const yg_cursor *cursor);
uintptr_t yg_ll_pc(const yg_cursor *cursor); /**< See yg_ll_slot. */
/**
 * The value of a callee-saved register when the frame is resumed, by DWARF number: 3 RBX, 6 RBP, 7 RSP, 12 to 15 R12 to R15; others are
 * YG_ERROR_ARGUMENT. YG_ERROR_UNAVAILABLE: at a hand-written SS top nobody knows. O(frames walked since the last such question).
 */
yg_status yg_ll_register(const yg_cursor *cursor, int dwarf_register, uintptr_t *value);
/**
 * Have the cursor stand where SP is `sp` right after resumption, at `pc`, with the registers it has. Writes nothing: the next pop or push
 * there writes `pc` to the slot. YG_ERROR_ALIGNMENT (sp not at 0 mod 8), YG_ERROR_FOREIGN (not on the stack, or above its top). O(1) but
 * for registers that the walk has put off. Signal-safe.
 */
yg_status yg_ll_cursor_set(yg_cursor *cursor, uintptr_t pc, uintptr_t sp);
/**
 * Make the frame whose slot is given the top. `registers` (R15 R14 R13 R12 RBX RBP): write a save area below the slot (which is at 8 mod
 * 16), as yg_stack_swap would. Null: the slot itself is the SS top, for frames that need no registers, such as C-Call frames. The stack
 * may be in any state but running, which is not checked: sp is 0 on one that was never paused, too. All cursors become stale, barriers
 * above the slot go. YG_ERROR_ALIGNMENT, YG_ERROR_FOREIGN, YG_ERROR_SIZE. O(1) and those barriers; signal-safe where there are none.
 */
yg_status yg_ll_build_ss_top(yg_stack *stack, uintptr_t slot, const uintptr_t *registers);
/**
 * Push the words [service_routine][words ...]. The routine is entered with RAX and RDX holding the values that the frame is resumed with,
 * RSP on the first of the words and callee-saved registers as the frame below expects them; it drops the words and jumps to where the
 * word after them says, with its results in RAX and RDX. `word_count` is odd (YG_ERROR_ALIGNMENT), and the same each time for one
 * routine (YG_ERROR_ARGUMENT): cursors step over the frame by it. With _yg_func_begin_resume and a function it is yg_push_frame.
 * O(words); the first time for a routine takes a lock.
 */
yg_status yg_push_adapter_frame(yg_cursor *cursor, uintptr_t service_routine, const uintptr_t *words, size_t word_count);

#ifdef __cplusplus
}
#endif
#if defined(__GNUC__)
#pragma GCC visibility pop
#endif
#endif
