// SPDX-License-Identifier: MIT
// What the addon build/Release/yugong.node exports. Only runtime/native.ts loads it. Addresses are bigints.

export * from "./core.js";

/** A function prototype in the form the native side takes; made from lang's Proto by runtime/protos.ts. Children come first. */
export interface NativeProto {
  name: string;
  source: Buffer;
  line: number;
  parameterCount: number;
  usesVarargs: boolean;
  registerCount: number;
  /** 64-bit instruction words, see lang/bytecode.ts. */
  code: BigUint64Array;
  /** Strings are Buffers of bytes. */
  constants: (null | boolean | number | Buffer)[];
  globals: Buffer[];
  /** Ids of the nested prototypes, in order. */
  protos: number[];
  /** Triples: from (0 local, 1 upvalue, 2 self), index, is-cell. */
  captures: Uint16Array;
  lines: Uint32Array;
  /**
   * Registers that the collector finds in a frame at each instruction: registerCount + 1 bits in as many words as that takes. The last bit
   * says whether the instruction takes all results of the one before.
   */
  liveness: Uint32Array;
  /** Quadruples: pc, register, kind (0 local, 1 global, 2 field, 3 upvalue, 4 method), index into nameStrings. */
  operandNames: Uint32Array;
  nameStrings: Buffer[];
}

export interface ProtoAddresses {
  proto: bigint;
  /** The word that callers load to call this function: &proto->code.entry is `proto` itself. */
  constants: bigint;
  /** Boxed constants, in order. */
  constantValues: BigUint64Array;
  /** Address of each global's value, in order of NativeProto.globals. */
  globalCells: BigUint64Array;
  /** Views of native memory, live: 32 bytes an instruction (see Feedback in object.h), one byte a parameter. */
  feedback: Uint32Array;
  parameterFeedback: Uint8Array;
}

/** What a value is, as far as the optimizer wants to know. */
export interface ValueInfo {
  type: "nil" | "boolean" | "int" | "double" | "string" | "table" | "function" | "thread";
  /** type function, compiled: the prototype's id; the function object's address. */
  proto?: number;
  address?: bigint;
  /** type function, built in: its name ("math.floor"). */
  builtin?: string;
  /** type function: what all functions of the same code point to. */
  code?: bigint;
}

/** What reading (writing) a field of tables of one shape does; see Lookup in object.h and Store in delegation.h. Addresses, 0n for none. */
export interface FieldCase {
  shape: bigint;
  /** slot and variable: a slot; constant: `value`; add: a new slot, and the table's shape is then `next`. */
  kind: "slot" | "constant" | "variable" | "add" | "unknown";
  slot: number;
  value: bigint;
  holder: bigint;
  next: bigint;
  /** Of the word that is not zero when this is not so any more. */
  assumption: bigint;
  /** Tables of this shape have no metatable, or, with an assumption, one that has nothing for this key. */
  isPlain: boolean;
  /** Of a store: the word is not zero already, so nobody knows what becomes of an absent key. */
  isBroken: boolean;
  /** Of a store: these keys of metatables are not just added. */
  watched: "" | "index" | "newindex";
  /** Of an add: a nil is given the new slot, too; else it adds nothing. */
  keepsNil: boolean;
}

/** The shape that a table gets, and the word that is not zero when that is not so any more (0n: always so). */
export interface MetatableChange {
  next: bigint;
  assumption: bigint;
  /** Whether it has been some table's metatable before, which it then is for good. */
  isMarked: boolean;
}

/** A handler, boxed, and the word that is not zero when the metatable has another one (0n: its shape and slot have to be looked at). */
export interface Handler {
  handler: bigint;
  assumption: bigint;
  shape: bigint;
  slot: number;
}

/** Frame state of one call site in optimized code, flattened to words; see native/language/frame-state.h. */
export interface CodeDescription {
  name: string;
  protoId: number;
  start: bigint;
  size: number;
  stackmap: bigint;
  stackmapSize: number;
  ehFrame: bigint;
  ehFrameSize: number;
  /** One entry a call site: its csid (a safe integer), and the offset of its frame state in `frameStates`. */
  csids: Float64Array;
  frameStateOffsets: Uint32Array;
  frameStates: Uint32Array;
  /** 64-bit constants that frame states refer to. */
  constants: BigUint64Array;
  /** Ids from assumeGlobal and assume. */
  assumptions: Uint32Array;
  /** YG_PUBLISH_ bits of yugong-publish.h: which tools are told of it, as `symbol`. */
  publish: number;
  symbol: string;
}

/** When a stress mode interferes: at the `first` guard or call, then at every `period`-th (0: never again), up to the `last`. */
export interface Injection {
  /** From 1. */
  readonly first: number;
  /** 0: only once. */
  readonly period: number;
  /** Default: no end. */
  readonly last?: number;
}

export interface NativeOptions {
  memoryLimitBytes: number;
  mainStackBytes: number;
  coroutineStackBytes: number;
  /** Initial Proto.hotness: entries plus back-edges before onHot; a negative number switches the counter off (interpreter only). */
  hotThreshold: number;
  /** Stress: guards that fail although they hold, and calls at which a waiting caller loses its code. Needs code that counts them. */
  failingGuards?: Injection;
  disturbedCalls?: Injection;
  /** Record an event at every switch between coroutines. */
  recordSwitches?: boolean;
  /** Measure so many deopts, OSR entries and invalidations, until takeProbes; 0: none. */
  probeCapacity: number;
  /** Tell debuggers of all stacks (YG_PUBLISH_STACKS). */
  publishStacks?: boolean;
  /** Record what deoptimizations do to the stack, for takeDeopts. */
  recordDeopts?: boolean;
  /** For tests: collect at every so many-th safepoint and overwrite what is freed; 0: collect when it is useful. */
  collectEvery: number;
  /** The same: a coroutine's stack goes on elsewhere when its frames take so many bytes; 0: when the first one is full. */
  extendAfter: number;
  /**
   * A prototype got hot at `pc` (-1: at function entry). `types` holds one byte of type bits a register of the running frame (loop
   * headers only). Returns the address of an OSR loop entry `(payload, first, second)`, or 0n to go on interpreting; sets the next threshold itself by setHotness.
   */
  onHot(protoId: number, pc: number, types: Uint8Array): bigint;
  /** The guard `csid` has failed `count` times, which is the limit its code was registered with (registerCode's failureLimit) or a multiple. */
  onDeopt(csid: number, count: number): void;
  /** An assumption has ended that `code` was registered with, and it has been invalidated; see invalidateCode. */
  onInvalidate(code: number, suspended: number, waiting: number, reason: string): void;
  /** The ring buffer of deopt records is half full: drain it. */
  onEvents(): void;
  /** Compile a chunk for loadstring and its like, or a file's for loadfile; the id of its prototype, or the message of a compile error, in bytes. */
  onLoad(source: Buffer, name: Buffer, isFile: boolean): number | Buffer;
  /** How strings arrive in JavaScript. */
  strings: StringForm;
  /** Calls a function of the host's: [true, results…], or [false, error value, whether the caller's place goes before it]. */
  onHostFunction(index: number, args: WireValue[]): [true, ...WireValue[]] | [false, WireValue, boolean];
  /** Gets what the program writes to its standard output; without it, file descriptor 1 does. */
  onOutput?(bytes: Buffer): void;
  /** Compile a part of the library that is written in the language; returns the id of the chunk's prototype. */
  onCompile(source: Buffer, name: string): number;
}

/** Six doubles an event: csid, frames rebuilt, nanoseconds, time (ms since the engine started), coroutine id, kind (0 eager deopt, 1 deopt of a suspended coroutine, 2 OSR entry: csid is then protoId * 65536 + pc, 3 eager deopt of a guard that held, 4 the coroutine runs from here on, 5 collection: csid and frames are then the bytes before and after, 6 deopt of a frame of invalid code). */
export type EventRecords = Float64Array;

/**
 * What a mark takes in nanoseconds, then ten doubles a probe (native/language/probes.h): kind (0 eager deopt, 1 lazy deopt, 2 OSR entry,
 * 3 invalidation), frames, values, and the times of the borders in nanoseconds, NaN where the kind has no such border.
 */
export type ProbeRecords = Float64Array;

/**
 * A value on its way: nil is undefined (or null), strings are what StringForm says, and bytes when they go in. A bigint stands for
 * anything else: kind << 32 | slot, where the slot holds the value until it is released.
 */
export type WireValue = undefined | null | boolean | number | string | Uint8Array | bigint;
/** How strings arrive: 0 as text if they are UTF-8, else as a Buffer; 1 a character a byte; 2 always as a Buffer. */
export type StringForm = 0 | 1 | 2;
/** 1 table, 2 function, 3 coroutine, 4 file. */
export type HandleKind = 1 | 2 | 3 | 4;

/**
 * `values`: results, or the error value; `fromHost`: it is the message of what a host function has thrown last. What ended the program (only from the outermost call) is in
 * `interrupted` or `exitCode`.
 */
export type CallOutcome =
  | { ok: true; values: WireValue[] }
  | { ok: false; values: [WireValue]; message: Buffer; traceback: Buffer; fromHost: boolean }
  | { ok: false; values: []; interrupted: "interrupt" | "time"; message: Buffer; traceback: Buffer }
  | { ok: false; values: []; exitCode: number };

/** A frame of the language on a paused stack. */
export interface FrameView {
  /** `rebuilt`: an interpreter frame that a deoptimization has pushed, and that nothing has returned into yet. `builtin`: it has called a function. */
  tier: "interpreter" | "rebuilt" | "optimized" | "builtin";
  /** Not of builtins. */
  protoId?: number;
  /** The instruction that is being executed, or whose call has not returned. */
  pc?: number;
  /** Into the next frame. */
  inlined: boolean;
  /** Its code is out of use: the frame will be deoptimized when control returns into it. */
  invalid: boolean;
  /** The registers that the frame still needs, and what is in them (of a variable that closures share, the variable's value). */
  registers: number[];
  values: WireValue[];
}
/** The running program, a call of a host function, or a coroutine. */
export interface StackView {
  /** 0 is the main program. */
  coroutine: number;
  status: "suspended" | "running" | "normal" | "dead";
  /** What it was created with. */
  function: WireValue;
  usedBytes: number;
  /** Innermost first. */
  frames: FrameView[];
}

/** What an engine has counted since it was made. */
export interface Counters {
  /** Resumes, yields and the ends of coroutines. */
  swaps: number;
  /** Of all kinds. */
  deopts: number;
  /** Frames moved from the interpreter into a loop's code. */
  osrEntries: number;
  /** Created. */
  coroutines: number;
  /** In use, garbage included. */
  heapBytes: number;
  /** Of garbage. */
  collections: number;
  /** In all of them. */
  collectionMilliseconds: number;
  /** Objects that JavaScript holds. */
  handles: number;
  /** Guards executed, when a stress mode has them counted. */
  guards: number;
  /** Calls made, when a stress mode has them counted. */
  calls: number;
}

/** A frame on a paused stack. */
export interface StackFrameRecord {
  /** `pushed-interpreter`: it has not begun, what it will start from is in its payload. */
  kind: "optimized" | "interpreter" | "pushed-interpreter" | "other";
  /** Where the word lies that is popped to resume the frame; its own words follow, up to the next frame's slot. */
  slot: bigint;
  resumesAt: bigint;
  /** 0: no stackmap record here. */
  csid: number;
  name: string;
  /** Not of kind `other`. */
  protoId: number;
  pc: number;
  /** Address of a pushed frame's InterpreterPayload, of an interpreter frame's registers; else 0n. */
  data: bigint;
}
/** The top of a paused stack: frames from the top down, and the words from `sp` on. */
export interface StackRecord {
  sp: bigint;
  frames: StackFrameRecord[];
  words: BigUint64Array;
}
/** A deoptimization as it happened. */
export interface DeoptRecord {
  csid: number;
  /** As in EventRecords: 0, 1, 3 or 6. */
  kind: number;
  coroutine: number;
  before: StackRecord;
  /** The values that were read from the frame. */
  keepAlives: BigUint64Array;
  /** First with the frame popped, then with one interpreter frame after the other pushed. */
  after: StackRecord[];
  /** Of each frame that was pushed, the registers that it was given. */
  values: { register: number; word: bigint; text: Buffer }[][];
}

export class NativeEngine {
  constructor(options: NativeOptions);
  addProto(proto: NativeProto): number;
  addresses(protoId: number): ProtoAddresses;
  /** Run a parameterless prototype on the main stack: the program that is word number `script` of the command line `words`. */
  run(
    protoId: number,
    words: Buffer[],
    script: number,
  ): { ok: true; exitCode?: number } | { ok: false; message: Buffer; traceback: Buffer };
  /**
   * `io` opens files within these directories only, which are absolute and without symbolic links; anywhere if undefined. An empty list:
   * nothing is opened, no programs and modules either.
   */
  setFileTrees(trees: Buffer[] | undefined): void;
  setHotness(protoId: number, value: number): void;
  /**
   * Code for this prototype is being made in the background: onHot is called when it gets hot (after each `every` entries and back-edges)
   * and the watched word is not zero, or for the `times`-th time. setHotness ends that.
   */
  awaitCode(protoId: number, every: number, times: number): void;
  /** The word that says that some code is ready: Session.noticeWord of a session that lives as long as programs run here. */
  watchNotice(word: bigint): void;
  /** The collector keeps these values (objects whose addresses are in code that is not registered yet) until `releaseHeld(number)`. */
  hold(number: number, values: BigUint64Array): void;
  releaseHeld(number: number): void;
  /** Register optimized code; from then on its frames can be walked and deoptimized. Throws when one of its assumptions has ended. */
  registerCode(code: CodeDescription, failureLimit: number): number;
  /** Callers of this prototype enter at `address` (0n: the interpreter again). */
  installEntry(protoId: number, address: bigint): void;
  installLoopEntry(protoId: number, pc: number, address: bigint): void;
  /**
   * No new entries into this code, and its frames are left before they go on: `suspended` coroutines whose top language frame was in it
   * have been deoptimized on the spot, `waiting` frames will be when control returns into them.
   */
  invalidateCode(code: number): { suspended: number; waiting: number };
  /** Forget the invalid code that no stack has frames of: its ids. Its memory may be freed, its call sites mean nothing any more. */
  reclaimCode(): Uint32Array;
  /** The value of a global variable that has not been assigned since its definition, and the assumption that it stays so. */
  assumeGlobal(cell: bigint): { assumption: number; value: bigint } | undefined;
  /** The assumption that a word that says so (FieldCase.assumption) stays zero. */
  assume(word: bigint): number;
  /** Whether none of these has ended. */
  assumptionsHold(assumptions: Uint32Array): boolean;
  describe(value: bigint): ValueInfo;
  describeHeld(value: WireValue): ValueInfo;
  /** What all stacks hold at the moment. When nothing runs, those are the coroutines'. Tables that code has not made are copies. */
  stacks(): StackView[];
  /** A value for people: 12, "text", function fib. In bytes. */
  textOf(value: bigint): Buffer;
  /** The frame state of a call site in optimized code, a line a frame; "" when there is none. */
  describeSite(csid: number): string;
  /** Addresses of the shapes that the field access at `pc` has seen. */
  shapesSeen(protoId: number, pc: number): BigUint64Array;
  /** What reading (writing) a field of tables of this shape does. `key` is the boxed string. */
  fieldLoad(shape: bigint, key: bigint): FieldCase;
  fieldStore(shape: bigint, key: bigint): FieldCase;
  /**
   * What `setmetatable(t, metatable)` makes of tables of this shape; undefined when that has to be found out each time. With `index`, the
   * metatable is any table of the shape `metatable` whose `__index` is that.
   */
  metatableChange(shape: bigint, metatable: bigint, index?: bigint): MetatableChange | undefined;
  /** What a metatable, a boxed table, has in a slot under this name, a boxed string ("__add"). */
  handler(metatable: bigint, event: bigint): Handler | undefined;
  /** What a table has at present. */
  metatable(table: bigint): bigint | undefined;
  /** The only closure that there has been of a prototype, boxed. */
  onlyClosure(protoId: number): bigint | undefined;
  /** The boxed value that a closure has captured; undefined when there is none of that index. */
  capture(closure: bigint, index: number): bigint | undefined;
  /** The code that a call has called, when that was more than one function's. */
  calledCode(protoId: number, pc: number): ({ code: bigint; proto: number } | { code: bigint; builtin: string })[];
  /** Box a language string for use as a constant. */
  internString(bytes: Buffer): bigint;
  /** Address of the shape of tables without keys and metatable. */
  emptyShape(): bigint;
  /** The functions that `ipairs` and `pairs` have loops call, boxed. */
  iterators(): { ipairs: bigint; pairs: bigint };
  /** Address of the strings of one byte, boxed, by their byte. */
  characters(): bigint;
  /** Address of the shape of the table that keys of strings are looked up in. */
  stringShape(): bigint;
  /** The keys of a shape's slots, in order. */
  shapeKeys(shape: bigint): Buffer[];
  drainEvents(): EventRecords;
  /** What has been measured since the last time; between runs. */
  takeProbes(): ProbeRecords;
  /** The deoptimizations recorded since the last time: at most two of a call site, and 256 in all. */
  takeDeopts(): DeoptRecord[];
  counters(): Counters;
  /** Runtime helpers that generated code may call: name → address. With probes, `yl_deopt` is one that notes the time. */
  helpers(): Record<string, bigint>;
  // ---- embedding. While the engine runs, only host functions may call these. What is no WireValue, or a released handle, is a TypeError.
  call(callee: WireValue, args: WireValue[]): CallOutcome;
  /** coroutine.resume; the error of a coroutine that dies is the outcome's. */
  resume(coroutine: WireValue, args: WireValue[]): CallOutcome;
  /** A function that runs the chunk. */
  closure(protoId: number): WireValue;
  /** A function that calls onHostFunction(index, …). */
  hostFunction(index: number): WireValue;
  newCoroutine(callee: WireValue): WireValue;
  coroutineStatus(coroutine: WireValue): string;
  globalsTable(): WireValue;
  newTable(elements: number, fields: number): WireValue;
  /** Raw accesses: no metatable is asked. */
  tableGet(table: WireValue, key: WireValue): WireValue;
  tableSet(table: WireValue, key: WireValue, value: WireValue): void;
  tableLength(table: WireValue): number;
  /** Keys and values in turn, in the order of `next`. */
  tableEntries(table: WireValue): WireValue[];
  hasMetatable(table: WireValue): boolean;
  release(slot: number): void;
  /** For interruptEngine. */
  interruptToken(): number;
  /** For the runs to come: milliseconds (0: no limit), and whether SIGINT interrupts a run. */
  setLimits(limits: { timeMs: number; interruptOnSignal: boolean }): void;
  /** End the run in progress at its next safepoint; for host functions. */
  interrupt(): void;
  dispose(): void;
}
/** Whether this thread may load llvm-bindings: one thread at a time can, until it ends. */
export function claimCompiler(): boolean;
/** Starts to load a shared library on another thread, when it is asked for the first time; whether that has come to its end. */
export function preload(path: string): boolean;
/** Blocks until nothing is being preloaded: the process must not end in the middle of a library's initialization. */
export function waitForPreloads(): void;
/** FNV-1a, 64 bits: another one if a single byte is changed, and hardly ever the same for different bytes. */
export function checksum(bytes: Uint8Array): bigint;
/** CPU time of the calling thread. */
export function threadMilliseconds(): number;
/**
 * From here on, writing to a pipe whose other end is closed ends the process, as it does with programs that are not Node's: for the command line, whose
 * output `head` may have seen enough of.
 */
export function endOnBrokenPipe(): void;
/**
 * Ends the process at once: what C's streams hold is written, and no destructor, thread or exit handler is waited for. V8 would finish what its threads
 * compile, LLVM the pass that it is in, and both would take their data apart.
 */
export function endProcess(exitCode: number): never;
/** End the run in progress of an engine of any thread; false when the engine is gone. */
export function interruptEngine(token: number): boolean;
export const layoutJson: string;
