// SPDX-License-Identifier: MIT
/** What an engine can be told, and how a run ends. */
import type { CodeRecord } from "./code-record.js";
import type { PublishTarget } from "./core/code.js";
import type { Strings } from "./embedding/bridge.js";
import type { LuaInput } from "./embedding/values.js";
import type { EventStream } from "./events.js";
import type { Stress } from "./stress.js";
import { COMPILE_SHARE } from "./tiering-policy.js";

/** How eager to compile: by default, never, or nearly everything at once (for tests). */
export type Mode = "default" | "interpreter" | "eager";
export const MODES: readonly Mode[] = ["default", "interpreter", "eager"];

/** When LLVM compiles: in the background while the program goes on, or at once, while it stands still. */
export type CompileMode = "background" | "blocking";
export const COMPILE_MODES: readonly CompileMode[] = ["background", "blocking"];

/** What each mode stands for; see EngineOptions. */
export const THRESHOLDS: Readonly<
  Record<Mode, Required<Pick<EngineOptions, "hotThreshold" | "failureLimit" | "compileShare" | "compile">>>
> = {
  default: { hotThreshold: 1000, failureLimit: 4, compileShare: COMPILE_SHARE, compile: "background" },
  eager: { hotThreshold: 8, failureLimit: 2, compileShare: Number.POSITIVE_INFINITY, compile: "blocking" },
  interpreter: { hotThreshold: -1, failureLimit: 1, compileShare: 0, compile: "blocking" },
};

/** See EngineOptions.files. */
export type FileAccess = "none" | "tree" | "all";
export const FILE_ACCESS: readonly FileAccess[] = ["none", "tree", "all"];

/** What programs write to: a stream of Node, or anything like it. */
export interface OutputSink {
  /** Gets what is to be written. */
  write(bytes: Buffer): unknown;
}

/** What `Engine.create` can be told. */
export interface EngineOptions {
  /** Thresholds as a set: `eager` compiles nearly everything, `interpreter` nothing. The options below override it one by one. */
  mode?: Mode;
  /** Whether to compile hot code at all. */
  optimize?: boolean;
  /** Entries plus back-edges of a function before it is compiled. */
  hotThreshold?: number;
  /** In the background by default, at once in mode `eager` and under stress: then each run does the same. */
  compile?: CompileMode;
  /**
   * For how much of the time since its start the program may stand still for compiling, and for how much of a function's time for that function's
   * code, from 0 to 1; Infinity: whenever something is hot.
   */
  compileShare?: number;
  /** How often a guard may fail before its code is given up. */
  failureLimit?: number;
  /** For tests: see runtime/stress.ts. Thresholds in it come after the mode's and before the ones here. */
  stress?: Stress;
  /** Where events go, so that they can be subscribed to before the first one. Default: a new stream. */
  events?: EventStream;
  /** Whether switches between coroutines are events, too; each costs some 40 ns then. */
  recordSwitches?: boolean;
  /** For benchmarks: measure so many deopts, OSR entries and invalidations, by phase, for `takeProbes`. */
  probes?: number;
  /** How deep calls are inlined. Default: 5. */
  inlineDepth?: number;
  /** Told of each compiled unit, with all that can be seen of it: its IR, its instructions, its frame states. @internal */
  onCode?: (record: CodeRecord) => void;
  /** Whether to record what deoptimizations do to the stack, for takeDeopts. @internal */
  recordDeopts?: boolean;
  /** How strings arrive: `utf8` (the default) as text if they are UTF-8, else as Buffers; `latin1` a character a byte; `bytes` as Buffers. */
  strings?: Strings;
  /**
   * Where `print` and `io.write` go: a function, a stream (anything with a `write`), or "capture" for takeOutput; the process's standard
   * output otherwise. It gets what is buffered when that is much, before a host function is called, at io.flush, and at the end.
   */
  stdout?: ((bytes: Buffer) => void) | OutputSink | "capture";
  /** Of the language's heap. The program can catch "not enough memory". Half of the machine's, at most 4 GiB, by default. */
  memoryLimitBytes?: number;
  /** A run that takes longer is ended; no pcall catches that. */
  timeLimitMs?: number;
  /**
   * Which files the program may open besides the standard streams: `io` those below the current directory and the program's (the default), or
   * all; with `none`, it has no files at all, neither by `io` nor by `dofile` and `require`.
   */
  files?: FileAccess;
  /**
   * A folder in which to keep what is compiled of files, and to look for it: the next engine there, of any process, needs not compile a file that
   * has not changed. Whatever goes wrong with it, the file is compiled. Nothing is kept by default.
   */
  bytecodeCache?: string;
  /** Whether Ctrl-C (SIGINT) interrupts a run, instead of what it does otherwise in this process; a second one does that. */
  interruptOnSignal?: boolean;
  /**
   * Which tools are told of optimized code (core/code.ts), in which it is called `total@sum.lua:3` or `total@sum.lua:6/loop`. With `gdb`, debuggers
   * are told of all stacks, too.
   */
  publish?: readonly PublishTarget[];
  /**
   * How much room calls of the main program have: an error "stack overflow" beyond it, or beyond a call for each 256 bytes of it, however little room
   * compiled code takes. Address space: only touched pages cost memory.
   */
  mainStackBytes?: number;
  /** The same of each coroutine. */
  coroutineStackBytes?: number;
}

/** A program: its text, or a file. */
export type Program = string | ProgramFile;

/** A program in a file. */
export interface ProgramFile {
  /** Its path. */
  readonly file: string;
}

/** What `Engine.run` can be told. */
export interface RunOptions {
  /** The chunk's `...`; for a file also the global `arg`, as lua5.1 sets it. */
  readonly args?: readonly LuaInput[];
  /** What messages call a text, after a `=`, or the file that it is from; otherwise `[string "…"]`, by its first line. */
  readonly name?: string;
}

/** How a program has ended. Bytes, not text: the language's strings have no encoding. */
export type RunResult =
  | {
      /** It has ended without an error. */
      ok: true;
      /** What os.exit was given, if that has ended it. */
      exitCode?: number;
    }
  | {
      /** An error that nobody has caught. */
      ok: false;
      /** As lua5.1 words it. */
      message: Buffer;
      /** Where, as lua5.1 prints it. */
      traceback: Buffer;
    };
