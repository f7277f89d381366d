// SPDX-License-Identifier: MIT

/** A module as bitcode or textual IR, or the path of a file with it. It may use the conventions of src/fold.h. */
export type Module = Uint8Array | string;

/** How a module is compiled. */
export interface CompileOptions {
  /** LLVM's default pipeline -O0 to -O3. Default: 2. */
  level?: 0 | 1 | 2 | 3;
  /** Instead of that: a pipeline as `opt -passes=` takes it, such as "function(sroa,early-cse)"; it may have `yugong-peel` and `yugong-addresses` (src/peel.h, src/addresses.h). */
  pipeline?: string;
  /** Effort of code generation; 0 is the fast instruction selector. Default: `level`. */
  codegenLevel?: 0 | 1 | 2 | 3;
  /**
   * What a stackmap describes may stay in callee-saved registers during the call, and in the slots that the register allocator has spilled it to;
   * otherwise every call stores all of it into slots of its own first. Not with code generation level 0.
   */
  valuesInRegisters?: boolean;
  /** Return the IR after folding, before the passes. */
  irBefore?: boolean;
  /** Return the IR after the passes. */
  irAfter?: boolean;
  /** Return the assembly text (generates the code a second time). */
  asm?: boolean;
  /** Of a session: return the instructions in memory, with source positions where the module has debug information. */
  listing?: boolean;
}

/** Which processor code is made for. */
export interface TargetOptions {
  /** An LLVM processor name; "host" is this machine's. Default: "host" for a session, "x86-64" for an object. */
  cpu?: string;
  /** More features, as LLVM writes them: "+avx2,-fma". */
  features?: string;
}

/** What a session is told at its start. */
export interface SessionOptions extends TargetOptions {
  /** Place code where direct calls reach this address: that of a runtime helper. */
  near?: bigint;
}

export interface AddedFunction {
  name: string;
  address: bigint;
  /** In bytes. */
  size: number;
}

/** A machine instruction in memory. */
export interface ListedInstruction {
  address: bigint;
  /** In bytes. */
  size: number;
  /** In AT&T syntax. */
  text: string;
  /** Of a direct call or jump. */
  target?: bigint;
  /** "directory/name", and the position there; absent where the compiler has made the instruction for no line. */
  file?: string;
  line?: number;
  column?: number;
}

/** Nanoseconds. */
export interface Timings {
  parse: number;
  fold: number;
  passes: number;
  codegen: number;
  link: number;
}

export interface AddedModule {
  /** For `Session.remove`. */
  resourceKey: number;
  /** Every function with a body, internal ones too, by address. */
  functions: AddedFunction[];
  codeStart: bigint;
  codeSize: number;
  /** The relocated `.llvm_stackmaps` section; address and size are 0 when there is no marker in the module. */
  stackmapAddress: bigint;
  stackmapSize: number;
  /** The relocated `.eh_frame` section; it is not registered with the process's unwinder. */
  ehFrameAddress: bigint;
  ehFrameSize: number;
  irInstructionsBefore: number;
  irInstructionsAfter: number;
  timings: Timings;
  irBefore?: string;
  irAfter?: string;
  asm?: string;
  listing?: ListedInstruction[];
}

/** What became of a module given to `Session.start`, and when it was compiled, by the clock of `process.hrtime.bigint()`. */
export type FinishedModule = { job: number; began: bigint; ended: bigint } & (
  | { added: AddedModule; error?: undefined }
  | { added?: undefined; error: Error }
);

/**
 * Compiles modules into memory. Modules do not see each other's functions, only what was defined; so names may repeat from one module
 * to the next. All methods throw an Error with LLVM's message; the session stays usable.
 */
export class Session {
  constructor(options?: SessionOptions);
  /** What modules added from now on find under these names; defining a name again replaces it. */
  define(symbols: Record<string, bigint>): void;
  add(module: Module, options?: CompileOptions): AddedModule;
  /**
   * Compile on a thread of the session's own: returns at once, with a number by which `finished` will name the module. Symbols are looked
   * up when the module is linked. The content of `module` is copied.
   */
  start(module: Module, options?: CompileOptions): number;
  /** What was finished since the last call, in the order of `start`. */
  finished(): FinishedModule[];
  /** Blocks until everything that was started is finished. */
  wait(): void;
  /**
   * Address of a 32-bit word that is not 0 while `finished` has something new; another thread writes it. It lives as long as the session.
   */
  noticeWord(): bigint;
  /** Free a module's code, stackmap and frame information: nothing may run in it or return to it. */
  remove(resourceKey: number): void;
  /** Memory of the modules that are not removed, in whole pages. */
  usedBytes(): number;
}

/** Apply the conventions of src/fold.h; returns bitcode. */
export function fold(module: Module): Buffer;
/** The module as textual IR. */
export function printModule(module: Module): string;
/** An ELF object for a shared library; with `renameStackmaps` its stackmaps lie in the writable section `yg_stackmaps`. */
export function compileObject(module: Module, options?: CompileOptions & TargetOptions & { renameStackmaps?: boolean }): Buffer;
