// SPDX-License-Identifier: MIT
/**
 * The line between mechanism and policy: what the engine tells the tiering policy, and what it offers it.
 * runtime/tiering.ts implements the policy; without it (`optimize: false`) an engine only interprets.
 */
import type { Proto } from "../lang/bytecode.js";
import type { CodeRecord } from "./code-record.js";
import type { EngineEvent } from "./events.js";
import type { NativeEngine, YugongAddon } from "./native.js";
import type { Clocks } from "./pauses.js";

/**
 * By default a program stands still for compiling for no more than this part of the time, and for a function's code no longer than this part
 * of the function's: with it, hardly a program of programs/ takes longer than by the interpreter alone, and what runs for long is compiled as soon as without it.
 */
export const COMPILE_SHARE = 0.5;

export interface TieringOptions {
  /** Entries plus back-edges before a function is compiled. */
  readonly hotThreshold: number;
  /** LLVM compiles on another thread, and the program goes on meanwhile. */
  readonly inBackground: boolean;
  /** For stress: IR is built in slices of so many instructions, also where LLVM compiles at once. */
  readonly sliceInstructions?: number;
  /**
   * The part of the time since the engine's start for which the program may stand still for compiling; and, in the background, of the time that a
   * function has run for the sake of its code.
   */
  readonly compileShare: number;
  /** How often a guard may fail before its code is given up. */
  readonly failureLimit: number;
  /** Predict wrong types on purpose, differently for each number; the program must not notice. */
  readonly mispredict?: number;
  readonly inlineDepth?: number;
  /** Which tools are told of code, as bits of yugong-publish.h (publishBits in core/code.ts). */
  readonly publish: number;
  /** A stress mode makes guards fail by their number: code has to count them. */
  readonly countGuards?: boolean;
  /** The same for calls, at which waiting callers lose their code. */
  readonly countCalls?: boolean;
  /** Switches of coroutines are events. */
  readonly recordSwitches?: boolean;
  /** Told of each unit, with all that can be seen of it: see code-record.ts. Makes compiling slower, and the code no other. */
  readonly onCode?: (record: CodeRecord) => void;
}

/** What the engine lends to its tiering policy. */
export interface EngineContext {
  readonly native: NativeEngine;
  readonly options: TieringOptions;
  /** The JSON text of all tags, offsets and helpers. */
  readonly layoutJson: string;
  proto(id: number): Proto;
  /** The id under which a prototype was added. */
  protoId(proto: Proto): number;
  /** Has that addon loaded on another thread; whether it is. */
  preloadLlvmAddon(): boolean;
  readonly stackmapRecords: YugongAddon["stackmapRecords"];
  /** Loads yugong-llvm.node, and LLVM with it. */
  loadLlvmAddon(): unknown;
  /** Milliseconds since the engine started, the clock of all events. */
  now(): number;
  /** To tell how long something takes. */
  moment(): Clocks;
  /** Events that the native side recorded earlier are delivered first. */
  emit(event: EngineEvent): void;
}

export interface SiteDescription {
  /** The symbol of the compiled unit. */
  readonly unit: string;
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly reason: string;
  /** Frames of inlined calls on top of the compiled function's own. */
  readonly inlinedFrames: number;
}

/** Code that `TieringPolicy.invalidate` has taken out of use. */
export interface InvalidatedUnit {
  /** The function that it was compiled for, which may be one that has the asked one inlined. */
  readonly function: string;
  /** What of it was compiled. */
  readonly unit: "function" | "loop";
  /** The loop's header, or where the function begins. */
  readonly line: number;
  /** Suspended coroutines whose topmost frame was in it: they have been deoptimized. */
  readonly suspended: number;
  /** Frames that will be deoptimized when control returns into them. */
  readonly waiting: number;
}

export interface TieringPolicy {
  /**
   * A prototype got hot, at the loop header `pc` or (-1) at its entry.
   * @param types one byte of type bits a register, for loops
   * @returns the loop entry's address, or 0n to go on interpreting
   */
  onHot(protoId: number, pc: number, types: Uint8Array): bigint;
  /** A guard has failed `count` times: its limit, or a multiple of it. */
  onDeopt(csid: number, count: number): void;
  /** An assumption of this code has ended. It is out of use; what became of its frames is in `frames`. */
  onInvalidate(code: number, frames: { suspended: number; waiting: number }, reason: string): void;
  /** Take all code out of use that has instructions of this prototype, its own and what it is inlined into. */
  invalidate(protoId: number, reason: string): InvalidatedUnit[];
  /** What would be compiled of a function now, or of its loop at `pc`: for people, it is never run. */
  preview(protoId: number, pc: number): CodeRecord | undefined;
  /** Undefined for call sites that are not in code of this policy. */
  describeSite(csid: number): SiteDescription | undefined;
}

/** What runtime/tiering.ts exports. */
export interface TieringModule {
  /** @param pauses for how long the program has stood still for this module to be loaded */
  createTiering(context: EngineContext, pauses: readonly Clocks[]): TieringPolicy;
}

/** Loads that module, and the optimizer with it, in parts, between which the program goes on. */
export type TieringLoader = Iterator<void, TieringModule>;

/** How many slices of the compiler's work there are in the time in which something gets hot, at most: between two, the program goes on for some rounds. */
const slicesPerThreshold = 16;
export const roundsBetweenSlices = (hotThreshold: number): number => Math.ceil(hotThreshold / slicesPerThreshold);
