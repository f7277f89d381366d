// SPDX-License-Identifier: MIT
/**
 * The tiering policy: what is compiled when, and what is not speculated on again.
 *
 * - A function whose entries and back-edges use up its hotness is compiled: whole when an entry did it, from the loop header on when a
 *   back-edge did it (the running frame then moves into that code: OSR entry).
 * - A guard that fails `failureLimit` times takes its code out of use. The interpreter has by then noted what was new, so that the
 *   next code is more general.
 * - A loop whose frame no longer suits its code (another type in a register, a way that had never been taken) is compiled anew at the
 *   next back-edge, for what was and what is.
 * - Compiling takes no more than its share of the time (`compileShare`): what gets hot beyond that waits, interpreted. A function that runs
 *   a thousand times for a microsecond each is not worth 20 ms, and nobody knows yet how often it will run; so a program pays at most
 *   so much for code that turns out not to be worth it.
 * - The first time that an instruction's guard costs code because of a type that is new, the program may have entered another phase: the
 *   functions forget what they have seen (runtime/feedback-aging.ts).
 * - An instruction whose guards cost code twice more is compiled without speculation from then on. A unit that was compiled
 *   `mostCompiles` times stays with the interpreter.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Layout } from "../jit/layout.js";
import { compileUnit } from "../jit/optimizer/compile.js";
import type {
  CalledCode,
  Callee,
  CompiledUnit,
  Handler,
  MetatableChange,
  OptimizerContext,
  ProtoInfo,
  Site,
} from "../jit/optimizer/context.js";
import type { FieldLoad, FieldStore } from "../jit/semantics/fields.js";
import { checkTypeBits } from "../jit/semantics/values.js";
import type { Proto } from "../lang/bytecode.js";
import type * as YugongLlvm from "../native/yugong-llvm/yugong-llvm.js";
import { isPhaseChange, ProtoFeedback } from "./feedback-aging.js";
import type { EngineContext, InvalidatedUnit, SiteDescription, TieringPolicy } from "./tiering-policy.js";

/** A hotness that is never used up. */
const never = 0x7fffffff;
const mostCompiles = 12;
/** For how many thresholds something hot waits that cannot be afforded yet. */
const postponed = 8;
/** Lost code at one instruction before it is compiled without speculation. */
const mostLosses = 2;
/** So much discarded code is kept before stacks are searched for frames of it. */
const leastReclaimed = 16;

interface Frames {
  readonly suspended: number;
  readonly waiting: number;
}

/**
 * Instead of LLVM's -O2, which spends most of its time on what this code has none of (calls to inline, loops to vectorize, globals): a
 * fifth of the time in passes, two thirds in all, and code that is smaller and at least as fast over programs/. Promote, fold, remove
 * redundant loads and type tests (by TBAA), move what is invariant out of loops, fold again.
 */
const PIPELINE = "function(sroa,early-cse<memssa>,instcombine,simplifycfg,gvn,loop-mssa(licm),instcombine,simplifycfg)";

let scratchFolder: string | undefined;
let scratchFiles = 0;

/**
 * A new name: bitcode travels through a file, in memory where the system has a file system for that. All engines of a thread share the folder,
 * so that a thread that makes many has one to remove.
 */
function scratchFile(): string {
  if (scratchFolder === undefined) {
    const folder = mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "yugong-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    scratchFolder = folder;
  }
  return join(scratchFolder, `${scratchFiles++}.bc`);
}

interface Unit {
  readonly compiled: CompiledUnit;
  readonly code: number;
  readonly address: bigint;
  /** The compiling session's name for it. */
  readonly resourceKey: number;
  /** For a loop, the types of the frame that it was compiled for. */
  readonly types: Uint8Array;
  valid: boolean;
}

export function createTiering(context: EngineContext): TieringPolicy {
  return new Tiering(context);
}

class Tiering implements TieringPolicy, OptimizerContext {
  readonly layout: Layout;
  private readonly infos = new Map<number, ProtoInfo>();
  private readonly feedbacks = new Map<number, ProtoFeedback>();
  private readonly sites = new Map<number, { site: Site; unit: Unit }>();
  /** By function and loop header, the code in use. */
  private readonly units = new Map<string, Unit>();
  /** All code that has not been freed. */
  private readonly byCode = new Map<number, Unit>();
  private discarded = 0;
  private reclaimAt = leastReclaimed;
  /** What the code that is being compiled relies on. */
  private readonly assumptions = new Set<number>();
  private readonly compiles = new Map<string, number>();
  private readonly losses = new Map<string, number>();
  /** Instructions that have made their functions forget. */
  private readonly phaseChanges = new Set<string>();
  private session: YugongLlvm.Session | undefined;
  private nextCsid: number;
  private symbols = 0;
  /** Milliseconds that compiling has taken, but for the first unit's. */
  private spent = 0;
  private isFirst = true;

  constructor(private readonly engine: EngineContext) {
    this.layout = new Layout(engine.layoutJson);
    checkTypeBits(this.layout);
    this.nextCsid = this.layout.csids.optimized;
  }

  // ---- the engine asks

  onHot(protoId: number, pc: number, types: Uint8Array): bigint {
    const key = unitKey(protoId, pc);
    const known = this.units.get(key);
    let wanted = types;
    if (known?.valid === true) {
      const outgrown = pc >= 0 && this.hasOutgrown(known);
      if (pc < 0 || (fits(known, types) && !outgrown)) {
        if (pc >= 0) this.engine.native.installLoopEntry(protoId, pc, known.address);
        this.engine.native.setHotness(protoId, this.engine.options.hotThreshold);
        return pc >= 0 ? known.address : 0n;
      }
      if (!this.canAfford()) return this.postpone(protoId);
      // What waits at the loop header would fail the first guard: compile for both.
      wanted = types.map((type, register) => type | (known.types[register] ?? 0));
      this.discard(known, outgrown ? "not seen yet" : "loop type");
    }
    if (!this.engine.claimCompiler()) {
      this.giveUp(protoId, pc, "another thread compiles");
      this.engine.native.setHotness(protoId, never);
      return 0n;
    }
    if (!this.canAfford()) return this.postpone(protoId);
    const compiles = (this.compiles.get(key) ?? 0) + 1;
    this.compiles.set(key, compiles);
    if (compiles > mostCompiles) {
      if (compiles === mostCompiles + 1) this.giveUp(protoId, pc, `compiled ${mostCompiles} times`);
      this.engine.native.setHotness(protoId, never);
      return 0n;
    }
    const unit = this.compile(protoId, pc, wanted);
    this.units.set(key, unit);
    if (pc < 0) this.engine.native.installEntry(protoId, unit.address);
    else this.engine.native.installLoopEntry(protoId, pc, unit.address);
    this.engine.native.setHotness(protoId, this.engine.options.hotThreshold);
    return pc < 0 ? 0n : unit.address;
  }

  private canAfford(): boolean {
    return this.isFirst || this.spent < this.engine.options.compileShare * this.engine.now();
  }

  /** Ask again later. */
  private postpone(protoId: number): bigint {
    this.engine.native.setHotness(protoId, postponed * this.engine.options.hotThreshold);
    return 0n;
  }

  onDeopt(csid: number, _count: number): void {
    const found = this.sites.get(csid);
    if (found === undefined || !found.unit.valid) return;
    const { site, unit } = found;
    this.discard(unit, site.reason);
    this.engine.native.setHotness(unit.compiled.protoId, Math.ceil(this.engine.options.hotThreshold / 8));
    const key = unitKey(site.protoId, site.pc);
    if (isPhaseChange(site.reason) && !this.phaseChanges.has(key)) {
      this.phaseChanges.add(key);
      this.forgetTypes(unit.compiled, site);
      return;
    }
    const losses = (this.losses.get(key) ?? 0) + 1;
    this.losses.set(key, losses);
    if (losses === mostLosses) this.giveUp(site.protoId, site.pc, site.reason);
  }

  private forgetTypes({ protoId, inlined }: CompiledUnit, site: Site): void {
    for (const id of new Set([protoId, ...inlined])) this.feedback(id).forget();
    this.feedback(site.protoId).forgetInstruction(site.pc);
  }

  /** Whether something that had never run when the code was made has run since. */
  private hasOutgrown({ compiled }: Unit): boolean {
    return compiled.sites.some(({ reason, protoId, pc }) => reason === "not seen yet" && this.proto(protoId).feedback(pc).bits !== 0);
  }

  onInvalidate(code: number, frames: Frames, reason: string): void {
    const unit = this.byCode.get(code);
    if (unit === undefined) return;
    this.forget(unit, frames, reason);
    this.engine.native.setHotness(unit.compiled.protoId, Math.ceil(this.engine.options.hotThreshold / 8));
  }

  invalidate(protoId: number, reason: string): InvalidatedUnit[] {
    const units = [...this.byCode.values()].filter(
      ({ valid, compiled }) => valid && (compiled.protoId === protoId || compiled.sites.some((site) => site.protoId === protoId)),
    );
    return units.map((unit) => {
      const { protoId: id, pc } = unit.compiled;
      const proto = this.engine.proto(id);
      this.engine.native.setHotness(id, this.engine.options.hotThreshold);
      return { function: proto.name, unit: pc < 0 ? "function" : "loop", line: lineOf(proto, pc), ...this.discard(unit, reason) };
    });
  }

  /** Take code out of use. */
  private discard(unit: Unit, reason: string): Frames {
    const frames = this.engine.native.invalidateCode(unit.code);
    this.forget(unit, frames, reason);
    return frames;
  }

  /** What follows from code being out of use. */
  private forget(unit: Unit, { suspended, waiting }: Frames, reason: string): void {
    const { protoId, pc } = unit.compiled;
    unit.valid = false;
    const key = unitKey(protoId, pc);
    if (this.units.get(key) === unit) this.units.delete(key);
    this.engine.emit({
      kind: "invalidate",
      time: this.engine.now(),
      function: this.engine.proto(protoId).name,
      unit: pc < 0 ? "function" : "loop",
      line: lineOf(this.engine.proto(protoId), pc),
      reason,
      suspended,
      waiting,
    });
    this.discarded++;
    if (this.discarded >= this.reclaimAt) this.reclaim();
  }

  /** Free the discarded code that nothing runs in. The next time is when there is twice as much as is left now. */
  private reclaim(): void {
    const before = this.discarded;
    for (const code of this.engine.native.reclaimCode()) {
      const unit = this.byCode.get(code) as Unit;
      this.byCode.delete(code);
      for (const { csid } of unit.compiled.sites) this.sites.delete(csid);
      this.llvmSession().remove(unit.resourceKey);
      this.discarded--;
    }
    this.reclaimAt = Math.max(leastReclaimed, 2 * this.discarded);
    const freed = before - this.discarded;
    this.engine.emit({ kind: "free", time: this.engine.now(), freed, kept: this.discarded, bytes: this.llvmSession().usedBytes() });
  }

  describeSite(csid: number): SiteDescription | undefined {
    const found = this.sites.get(csid);
    if (found === undefined) return undefined;
    const { site, unit } = found;
    const proto = this.engine.proto(site.protoId);
    return {
      unit: unit.compiled.symbol,
      function: proto.name,
      line: proto.lines[site.pc] ?? proto.line,
      column: proto.columns[site.pc] ?? 0,
      reason: site.reason,
      inlinedFrames: site.frames - 1,
    };
  }

  private giveUp(protoId: number, pc: number, reason: string): void {
    const proto = this.engine.proto(protoId);
    this.engine.emit({ kind: "give-up", time: this.engine.now(), function: proto.name, line: lineOf(proto, pc), reason });
  }

  // ---- compiling

  private compile(protoId: number, pc: number, types: Uint8Array): Unit {
    const { native } = this.engine;
    const proto = this.engine.proto(protoId);
    const start = performance.now();
    const closure = native.onlyClosure(protoId);
    const symbol = `f${protoId}_${this.symbols++}`;
    this.assumptions.clear();
    const { ir, unit: compiled } = compileUnit(this, {
      protoId,
      pc,
      symbol,
      ...(closure === undefined ? {} : { closure }),
      ...(pc < 0 ? {} : { types: types.map((type, register) => this.predicted(type, register)) }),
    });
    const built = performance.now();
    const bitcode = scratchFile();
    ir.write(bitcode);
    const session = this.llvmSession();
    const written = performance.now();
    const added = session.add(bitcode, this.addOptions());
    rmSync(bitcode);
    const linked = performance.now();
    const entry = added.functions.find((fn) => fn.name === symbol);
    if (entry === undefined) throw new Error(`LLVM lost the function ${symbol}`);
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
        assumptions: Uint32Array.from(this.assumptions),
        publish: this.engine.options.publish,
        symbol: publishedName(proto, pc),
      },
      this.engine.options.failureLimit,
    );
    const unit: Unit = { compiled, code, address: entry.address, resourceKey: added.resourceKey, types: types.slice(), valid: true };
    this.byCode.set(code, unit);
    for (const site of compiled.sites) this.sites.set(site.csid, { site, unit });
    const end = performance.now();
    // The first unit is free: it pays for loading LLVM, and most programs that are hot at all have one that is worth it.
    if (this.isFirst) this.isFirst = false;
    else this.spent += end - start;
    const { timings } = added;
    this.engine.emit({
      kind: "compile",
      time: this.engine.now(),
      function: proto.name,
      unit: pc < 0 ? "function" : "loop",
      pc,
      line: lineOf(proto, pc),
      milliseconds: end - start,
      phases: {
        build: built - start,
        write: written - built,
        parse: timings.parse / 1e6,
        fold: timings.fold / 1e6,
        passes: timings.passes / 1e6,
        codegen: timings.codegen / 1e6,
        link: timings.link / 1e6,
        register: end - linked,
      },
      irInstructions: added.irInstructionsBefore,
      codeBytes: added.codeSize,
      callSites: compiled.sites.length,
      stackmapBytes: added.stackmapSize,
      ehFrameBytes: added.ehFrameSize,
      frameStateBytes: compiled.frameStates.byteLength,
    });
    if (process.env.YUGONG_DUMP_IR !== undefined) dump(symbol, proto, pc, ir.print(), added);
    return unit;
  }

  private addOptions(): YugongLlvm.CompileOptions {
    const wanted = process.env.YUGONG_DUMP_IR !== undefined;
    return { pipeline: PIPELINE, codegenLevel: 2, irAfter: wanted, asm: wanted };
  }

  private llvmSession(): YugongLlvm.Session {
    if (this.session === undefined) {
      const addon = this.engine.loadLlvmAddon() as typeof YugongLlvm;
      const helpers = this.engine.native.helpers();
      const near = helpers.yl_deopt;
      this.session = new addon.Session(near === undefined ? {} : { near });
      this.session.define(helpers);
    }
    return this.session;
  }

  // ---- what the optimizer asks

  get countsGuards(): boolean {
    return this.engine.options.countGuards === true;
  }

  get countsCalls(): boolean {
    return this.engine.options.countCalls === true;
  }

  get inlineDepth(): number | undefined {
    return this.engine.options.inlineDepth;
  }

  constantGlobal(cell: bigint): bigint | undefined {
    const known = this.engine.native.assumeGlobal(cell);
    if (known === undefined) return undefined;
    this.assumptions.add(known.assumption);
    return known.value;
  }

  assume(assumption: bigint): void {
    this.assumptions.add(this.engine.native.assume(assumption));
  }

  newCsid(): number {
    return this.nextCsid++;
  }

  givenUp(protoId: number, pc: number): boolean {
    return (this.losses.get(unitKey(protoId, pc)) ?? 0) >= mostLosses;
  }

  protoAddress(id: number): bigint {
    return this.proto(id).address;
  }

  callee(value: bigint): Callee | undefined {
    if (value === 0n) return undefined;
    const info = this.engine.native.describe(value);
    if (info.proto !== undefined) return { kind: "proto", proto: info.proto };
    return info.builtin === undefined ? undefined : { kind: "builtin", name: info.builtin };
  }

  calledCode(protoId: number, pc: number): readonly CalledCode[] {
    return this.engine.native.calledCode(protoId, pc).map((called) => ({
      address: called.code,
      callee: "proto" in called ? { kind: "proto", proto: called.proto } : { kind: "builtin", name: called.builtin },
    }));
  }

  shapesSeen(protoId: number, pc: number): readonly bigint[] {
    return [...this.engine.native.shapesSeen(protoId, pc)];
  }

  fieldLoad(shape: bigint, key: bigint): FieldLoad | undefined {
    const { kind, slot, value, holder, assumption, isPlain } = this.engine.native.fieldLoad(shape, key);
    switch (kind) {
      case "slot":
        return assumption === 0n ? { kind, shape, slot, isPlain } : { kind, shape, slot, isPlain: true, assumption };
      case "constant":
        return { kind, shape, value, assumption };
      case "variable":
        return { kind, shape, slot, holder, assumption };
      default:
        return undefined;
    }
  }

  fieldStore(shape: bigint, key: bigint): FieldStore | undefined {
    const { kind, slot, next, assumption: word, isBroken, watched } = this.engine.native.fieldStore(shape, key);
    const assumption = word === 0n ? undefined : isBroken ? 0n : word;
    if (kind === "slot") return { kind, shape, slot, assumption };
    return kind === "add" ? { kind, shape, slot, next, assumption, ...(watched === "" ? {} : { watched }) } : undefined;
  }

  metatableChange(shape: bigint, metatable: bigint): MetatableChange | undefined {
    return this.engine.native.metatableChange(shape, metatable);
  }

  metatableChangeByIndex(shape: bigint, metatable: bigint, index: bigint): MetatableChange | undefined {
    return this.engine.native.metatableChange(shape, metatable, index);
  }

  handler(metatable: bigint, event: string): Handler | undefined {
    return this.engine.native.handler(metatable, this.engine.native.internString(Buffer.from(event)));
  }

  capture(closure: bigint, index: number): bigint | undefined {
    return this.engine.native.capture(closure, index);
  }

  get emptyShape(): bigint {
    return this.engine.native.emptyShape();
  }

  proto(id: number): ProtoInfo {
    let info = this.infos.get(id);
    if (info === undefined) {
      info = this.protoInfo(id);
      this.infos.set(id, info);
    }
    return info;
  }

  private feedback(id: number): ProtoFeedback {
    let feedback = this.feedbacks.get(id);
    if (feedback === undefined) {
      const { feedback: words, parameterFeedback } = this.engine.native.addresses(id);
      feedback = new ProtoFeedback(words, this.layout.size("Feedback") / 4, parameterFeedback);
      this.feedbacks.set(id, feedback);
    }
    return feedback;
  }

  /** A type that was seen; under stress, one that probably was not. */
  private predicted(seen: number, index: number): number {
    const { mispredict } = this.engine.options;
    return mispredict === undefined ? seen : 1 << ((mispredict + 3 * index) % 8);
  }

  private protoInfo(id: number): ProtoInfo {
    const proto = this.engine.proto(id);
    const native = this.engine.native.addresses(id);
    const feedback = this.feedback(id);
    return {
      id,
      proto,
      address: native.proto,
      constants: [...native.constantValues],
      globals: [...native.globalCells],
      protos: proto.protos.map((nested) => this.engine.protoId(nested)),
      feedback: (pc) => feedback.at(pc),
      parameterTypes: (index) => this.predicted(feedback.parameter(index), index),
    };
  }
}

/** Whether a frame with these types gets past the guards before the loop. */
const fits = (unit: Unit, types: Uint8Array): boolean =>
  unit.compiled.entryTypes.every(([register, accepted]) => ((types[register] ?? 0) & ~accepted) === 0);

const unitKey = (protoId: number, pc: number): string => `${protoId}:${pc}`;

const lineOf = (proto: Proto, pc: number): number => (pc < 0 ? proto.line : (proto.lines[pc] ?? proto.line));

/** What debuggers and profilers call code: `total@sum.lua:3`, or `total@sum.lua:6/loop`. */
const publishedName = (proto: Proto, pc: number): string => `${proto.name}@${proto.source}:${lineOf(proto, pc)}${pc < 0 ? "" : "/loop"}`;

/** For developers of the optimizer: YUGONG_DUMP_IR=1 prints each unit's IR before and after the passes, and its assembly. */
function dump(symbol: string, proto: Proto, pc: number, before: string, after: YugongLlvm.AddedModule): void {
  process.stderr.write(
    `; ${symbol}: ${proto.name}${pc < 0 ? "" : `, loop at ${pc}`}\n${before}\n; ---- after\n${after.irAfter}\n${after.asm}\n`,
  );
}
