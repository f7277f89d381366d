// SPDX-License-Identifier: MIT
/**
 * From a function or loop that is hot to code that is registered with the engine: at once, or on LLVM's own thread while the program goes on.
 *
 *     compile(request)                     the program stands still until there is code
 *     start(request) proceed()… finished() it stands still for a walk at a time while IR is built, and when the code is registered
 *
 * IR is built on the program's thread, because it is built from what the program does: types, shapes, values of variables. Between that and
 * registration, the collector keeps the objects whose addresses are in the code, and what the code relies on may end: then it is refused.
 */
import { type Compilation, compileByWalks } from "../jit/optimizer/compile.js";
import type { CompiledUnit } from "../jit/optimizer/context.js";
import type { Proto } from "../lang/bytecode.js";
import type * as YugongLlvm from "../native/yugong-llvm/yugong-llvm.js";
import { type CodeInputs, type CodeRecord, noteInputs, recordCode, recordOptions } from "./code-record.js";
import type { EngineFacts } from "./optimizer-facts.js";
import type { EngineContext } from "./tiering-policy.js";

/**
 * Instead of LLVM's -O2, which spends most of its time on what this code has none of (calls to inline, loops to vectorize, globals): a
 * fifth of the time in passes, two thirds in all, and code that is smaller and at least as fast over programs/. Promote, fold, tell
 * fields of one object apart (native/yugong-llvm/src/addresses.h), peel loops (peel.h), remove redundant loads and type tests (by TBAA), move
 * what is invariant out of loops, fold again, convert only what is no double (numbers.h).
 */
const PIPELINE =
  "function(sroa,early-cse<memssa>,instcombine,yugong-addresses,simplifycfg,yugong-peel,gvn,loop-mssa(licm),instcombine,simplifycfg,yugong-numbers)";

export interface UnitRequest {
  readonly protoId: number;
  /** A loop header, or -1 for the whole function. */
  readonly pc: number;
  /** Type bits of the registers of the frame that waits at the loop header. */
  readonly types: Uint8Array;
}

export interface Unit {
  readonly compiled: CompiledUnit;
  /** The engine's name for it. */
  readonly code: number;
  readonly address: bigint;
  /** The compiling session's name for it. */
  readonly resourceKey: number;
  /** For a loop, the types of the frame that it was compiled for. */
  readonly types: Uint8Array;
  valid: boolean;
  /** When somebody wants to look at it. */
  readonly record?: CodeRecord;
}

/** What became of a request; `refused` when something that the code relies on has ended before there was any. */
export type Outcome = { readonly request: UnitRequest; readonly unit: Unit; readonly refused?: undefined } | Refusal;
interface Refusal {
  readonly request: UnitRequest;
  readonly unit?: undefined;
  readonly refused: string;
}

/** IR that is being built, walk by walk. */
interface Building {
  readonly request: UnitRequest;
  readonly walks: Generator<void, Compilation>;
  /** When the request came, by the engine's clock. */
  readonly requested: number;
  /** Of the first unit. */
  readonly load: number | undefined;
  /** Milliseconds. */
  build: number;
  longestPause: number;
}

/** IR on its way to code. */
interface Draft {
  readonly request: UnitRequest;
  readonly compiled: CompiledUnit;
  readonly assumptions: Uint32Array;
  /** Textual, in bytes. */
  readonly ir: Buffer;
  /** When somebody wants to look at it. */
  readonly inputs?: CodeInputs;
  /** When the request came, by the engine's clock. */
  readonly requested: number;
  readonly build: number;
  readonly write: number;
  /** Of the first unit. */
  readonly load: number | undefined;
  /** Milliseconds for which the program stood still so far. */
  readonly pause: number;
  readonly longestPause: number;
}

/** Milliseconds of `performance.now()` at a time of `process.hrtime.bigint()`. */
const offset = performance.now() - Number(process.hrtime.bigint()) / 1e6;
const fromHrtime = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6 + offset;

/** LLVM's register allocator gives up now and then when a call keeps too many values wherever they are. */
const needsStack = (error: unknown): boolean => error instanceof Error && error.message.includes("ran out of registers");

export class UnitCompiler {
  private session: YugongLlvm.Session | undefined;
  private symbols = 0;
  private readonly drafts = new Map<number, Draft>();
  /** In the background, one at a time. */
  private building: Building | undefined;
  /** Milliseconds for which the program has stood still. */
  pauses = 0;
  /** What building IR has taken, and for how many instructions; to begin with, a guess that the first few hundred outweigh. */
  private readonly built = { milliseconds: 20, bytecodes: 100 };

  constructor(
    private readonly engine: EngineContext,
    private readonly facts: EngineFacts,
  ) {}

  /** How many units are being compiled, or wait for that. */
  get underWay(): number {
    return this.drafts.size + (this.isBuilding ? 1 : 0);
  }

  /** Whether something waits for `proceed`. */
  get isBuilding(): boolean {
    return this.building !== undefined;
  }

  /** Milliseconds for which the program will probably stand still while this function's IR is built. */
  expectedPause(protoId: number): number {
    return (this.engine.proto(protoId).code.length * this.built.milliseconds) / this.built.bytecodes;
  }

  /** Throws what LLVM says. */
  compile(request: UnitRequest): Unit {
    const draft = this.build(request);
    const began = performance.now();
    const added = this.add(draft.ir, this.options());
    return this.register(draft, added, performance.now() - began);
  }

  /** Begin to build; `proceed` goes on. */
  start(request: UnitRequest): void {
    this.building = this.begin(request);
    this.proceed();
  }

  /** The next walk; after the last one, LLVM takes over. */
  proceed(): void {
    const { building } = this;
    if (building === undefined) return;
    this.building = undefined;
    const draft = this.walk(building);
    if (draft === undefined) {
      this.building = building;
      return;
    }
    const began = performance.now();
    const job = this.llvmSession.start(draft.ir, this.options());
    this.engine.native.hold(job, draft.compiled.constants);
    const handover = performance.now() - began;
    this.pauses += handover;
    const pause = draft.pause + handover;
    this.drafts.set(job, { ...draft, pause });
    this.engine.emit({
      kind: "compile-start",
      time: this.engine.now(),
      ...this.place(draft.request),
      pause,
      longestPause: draft.longestPause,
      underWay: this.drafts.size,
    });
  }

  /** What has been finished since the last time. Throws what LLVM says. */
  finished(): Outcome[] {
    if (this.session === undefined || this.drafts.size === 0) return [];
    return this.session.finished().map(({ job, added: made, error, began, ended }): Outcome => {
      const draft = this.drafts.get(job) as Draft;
      this.drafts.delete(job);
      try {
        const added = made ?? this.addOnStack(draft.ir, this.options(), error);
        if (!this.engine.native.assumptionsHold(draft.assumptions)) return this.refuse(draft, added);
        return { request: draft.request, unit: this.register(draft, added, 0, { began: fromHrtime(began), ended: fromHrtime(ended) }) };
      } finally {
        this.engine.native.releaseHeld(job);
      }
    });
  }

  remove(unit: Unit): void {
    this.llvmSession.remove(unit.resourceKey);
  }

  usedBytes(): number {
    return this.llvmSession.usedBytes();
  }

  /** What there would be if this were compiled now. It is not registered, and not run. */
  preview(request: UnitRequest): CodeRecord | undefined {
    const { pauses } = this;
    const began = performance.now();
    const draft = this.build(request, true);
    const added = this.add(draft.ir, { ...this.options(), ...recordOptions });
    this.pauses = pauses;
    try {
      return draft.inputs && recordCode(this.engine, draft.inputs, added, performance.now() - began);
    } finally {
      this.llvmSession.remove(added.resourceKey);
    }
  }

  private build(request: UnitRequest, annotate?: boolean): Draft {
    const building = this.begin(request, annotate);
    for (;;) {
      const draft = this.walk(building);
      if (draft !== undefined) return draft;
    }
  }

  private begin(request: UnitRequest, annotate = this.engine.options.onCode !== undefined): Building {
    const { protoId, pc, types } = request;
    const requested = this.engine.now();
    const load = this.session === undefined ? this.loadLlvm() : undefined;
    this.pauses += load ?? 0;
    const walks = compileByWalks(this.facts, {
      protoId,
      pc,
      symbol: `f${protoId}_${this.symbols++}`,
      annotate,
      closure: () => this.engine.native.onlyClosure(protoId),
      ...(pc < 0 ? {} : { types: types.map((type, register) => this.facts.predicted(type, register)) }),
    });
    return { request, walks, requested, load, build: 0, longestPause: load ?? 0 };
  }

  /** What is assumed counts from the last walk, which has no pauses. */
  private walk(building: Building): Draft | undefined {
    const { request, walks, requested, load } = building;
    const start = performance.now();
    this.facts.takeAssumptions();
    const walk = walks.next();
    const built = performance.now();
    building.build += built - start;
    this.built.milliseconds += built - start;
    if (!walk.done) {
      building.longestPause = Math.max(building.longestPause, built - start);
      this.pauses += built - start;
      return undefined;
    }
    const { ir, unit: compiled, notes } = walk.value;
    const text = Buffer.from(ir.print(), "latin1");
    const written = performance.now();
    this.pauses += written - start;
    this.built.bytecodes += this.engine.proto(request.protoId).code.length;
    const { build } = building;
    return {
      request,
      compiled,
      assumptions: this.facts.takeAssumptions(),
      ir: text,
      ...(notes && { inputs: noteInputs(this.engine, this.facts, { unit: compiled, irBuilt: text.toString("latin1"), notes }) }),
      requested,
      build,
      write: written - built,
      load,
      pause: build + written - built + (load ?? 0),
      longestPause: Math.max(building.longestPause, written - start),
    };
  }

  /** @param blocked milliseconds for which the program has waited for LLVM, if it was not in the background */
  private register(draft: Draft, added: YugongLlvm.AddedModule, blocked: number, background?: { began: number; ended: number }): Unit {
    const start = performance.now();
    const { native, options } = this.engine;
    const { request, compiled } = draft;
    const { protoId, pc } = request;
    const proto = this.engine.proto(protoId);
    const entry = added.functions.find((fn) => fn.name === compiled.symbol);
    if (entry === undefined) throw new Error(`LLVM lost the function ${compiled.symbol}`);
    const code = native.registerCode(
      {
        name: proto.name,
        protoId,
        start: added.codeStart,
        size: added.codeSize,
        stackmap: added.stackmapAddress,
        stackmapSize: added.stackmapSize,
        ehFrame: added.ehFrameAddress,
        ehFrameSize: added.ehFrameSize,
        csids: compiled.csids,
        frameStateOffsets: compiled.frameStateOffsets,
        frameStates: compiled.frameStates,
        constants: compiled.constants,
        assumptions: draft.assumptions,
        publish: options.publish,
        symbol: publishedName(proto, pc),
      },
      options.failureLimit,
    );
    const end = performance.now();
    const pause = blocked + end - start;
    this.pauses += pause;
    const { timings } = added;
    const phases = {
      build: draft.build,
      write: draft.write,
      ...(draft.load !== undefined && { load: draft.load }),
      parse: timings.parse / 1e6,
      fold: timings.fold / 1e6,
      passes: timings.passes / 1e6,
      codegen: timings.codegen / 1e6,
      link: timings.link / 1e6,
      register: end - start,
    };
    const time = this.engine.now();
    const milliseconds = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
    this.engine.emit({
      kind: "compile",
      time,
      ...this.place(request),
      milliseconds,
      phases,
      pause: draft.pause + pause,
      latency: time - draft.requested,
      ...(background && { background: { began: background.began - end + time, ended: background.ended - end + time } }),
      irInstructions: added.irInstructionsBefore,
      bytecodes: compiled.inlined.reduce((sum, id) => sum + this.engine.proto(id).code.length, proto.code.length),
      codeBytes: added.codeSize,
      callSites: compiled.sites.length,
      stackmapBytes: added.stackmapSize,
      ehFrameBytes: added.ehFrameSize,
      frameStateBytes: compiled.frameStates.byteLength,
    });
    const record = draft.inputs && recordCode(this.engine, draft.inputs, added, milliseconds);
    if (record !== undefined) options.onCode?.(record);
    return {
      compiled,
      code,
      address: entry.address,
      resourceKey: added.resourceKey,
      types: request.types.slice(),
      valid: true,
      ...(record && { record }),
    };
  }

  private refuse({ request }: Draft, added: YugongLlvm.AddedModule): Refusal {
    this.llvmSession.remove(added.resourceKey);
    return { request, refused: "what it relies on has changed" };
  }

  private place({ protoId, pc }: UnitRequest): { function: string; unit: "function" | "loop"; pc: number; line: number } {
    const proto = this.engine.proto(protoId);
    return { function: proto.name, unit: pc < 0 ? "function" : "loop", pc, line: lineOf(proto, pc) };
  }

  private add(ir: Buffer, options: YugongLlvm.CompileOptions): YugongLlvm.AddedModule {
    try {
      return this.llvmSession.add(ir, options);
    } catch (error) {
      return this.addOnStack(ir, options, error);
    }
  }

  /** After an error: once more, if that is what keeping the values on the stack avoids. */
  private addOnStack(ir: Buffer, options: YugongLlvm.CompileOptions, error: unknown): YugongLlvm.AddedModule {
    if (!needsStack(error)) throw error;
    return this.llvmSession.add(ir, { ...options, valuesInRegisters: false });
  }

  private options(): YugongLlvm.CompileOptions {
    return { pipeline: PIPELINE, codegenLevel: 1, valuesInRegisters: true, ...(this.engine.options.onCode && recordOptions) };
  }

  private get llvmSession(): YugongLlvm.Session {
    if (this.session === undefined) throw new Error("LLVM is loaded with the first unit");
    return this.session;
  }

  /** Returns how many milliseconds it took. */
  private loadLlvm(): number {
    const start = performance.now();
    const addon = this.engine.loadLlvmAddon() as typeof YugongLlvm;
    const helpers = this.engine.native.helpers();
    const near = helpers.yl_deopt;
    this.session = new addon.Session(near === undefined ? {} : { near });
    this.session.define(helpers);
    if (this.engine.options.inBackground) this.engine.native.watchNotice(this.session.noticeWord());
    return performance.now() - start;
  }
}

export const lineOf = (proto: Proto, pc: number): number => (pc < 0 ? proto.line : (proto.lines[pc] ?? proto.line));

/** What debuggers and profilers call code: `total@sum.lua:3`, or `total@sum.lua:6/loop`. */
const publishedName = (proto: Proto, pc: number): string => `${proto.name}@${proto.source}:${lineOf(proto, pc)}${pc < 0 ? "" : "/loop"}`;
