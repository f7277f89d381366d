// SPDX-License-Identifier: MIT
/**
 * From a function or loop that is hot to code that is registered with the engine: at once, or on LLVM's own thread while the program goes on.
 *
 *     compile(request)             the program stands still until there is code
 *     start(request) proceed()…    it stands still for a slice at a time while IR is built, and when the code is registered
 *
 * Between slices, and while LLVM compiles, the collector keeps the objects whose addresses are in the code, and what the code relies on may
 * end: then it is refused.
 */
import type { CompiledUnit } from "../jit/optimizer/context.js";
import type { Proto } from "../lang/bytecode.js";
import type * as YugongLlvm from "../native/yugong-llvm/yugong-llvm.js";
import { BuildEffort } from "./build-effort.js";
import { type CodeRecord, recordCode, recordOptions } from "./code-record.js";
import type { EngineFacts } from "./optimizer-facts.js";
import { type Clocks, clocksSince, Pauses, wallOf } from "./pauses.js";
import type { EngineContext } from "./tiering-policy.js";
import { type Draft, type SliceLength, UnitBuilder, type UnitRequest } from "./unit-builder.js";

/**
 * Instead of LLVM's -O2, which spends most of its time on what this code has none of (calls to inline, loops to vectorize, globals): a
 * fifth of the time in passes, two thirds in all, and code that is smaller and at least as fast over programs/. Promote, fold, tell
 * fields of one object apart (native/yugong-llvm/src/addresses.h), peel loops (peel.h), remove redundant loads and type tests (by TBAA), move
 * what is invariant out of loops, test bounds before them (bounds.h), fold again, convert only what is no double (numbers.h).
 */
const PIPELINE =
  "function(sroa,early-cse<memssa>,instcombine,yugong-addresses,simplifycfg,yugong-peel,gvn,loop-mssa(licm),yugong-bounds,instcombine,simplifycfg,yugong-numbers,yugong-double-loads)";

export interface Unit {
  readonly compiled: CompiledUnit;
  /** The engine's name for it. */
  readonly code: number;
  readonly address: bigint;
  /** The compiling session's name for it. */
  readonly resourceKey: number;
  /** For a loop, the types of the frame that it was compiled for. */
  readonly types: Uint8Array;
  /** When it was asked for, by the engine's clock: what has been seen since, it may not know. */
  readonly requested: number;
  valid: boolean;
  /** When somebody wants to look at it. */
  readonly record?: CodeRecord;
}

/** What became of a request; `refused` when something that the code relies on has ended before there was any. */
export type Outcome =
  | { readonly request: UnitRequest; readonly unit: Unit; readonly refused?: undefined; readonly isFinal?: undefined }
  | Refusal;
interface Refusal {
  readonly request: UnitRequest;
  readonly unit?: undefined;
  readonly refused: string;
  /** Another try would end as this one has. */
  readonly isFinal: boolean;
  /** As in GiveUpEvent. */
  readonly pauses: readonly number[];
  readonly cpuPauses: readonly number[];
}

/** A request on its way to code. */
interface Order {
  /** For the collector: what has been read for it, and later what is in its code, is held under this number. */
  readonly number: number;
  readonly builder: UnitBuilder;
  /** When the request came, by the engine's clock. */
  readonly requested: number;
  /** Milliseconds that loading the optimizer and LLVM has taken, for the first unit. */
  readonly load: number | undefined;
  readonly pauses: Pauses;
  /** Milliseconds of the thread's time so far, in slices. */
  built: number;
}

/** With LLVM. */
interface Job {
  readonly order: Order;
  readonly draft: Draft;
  /** LLVM could not keep its values in registers. */
  readonly valuesOnStack: boolean;
}

/** What LLVM has made of a draft. */
interface Made {
  readonly added: YugongLlvm.AddedModule;
  readonly valuesOnStack: boolean;
  /** When, by the clock of `performance.now()`; undefined when the program waited for it. */
  readonly background?: { readonly began: number; readonly ended: number };
}

/**
 * Bytes of textual IR that LLVM takes, about 40 000 instructions. It needs a second for most functions of that size, some ten seconds for one with
 * calls over which hundreds of values live, and more than twice as much for twice as large a one; the other units wait meanwhile.
 */
const mostIrBytes = 2_000_000;

/** A unit that can have no code. */
export class CannotCompile extends Error {}

/** How long IR is built before the program goes on. */
const slice: SliceLength = { milliseconds: 0.5 };

/** Milliseconds of `performance.now()` at a time of `process.hrtime.bigint()`. */
const offset = performance.now() - Number(process.hrtime.bigint()) / 1e6;
const fromHrtime = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6 + offset;

/** LLVM's register allocator gives up now and then when a call keeps too many values wherever they are, or crashes. */
const needsStack = (error: unknown): boolean => error instanceof Error && /ran out of registers|LLVM has crashed/.test(error.message);

/**
 * How often a guard of a unit may fail. What it costs to compile is weighed against what it costs to leave it: for a big unit the interpreter may take
 * over more often. It learns from that: what is compiled next knows the new way from more than its first steps.
 */
const failureLimit = (least: number, irInstructions: number): number =>
  least * Math.max(1, Math.round(irInstructions / instructionsPerFailure));
const instructionsPerFailure = 100;

const staleFacts = "too late: what it relies on has changed";
const isTooLarge = ({ ir }: Draft): boolean => ir.byteLength > mostIrBytes;
const tooLarge = ({ ir }: Draft): string => `too large: ${ir.byteLength} bytes of IR`;

export class UnitCompiler {
  private session: YugongLlvm.Session | undefined;
  private symbols = 0;
  private orders = 0;
  /** In the background, one at a time. */
  private building: Order | undefined;
  private readonly jobs = new Map<number, Job>();
  /** What LLVM has finished and the program has not taken yet. */
  private readonly made: YugongLlvm.FinishedModule[] = [];
  /** Milliseconds for which the program has stood still. */
  pauses = 0;
  private readonly pausesByProto = new Map<number, number>();
  /** When it went on, by the clock of `performance.now()`. */
  private lastPause = 0;
  private readonly effort = new BuildEffort();

  /** @param before pauses for the compiler itself; the first unit tells of them */
  constructor(
    private readonly engine: EngineContext,
    private readonly facts: EngineFacts,
    private before: readonly Clocks[],
  ) {}

  /** How many units are being compiled, or wait for that. */
  get underWay(): number {
    return this.jobs.size + (this.isBuilding ? 1 : 0);
  }

  /** Whether IR is being built. */
  get isBuilding(): boolean {
    return this.building !== undefined;
  }

  /** Whether there is something to do for `proceed`, before LLVM has finished anything more. */
  get canProceed(): boolean {
    return this.isBuilding || this.made.length > 0;
  }

  /** Milliseconds for which the program has gone on since it stood still for the compiler. */
  get sincePause(): number {
    return performance.now() - this.lastPause;
  }

  /** Whether code that is being compiled has this function inlined. */
  inlines(protoId: number): boolean {
    for (const { draft } of this.jobs.values()) if (draft.compiled.inlined.includes(protoId)) return true;
    return false;
  }

  /** Milliseconds of the thread's time in which the program has stood still for code of this function, all units together. */
  pausesFor(protoId: number): number {
    return this.pausesByProto.get(protoId) ?? 0;
  }

  /** Milliseconds of the thread's time that building this function's IR will probably take. */
  expectedPause(protoId: number): number {
    return this.effort.expected(this.engine.proto(protoId));
  }

  /** Throws what LLVM says. @throws CannotCompile when the unit is too large */
  compile(request: UnitRequest): Unit {
    const began = this.engine.moment();
    const order = this.order(request);
    const draft = this.build(order);
    if (isTooLarge(draft)) {
      this.paused(order, began);
      throw new CannotCompile(tooLarge(draft));
    }
    return this.compileNow(order, draft, began);
  }

  /** Begin to build; `proceed` goes on. */
  start(request: UnitRequest): void {
    const began = this.engine.moment();
    const { sliceInstructions } = this.engine.options;
    this.building = this.order(request, sliceInstructions === undefined ? slice : { instructions: sliceInstructions });
    this.paused(this.building, began);
  }

  /**
   * One thing of what is to be done on the program's thread: the next slice of IR, or code that LLVM has finished is registered. What LLVM cannot
   * compile in the background stays interpreted; an error of a compile that the program waits for is thrown.
   */
  proceed(): Outcome | undefined {
    if (this.jobs.size > 0) this.made.push(...this.llvmSession.finished());
    const made = this.made.shift();
    if (made !== undefined) return this.take(made);
    return this.building && this.buildOn(this.building);
  }

  private buildOn(order: Order): Outcome | undefined {
    const began = this.engine.moment();
    if (!order.builder.holds) {
      this.building = undefined;
      this.paused(order, began);
      return this.refuse(order, staleFacts);
    }
    this.building = undefined;
    const draft = order.builder.proceed();
    order.built += this.engine.moment().cpu - began.cpu;
    if (draft === undefined) {
      this.building = order;
      this.paused(order, began);
      return undefined;
    }
    this.effort.add(this.engine.proto(draft.request.protoId), this.inlinedBytecodes(draft.compiled), order.built);
    if (isTooLarge(draft)) {
      this.paused(order, began);
      return this.refuse(order, tooLarge(draft), true);
    }
    if (!this.engine.options.inBackground) {
      this.engine.native.releaseHeld(order.number);
      return { request: draft.request, unit: this.compileNow(order, draft, began) };
    }
    this.handOver({ order, draft, valuesOnStack: false });
    this.engine.native.releaseHeld(order.number);
    this.engine.native.hold(order.number, draft.compiled.constants);
    this.paused(order, began);
    this.engine.emit({
      kind: "compile-start",
      time: this.engine.now(),
      ...this.place(draft.request),
      ...order.pauses.report(),
      underWay: this.jobs.size,
    });
    return undefined;
  }

  /** LLVM takes over. */
  private handOver(job: Job): void {
    this.jobs.set(this.llvmSession.start(job.draft.ir, this.options(job.valuesOnStack)), job);
  }

  /** LLVM has finished something. */
  private take({ job: number, added, error, began, ended }: YugongLlvm.FinishedModule): Outcome | undefined {
    const start = this.engine.moment();
    const job = this.jobs.get(number) as Job;
    const { order, draft, valuesOnStack } = job;
    this.jobs.delete(number);
    if (added === undefined && !valuesOnStack && needsStack(error)) {
      this.handOver({ ...job, valuesOnStack: true });
      this.paused(order, start);
      return undefined;
    }
    try {
      if (added === undefined) {
        this.paused(order, start);
        return this.refuse(order, error instanceof Error ? error.message : String(error), true);
      }
      if (!this.engine.native.assumptionsHold(draft.assumptions)) {
        this.llvmSession.remove(added.resourceKey);
        this.paused(order, start);
        return this.refuse(order, staleFacts);
      }
      const background = { began: fromHrtime(began), ended: fromHrtime(ended) };
      return { request: draft.request, unit: this.register(order, draft, { added, valuesOnStack, background }, start) };
    } finally {
      this.engine.native.releaseHeld(order.number);
    }
  }

  private refuse(order: Order, refused: string, isFinal = false): Refusal {
    this.engine.native.releaseHeld(order.number);
    const { pauses, cpuPauses } = order.pauses.unreported;
    return { request: order.builder.request, refused, isFinal, pauses, cpuPauses };
  }

  remove(unit: Unit): void {
    this.llvmSession.remove(unit.resourceKey);
  }

  usedBytes(): number {
    return this.llvmSession.usedBytes();
  }

  /** What there would be if this were compiled now. It is not registered, and not run. */
  preview(request: UnitRequest): CodeRecord | undefined {
    const began = performance.now();
    const draft = this.build(this.order(request, undefined, true));
    const { added } = this.add(draft, recordOptions);
    try {
      return draft.inputs && recordCode(this.engine, draft.inputs, added, performance.now() - began);
    } finally {
      this.llvmSession.remove(added.resourceKey);
    }
  }

  private order(request: UnitRequest, slice?: SliceLength, annotate = this.engine.options.onCode !== undefined): Order {
    const requested = this.engine.now();
    const load = this.session === undefined ? this.loadLlvm() + wallOf(this.before) : undefined;
    const number = this.orders++;
    const symbol = `f${request.protoId}_${this.symbols++}`;
    const builder = new UnitBuilder(this.engine, this.facts, request, { symbol, annotate, slice, holdAs: number });
    const pauses = new Pauses(this.before);
    this.before = [];
    return { number, builder, requested, load, pauses, built: 0 };
  }

  private build({ builder }: Order): Draft {
    for (;;) {
      const draft = builder.proceed();
      if (draft !== undefined) return draft;
    }
  }

  /** The program goes on; it has stood still since `began`. */
  private paused(order: Order, began: Clocks): void {
    const now = this.engine.moment();
    this.lastPause = now.wall;
    const pause = clocksSince(began, now);
    order.pauses.add(pause);
    this.pauses += pause.wall;
    const { protoId } = order.builder.request;
    // When another process has the core meanwhile, that says nothing of the function.
    this.pausesByProto.set(protoId, this.pausesFor(protoId) + pause.cpu);
  }

  /** @param began when the program began to stand still this time */
  private compileNow(order: Order, draft: Draft, began: Clocks): Unit {
    return this.register(order, draft, this.add(draft), began);
  }

  private register(order: Order, draft: Draft, { added, valuesOnStack, background }: Made, began: Clocks): Unit {
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
      failureLimit(options.failureLimit, added.irInstructionsBefore),
    );
    const end = performance.now();
    this.paused(order, began);
    const { load, requested } = order;
    const { timings } = added;
    const phases = {
      build: draft.build,
      write: draft.write,
      ...(load !== undefined && { load }),
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
      ...order.pauses.report(),
      latency: time - requested,
      ...(background && { background: { began: background.began - end + time, ended: background.ended - end + time } }),
      ...(valuesOnStack && { valuesOnStack }),
      irInstructions: added.irInstructionsBefore,
      bytecodes: proto.code.length + this.inlinedBytecodes(compiled),
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
      requested,
      valid: true,
      ...(record && { record }),
    };
  }

  private inlinedBytecodes({ inlined }: CompiledUnit): number {
    return inlined.reduce((sum, id) => sum + this.engine.proto(id).code.length, 0);
  }

  private place({ protoId, pc }: UnitRequest): { function: string; unit: "function" | "loop"; pc: number; line: number } {
    const proto = this.engine.proto(protoId);
    return { function: proto.name, unit: pc < 0 ? "function" : "loop", pc, line: lineOf(proto, pc) };
  }

  /** At once; after an error once more, if that is what keeping the values on the stack avoids. */
  private add({ ir }: Draft, more: YugongLlvm.CompileOptions = {}): Made {
    try {
      return { added: this.llvmSession.add(ir, { ...this.options(false), ...more }), valuesOnStack: false };
    } catch (error) {
      if (!needsStack(error)) throw error;
      return { added: this.llvmSession.add(ir, { ...this.options(true), ...more }), valuesOnStack: true };
    }
  }

  private options(valuesOnStack: boolean): YugongLlvm.CompileOptions {
    return { pipeline: PIPELINE, codegenLevel: 1, valuesInRegisters: !valuesOnStack, ...(this.engine.options.onCode && recordOptions) };
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
