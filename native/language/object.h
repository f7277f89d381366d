// SPDX-License-Identifier: MIT
// Values and heap objects of the language: everything that generated code knows the layout of. The single source of every tag and
// offset: `print-layout.cc` writes them as JSON for TypeScript, `layout.cc` checks the ones that assembly relies on.
#pragma once
#include <cstddef>
#include <cstdint>

#include "yugong.h"

namespace yl {

// A value is 64 bits. Doubles are themselves (every NaN is a quiet NaN below 0xFFF9…); everything else has a tag in the top 16 bits.
// Numbers have two representations, int32 and double, that no program can tell apart: 1 may be either; -0 and 0.5 are doubles.
// Only table keys are canonical: an integral double in int32 range is looked up as the int32.
using Value = uint64_t;
constexpr uint64_t kTagInt = 0xFFF9, kTagMisc = 0xFFFA, kTagString = 0xFFFB, kTagTable = 0xFFFC, kTagFunction = 0xFFFD, kTagThread = 0xFFFE, kTagCell = 0xFFFF;
constexpr int kTagShift = 48;
constexpr uint64_t kPointerMask = (1ull << kTagShift) - 1;
constexpr Value kNil = kTagMisc << kTagShift, kFalse = kNil + 1, kTrue = kNil + 2; // falsy iff v - kNil < 2
constexpr Value kNotFound = kNil + 3; // no value: yl_leaf_index says so that a handler has to be called

// One byte that says what types have been seen; several may be set. The same bits as Type in jit/semantics/values.ts.
enum TypeBits : uint8_t { kTypeNil = 1, kTypeBoolean = 2, kTypeInt = 4, kTypeDouble = 8, kTypeString = 16, kTypeTable = 32, kTypeFunction = 64, kTypeOther = 128 };

struct Engine;
struct Shape;
struct HashPart;
struct Delegation;
struct Delegate;
struct FeedbackCases;

enum ObjectKind : uint8_t { kKindFree = 0, kKindString, kKindTable, kKindFunction, kKindBuiltin, kKindThread, kKindCell, kKindFile };

struct Object { // header of every heap object
  uint8_t kind; uint8_t mark; uint16_t flags; uint32_t size_bytes; // mark: see heap.h; 0 when it is new
};

// Objects of up to kLargestCell bytes are made in free cells of their size, a multiple of kCellBytes: the next one is `next`, until `end`.
constexpr size_t kCellBytes = 16, kCellClasses = 32, kLargestCell = kCellBytes * kCellClasses;
struct FreeCells { uint8_t *next, *end; };
// The part of a heap that generated code knows, see heap.h.
struct HeapState {
  uint64_t bytes;               // in use, all of `free` included
  uint64_t collection_wanted;   // looked at when a host helper is entered
  FreeCells free[kCellClasses]; // by size / kCellBytes - 1
};

struct String { // interned: equality is identity
  Object header; uint32_t hash; uint32_t length; // bytes follow, then a NUL
  char *bytes() { return reinterpret_cast<char *>(this + 1); }
};

// Keys 1..array_count are in `array` (nil for a hole, the last one never nil, so `#t` is array_count); string keys are slots of the
// shape (hidden class); other keys, and string keys of tables that grew too many, are in `hash`.
// The array part and the slots that a constructor asks for follow the table in the same object, if they are few; when they grow, they
// become buffers.
constexpr uint32_t kMostInlineValues = 16;
struct Table {
  Object header; // flags: slots that there is room for
  Value *array; uint32_t array_count; uint32_t array_capacity;
  Shape *shape; Value *slots;
  HashPart *hash;      // null when empty
  Table *metatable;    // null when it has none
  uint32_t is_metatable; // of a table whose shape tells what follows from that, see delegation.h
  uint32_t site;         // which instruction has made it, see table-sites.h; 0: nobody wants to know
};

// Something that holds until it is broken, once and for all.
struct Assumption { uint64_t broken = 0; };

// What reading a key of a table of some shape gives; see delegation.h.
struct Lookup {
  enum Kind : uint32_t {
    kSlot,     // the table's own slot; always true of the shape
    kSlotOrNil, // the same, and nil there is nil, while the assumption holds
    kConstant, // `value`, nil included, while the assumption holds
    kVariable, // slot `slot` of `holder`, which changes, while the assumption holds. Nil there: the lookup goes on
    kUnknown,  // the metatable has to be asked
  };
  Assumption assumption;
  Kind kind = kUnknown;
  uint32_t slot = 0;
  Value value = kNil;
  Table *holder = nullptr;
};

// What string keys a table has, in order of their slots, and where it looks up the others. Equal shape pointer: same key, same slot.
// Never changes but for its transitions, so generated code may compare the pointer and forget the rest. The rest of it is in shape.h.
struct Shape {
  Shape *parent; String *key; // the last key, in slot `slot_count - 1`; null for the empty shape
  uint32_t slot_count;
  uint8_t is_dictionary, is_globals; // string keys are in the hash part; or, of _G, in the engine's Globals (then both are set)
  uint8_t may_have_eq;               // tables of this shape may have a key "__eq"
  Delegation *delegation; // null: no metatable
  Delegate *delegate;     // not null: the shape of this one table only, which others delegate to
};

struct Cell { Object header; Value value; };

// A global variable: a string key of _G. Generated code has its address, so it never moves and is never removed.
struct GlobalCell {
  Value value; String *name;
  uint32_t flags, index; // index: the position in the order of creation, which `next` follows
};
// The variable has not been assigned since it was defined, so code may be compiled for its value: Globals::set tells before it changes.
// Generated code leaves a store to the helper when a flag is set.
constexpr uint32_t kGlobalWatched = 1;

// What a function value runs. `entry` is what callers call, whichever tier it is.
struct Code {
  void *entry; // yg_pair entry(Coroutine *, Value callee, int64_t argc, Value a0, Value a1, Value a2)
};

// `header.kind` says whether `code` is a Proto (kKindFunction) or a Builtin (kKindBuiltin).
struct Function { Object header; Code *code; uint32_t capture_count; uint32_t pad; /* Value captures[] follow */
  Value *captures() { return reinterpret_cast<Value *>(this + 1); }
};

// Feedback of one instruction, written by the interpreter, read by the optimizer. `bits`: see jit/semantics/feedback.ts.
// Field accesses: `reference`, `index` and `lookup` are the interpreter's inline cache: a shape, and the slot there, or a Lookup that says
// what tables of that shape inherit. Calls: `reference` is the last callee, a function value, which it does not keep alive. `cases` are all the shapes seen (calls: all the code called); null: at most one.
// Constructors of tables: counts, see table-sites.h.
struct Feedback { uint32_t bits; uint32_t index; uint64_t reference; uint64_t lookup; FeedbackCases *cases; };
// kFieldMegamorphic: more shapes than there are cases. kFieldOther: not a table. kFieldDictionary: a table without slots.
// kFieldMetatable: a handler was called, or some metatable had to be asked.
constexpr uint32_t kFieldSeen = 1, kFieldMegamorphic = 0x100, kFieldOther = 0x200, kFieldDictionary = 0x400, kFieldMetatable = 0x800;
constexpr uint32_t kCallSeen = 1, kCallSameCode = 2, kCallPolymorphic = 4, kCallMegamorphic = 16; // SeenCall in jit/semantics/feedback.ts
constexpr uint32_t kMaximumCases = 4;
struct FeedbackCases { uint64_t count; uint64_t words[kMaximumCases]; };

// Where a closure finds a captured variable when it is created.
struct CaptureSource { uint16_t from; uint16_t index; uint16_t is_cell; };
enum CaptureFrom : uint16_t { kFromLocal = 0, kFromUpvalue = 1, kFromSelf = 2 };

constexpr uint64_t kCountedClosures = 2;
struct Proto {
  Code code;            // first: Function.code points here
  uint64_t *instructions; Value *constants; Value **globals /* addresses of global cells' values */; Proto **protos; Feedback *feedback;
  uint32_t register_count; uint32_t parameter_count; uint32_t capture_count; uint32_t instruction_count;
  int32_t hotness;      // counts down at entries and back-edges; yl_hot is called below zero
  uint32_t id;          // index in Engine's list of protos
  uint32_t entries, pad; // how often the interpreter has begun it since it was hot
  uint8_t *parameter_feedback; // one byte of type bits a parameter, OR'ed at interpreter entry
  CaptureSource *capture_sources; // capture_count of them
  uint64_t vararg_mask; // all ones if frames keep the arguments behind the parameters, else 0
  uint64_t closure_count; // up to kCountedClosures; generated code makes closures in place only when there have been so many
};

struct Builtin { Code code; void *function; uint32_t id; uint32_t pad; const char *name; };

// Arguments and results on their way are in two buffers of the engine, which all its coroutines share: nothing runs between the call
// that fills one and whoever takes the values out. Address space, not memory: pages that are never touched cost nothing.
constexpr int kTransferCapacity = 1 << 20;

// A coroutine *is* a yugong stack; the main program is the first one. It lies so that all that resuming and yielding touch of it is one line
// of the caches: a program with thousands of coroutines waits for little else.
struct Coroutine {
  yg_stack stack;       // first: _yg_host_call takes its address in RDI, which is also the language's `co`
  Object header;
  Engine *engine;
  Value *arguments;     // the engine's: arguments 3.. of the call in progress, at their index
  Value *results;       // the engine's: results 1.. of the return in progress, at their index; multi-result calls keep all of them here, 0 too
  uint64_t result_count;// how many, for the instruction after a CALL with ALL_RESULTS
  Value function;
  Coroutine *next;      // the engine's list of all coroutines but those of entries
  Coroutine *next_retired;
  yg_stack *base;       // what `stack` is an extension of; null: it is none, see stack-extension.h
  uint32_t id; uint32_t extensible;
  uint64_t &resumer() { return stack.owner[0]; }     // the coroutine that gets our yields, or one of the following
  uint64_t resumer() const { return stack.owner[0]; }
  uint64_t &stack_limit() { return stack.owner[1]; } // calls below this address are a stack overflow
};
constexpr size_t kCoroutineAlignment = 64;
// In place of a resumer: it is suspended, so whoever comes may be it; it is dead; it runs for the host. Its status follows from that, see coroutine.h.
constexpr uint64_t kNoResumer = 0, kDeadResumer = 1, kHostResumer = 2;

// In place of a result count, in what a swap back to the resumer delivers: the coroutine died of the error `first`. See coroutine.h.
constexpr int64_t kFailed = -1;

// The part of an engine that generated code knows; engine.h has the rest.
struct Engine {
  uint64_t swap_count;      // counted by generated resume and yield
  uint64_t deopt_count, osr_entry_count, coroutine_count;
  HeapState heap_state;
  Shape *empty_shape;       // of new tables
  uint64_t stack_limit;     // of the running coroutine; the maximum while something is requested, so that the next call notices
  uint32_t requests;        // what is asked of the program at its next safepoint, see requests.h
  uint32_t record_switches; // whether generated resume and yield tell yl_leaf_record_switch
  yg_stack *host;           // what every language stack's `host` is
  Table *globals_table;     // _G
  Table *string_prototype;  // without keys, and with the metatable of strings: what a string has under a key is what this table has
  Coroutine *main;
  Coroutine *retired;       // have returned, and their stacks have not been taken yet; linked by next_retired
  // Code compiled for a stress mode (stress.h) counts its guards and calls, and interferes when the count has got that far.
  uint64_t guard_count, failing_guard, call_count, disturbed_call;
};

// What a rebuilt interpreter frame starts from; pushed on the stack itself, followed by register_count registers and vararg_count
// varargs. An interpreter frame has its registers and varargs in the same order, and the word before them is vararg_count.
struct InterpreterPayload {
  Coroutine *coroutine; Value closure; uint64_t pc; int64_t mode; uint64_t register_count; uint64_t vararg_count;
  Value *registers() { return reinterpret_cast<Value *>(this + 1); }
};
// In place of argc, when the interpreter is entered with a payload: execute the instruction at pc (again), or complete it (a call, or
// one whose helper has returned) with the results that arrive.
constexpr int64_t kModeExecute = -1, kModeComplete = -2;

// Call-site ids. Below kFirstOptimizedCsid they belong to code generated ahead of time.
constexpr uint64_t kFirstInterpreterCsid = 1;  // keep-alives: closure value, pc, address of the register array
constexpr uint64_t kFirstGeneratedBuiltinCsid = 1024; // from here on: no language frame of their own
constexpr uint64_t kPcallCsid = 1024, kXpcallCsid = 1025; // the protected call; keep-alive of the latter: the handler
constexpr uint64_t kHandlerCsid = 1026;                   // the call of an xpcall's handler
constexpr uint64_t kFirstOtherBuiltinCsid = 1032;
constexpr uint64_t kFirstOptimizedCsid = 4096; // frame states in the engine's table, see frame-state.h

} // namespace yl
