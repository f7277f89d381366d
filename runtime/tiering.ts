// SPDX-License-Identifier: MIT
/**
 * The tiering policy: what is compiled when, and what is not speculated on again.
 *
 * - A function whose entries and back-edges use up its hotness is compiled: whole when an entry did it, from the loop header on when a
 *   back-edge did it (the running frame then moves into that code: OSR entry).
 * - A loop over a coroutine that the function itself makes is better off in the function's code, which may do without the coroutine. So
 *   when such a loop has been entered some times, the function is compiled, too.
 * - A guard that fails `failureLimit` times, in a big unit more often, takes its code out of use. The interpreter has by then noted what was
 *   new, so that the next code is more general.
 * - A loop whose frame no longer suits its code (another type in a register) is compiled anew at the next back-edge, for what was and what is.
 * - Functions that call each other get hot together. What the code of one has inlined is compiled for itself only if it gets hot once more.
 * - LLVM works on a thread of its own while the interpreter goes on (unit-compiler.ts), and what it has finished is installed when next
 *   something is hot. Tests and stress modes compile at once, so that each run is like the other.
 * - The program stands still for compiling for no more than a share of the time (`compileShare`), and for the code of a function for no more than that
 *   share of the time that the function has run (hot-times.ts): what has run for some time will probably run for as long again. What gets hot before it is
 *   worth its code waits, interpreted. A function that runs a thousand times for a microsecond each is not worth a compile. What has run for
 *   longest, compared with what its code will cost, comes first.
 * - While a function is compiled from one of its loops on, its other loops wait: that code has them, too.
 * - The first time that one of a function's guards costs code because of a type that is new, the program may have entered another phase: the
 *   functions forget what they have seen (runtime/feedback-aging.ts).
 * - What is too large for LLVM stays with the interpreter.
 * - An instruction whose guards cost code twice more, each time code that knew of the loss before, is compiled without speculation from then
 *   on. A unit that was compiled `mostCompiles` times stays with the interpreter.
 */
import type { CompiledUnit, Site } from "../jit/optimizer/context.js";
import type { CodeRecord } from "./code-record.js";
import type { GiveUpEvent } from "./events.js";
import { isPhaseChange } from "./feedback-aging.js";
import { HotTimes } from "./hot-times.js";
import { EngineFacts } from "./optimizer-facts.js";
import type { Clocks } from "./pauses.js";
import {
  type EngineContext,
  type InvalidatedUnit,
  roundsBetweenSlices,
  type SiteDescription,
  type TieringPolicy,
} from "./tiering-policy.js";
import type { UnitRequest } from "./unit-builder.js";
import { CannotCompile, lineOf, type Outcome, type Unit, UnitCompiler } from "./unit-compiler.js";

/** A hotness that is never used up. */
const never = 0x7fffffff;
const mostCompiles = 12;
/** So many units are compiled, or wait for that, at most: what gets hot meanwhile and still is later comes before what was hot once. */
const mostUnderWay = 4;
/** How often a function looks for the code that is being made, in the time that it takes to get hot. */
const looksPerThreshold = 4;
/**
 * Between two slices of the compiler's work, the program goes on for about so many milliseconds, unless that is more rounds than roundsBetweenSlices: much
 * less than for a slice, because it goes on in the slow tier until there is code.
 */
const betweenSlices = 0.15;
/** For how many thresholds something hot waits at most that cannot be afforded yet. */
const postponed = 8;
/** For how many thresholds something hot waits before it is asked again whether LLVM is loaded, which takes some milliseconds. */
const whileLoading = 4;
/** A function that had better be compiled whole than from a loop on has to get hot for a fraction of the usual time. */
const sooner = 32;
/** Lost code at one instruction before it is compiled without speculation. */
const mostLosses = 2;
/** So much discarded code is kept before stacks are searched for frames of it. */
const leastReclaimed = 16;

interface Frames {
  readonly suspended: number;
  readonly waiting: number;
}

export function createTiering(context: EngineContext, pauses: readonly Clocks[]): TieringPolicy {
  return new Tiering(context, pauses);
}

class Tiering implements TieringPolicy {
  private readonly facts: EngineFacts;
  /** After so many rounds of something hot the compiler goes on. */
  private roundsBetweenSlices: number;
  private readonly mostRoundsBetweenSlices: number;
  private readonly compiler: UnitCompiler;
  private readonly sites = new Map<number, { site: Site; unit: Unit }>();
  /** By function and loop header, the code in use. */
  private readonly units = new Map<string, Unit>();
  /** All code that has not been freed. */
  private readonly byCode = new Map<number, Unit>();
  /** What is being compiled in the background: by function, where the code begins. */
  private readonly awaited = new Map<number, Set<number>>();
  /** Of functions that could not be afforded when they were hot: for how many thresholds they wait the next time. */
  private readonly postponements = new Map<number, number>();
  private readonly hotTimes = new HotTimes();
  /** Functions that have become a part of other code since they were hot the last time. */
  private readonly inlined = new Set<number>();
  private discarded = 0;
  private reclaimAt = leastReclaimed;
  private readonly compiles = new Map<string, number>();
  /** What LLVM cannot compile. */
  private readonly hopeless = new Set<string>();
  /** For which types loops had code that was given up because another frame came along, and that frame's types. */
  private readonly outgrown = new Map<string, Uint8Array>();
  /** What has lost its code is interpreted for so long, for what is new to be seen. */
  private readonly hotAfterLoss: number;
  /** By instruction, how often it has cost code that knew what the last loss had taught, and when that was. */
  private readonly losses = new Map<string, { count: number; time: number }>();
  /** Functions that have forgotten, and when. */
  private readonly phaseChanges = new Map<number, number>();
  /** The compiler's pauses that do not count: the first unit's, which pays for loading LLVM. Most programs that are hot have one that is worth it. */
  private freePauses: number | undefined;

  constructor(
    private readonly engine: EngineContext,
    pauses: readonly Clocks[],
  ) {
    const givenUp = (protoId: number, pc: number): boolean => (this.losses.get(unitKey(protoId, pc))?.count ?? 0) >= mostLosses;
    this.facts = new EngineFacts(engine, givenUp);
    this.mostRoundsBetweenSlices = roundsBetweenSlices(engine.options.hotThreshold);
    this.roundsBetweenSlices = this.mostRoundsBetweenSlices;
    this.compiler = new UnitCompiler(engine, this.facts, pauses);
    this.hotAfterLoss = Math.ceil(engine.options.hotThreshold / 8);
  }

  // ---- the engine asks

  onHot(protoId: number, pc: number, types: Uint8Array): bigint {
    this.hotTimes.add(protoId, this.engine.now());
    const entry = this.serve(protoId, pc, types);
    this.hotTimes.goOn(this.engine.now());
    return entry;
  }

  private serve(protoId: number, pc: number, types: Uint8Array): bigint {
    this.reclaim();
    this.pace();
    const outcome = this.compiler.proceed();
    if (outcome !== undefined) this.finish(outcome);
    const key = unitKey(protoId, pc);
    if (this.isAwaited(protoId, pc)) return this.awaitCode(protoId);
    // Another of the function's loops may have code yet.
    if (this.hopeless.has(key)) return this.waitFor(protoId, postponed);
    const known = this.units.get(key);
    if (known?.valid === true) {
      if (pc < 0 || fits(known, types)) return this.enter(known);
      return this.delay(protoId) ?? this.outgrow(known, types);
    }
    if (this.engine.options.inBackground && !this.engine.preloadLlvmAddon()) return this.awaitCode(protoId, whileLoading);
    if (this.mayHaveBeenInlined(protoId)) return this.waitFor(protoId, 1);
    const delayed = this.delay(protoId);
    if (delayed !== undefined) return delayed;
    const compiles = (this.compiles.get(key) ?? 0) + 1;
    this.compiles.set(key, compiles);
    if (compiles > mostCompiles) {
      if (compiles === mostCompiles + 1) this.giveUp(protoId, pc, `compiled ${mostCompiles} times`);
      this.engine.native.setHotness(protoId, never);
      return 0n;
    }
    const before = this.outgrown.get(key);
    return this.request({ protoId, pc, types: before === undefined ? types.slice() : joined(types, before) });
  }

  /** A loop waits for what is being compiled of its function, too: from another of its loops on, code has all that a frame may come to. */
  private isAwaited(protoId: number, pc: number): boolean {
    const awaited = this.awaited.get(protoId);
    return awaited !== undefined && (awaited.has(pc) || (pc >= 0 && awaited.size > 0));
  }

  /**
   * Functions that call each other get hot together, and the first one's code has the others inlined: who still calls them is seen when they are
   * hot once more.
   */
  private mayHaveBeenInlined(protoId: number): boolean {
    return this.inlined.delete(protoId) || this.compiler.inlines(protoId);
  }

  /**
   * What waits at the loop's header would fail the first guard. What is compiled next, when more of it has been seen, is for both, whichever asks for it: a
   * loop may begin with other types than it goes on with.
   */
  private outgrow(unit: Unit, types: Uint8Array): bigint {
    const { protoId, pc } = unit.compiled;
    this.outgrown.set(unitKey(protoId, pc), joined(unit.types, types));
    this.discard(unit, "loop type");
    this.engine.native.setHotness(protoId, this.hotAfterLoss);
    return 0n;
  }

  private request(request: UnitRequest): bigint {
    this.postponements.delete(request.protoId);
    if (this.engine.options.inBackground || this.engine.options.sliceInstructions !== undefined) {
      this.compiler.start(request);
      this.awaited.set(request.protoId, (this.awaited.get(request.protoId) ?? new Set()).add(request.pc));
      return this.awaitCode(request.protoId);
    }
    const unit = this.compileNow(request);
    this.freePauses ??= this.compiler.pauses;
    if (unit === undefined) return this.waitFor(request.protoId, postponed);
    this.install(unit);
    return this.enter(unit);
  }

  private compileNow(request: UnitRequest): Unit | undefined {
    try {
      return this.compiler.compile(request);
    } catch (error) {
      if (!(error instanceof CannotCompile)) throw error;
      this.giveUp(request.protoId, request.pc, error.message);
      this.hopeless.add(unitKey(request.protoId, request.pc));
      return undefined;
    }
  }

  /** The function goes on in the interpreter, which looks for its code from time to time, and asks again when it has been hot elsewhere for long. */
  private awaitCode(protoId: number, thresholds = postponed): bigint {
    const { hotThreshold } = this.engine.options;
    // Whatever is hot lets the compiler go on.
    if (this.compiler.canProceed) this.engine.native.setHotness(protoId, this.roundsBetweenSlices);
    else this.engine.native.awaitCode(protoId, Math.ceil(hotThreshold / looksPerThreshold), thresholds * looksPerThreshold);
    return 0n;
  }

  /** From how long it took until something was hot again: how many rounds there are to be from now on. */
  private pace(): void {
    if (!this.compiler.canProceed || !this.engine.options.inBackground) return;
    const rounds = Math.floor((this.roundsBetweenSlices * betweenSlices) / this.compiler.sincePause);
    this.roundsBetweenSlices = Math.max(1, Math.min(rounds, this.mostRoundsBetweenSlices));
  }

  /** What the compiler has finished is used from here on. */
  private finish({ request, unit, refused, isFinal, ...rest }: Outcome): void {
    this.awaited.get(request.protoId)?.delete(request.pc);
    if (unit !== undefined) this.install(unit);
    else {
      this.giveUp(request.protoId, request.pc, refused, rest);
      if (isFinal) this.hopeless.add(unitKey(request.protoId, request.pc));
    }
    // Those that wait at the loop's header have looked for it so far, and go on looking.
    const looks = Math.ceil(this.engine.options.hotThreshold / looksPerThreshold);
    this.engine.native.setHotness(request.protoId, unit === undefined ? looks : Math.min(looks, this.hotnessWith(unit)));
  }

  /** How hot a function has to get that has this code until it is asked again what it needs. */
  private hotnessWith({ compiled }: Unit): number {
    const { hotThreshold } = this.engine.options;
    return compiled.isBetterWhole ? Math.ceil(hotThreshold / sooner) : hotThreshold;
  }

  private install(unit: Unit): void {
    const { protoId, pc, sites, inlined } = unit.compiled;
    this.byCode.set(unit.code, unit);
    for (const site of sites) this.sites.set(site.csid, { site, unit });
    this.units.set(unitKey(protoId, pc), unit);
    for (const id of inlined) this.inlined.add(id);
    if (pc < 0) this.engine.native.installEntry(protoId, unit.address);
    else this.engine.native.installLoopEntry(protoId, pc, unit.address);
  }

  /** The frame that asks goes on in this code, if it is a loop's. */
  private enter(unit: Unit): bigint {
    const { protoId, pc } = unit.compiled;
    if (pc >= 0) this.engine.native.installLoopEntry(protoId, pc, unit.address);
    this.engine.native.setHotness(protoId, this.hotnessWith(unit));
    return pc < 0 ? 0n : unit.address;
  }

  /**
   * Whether the share allows another unit. In the background its pause can be foreseen: bigger functions need to run for longer, and what is worth
   * more comes first. Otherwise it cannot, and the first unit is free.
   */
  private canAfford(protoId: number): boolean {
    const { compiler } = this;
    const { compileShare, inBackground } = this.engine.options;
    if (compiler.underWay >= mostUnderWay) return false;
    const allowed = compileShare * this.engine.now();
    if (!inBackground) return this.freePauses === undefined || compiler.pauses - this.freePauses < allowed;
    if (compiler.pauses + compiler.expectedPause(protoId) >= allowed) return false;
    return this.worth(protoId) >= 1 / compileShare && !this.isOutdone(protoId);
  }

  /** How many times as long as the program has waited for its code, and will, a function has run. */
  private worth(protoId: number): number {
    return this.hotTimes.of(protoId) / (this.compiler.pausesFor(protoId) + this.compiler.expectedPause(protoId));
  }

  /** Whether something that has been postponed is worth more: what the compiler spends on this, that would have to wait for. */
  private isOutdone(protoId: number): boolean {
    const worth = this.worth(protoId);
    const now = this.engine.now();
    return [...this.postponements.keys()].some((id) => id !== protoId && this.hotTimes.isRecent(id, now) && this.worth(id) > worth);
  }

  /** Undefined if a unit may be started now. */
  private delay(protoId: number): bigint | undefined {
    if (this.compiler.isBuilding) return this.awaitCode(protoId);
    return this.canAfford(protoId) ? undefined : this.postpone(protoId);
  }

  /**
   * Ask again when it has been hot once more, then after twice as long, and so on: a function that uses up its hotness in a second, not in
   * a millisecond, must not wait for many of them.
   */
  private postpone(protoId: number): bigint {
    const thresholds = this.postponements.get(protoId) ?? 1;
    this.postponements.set(protoId, Math.min(2 * thresholds, postponed));
    return this.waitFor(protoId, thresholds);
  }

  private waitFor(protoId: number, thresholds: number): bigint {
    this.engine.native.setHotness(protoId, thresholds * this.engine.options.hotThreshold);
    return 0n;
  }

  onDeopt(csid: number, _count: number): void {
    const found = this.sites.get(csid);
    if (found === undefined || !found.unit.valid) return;
    const { site, unit } = found;
    this.discard(unit, site.reason);
    this.engine.native.setHotness(unit.compiled.protoId, this.hotAfterLoss);
    const now = this.engine.now();
    const changed = this.phaseChanges.get(site.protoId);
    if (changed === undefined && isPhaseChange(site.reason, this.engine.proto(site.protoId).code[site.pc]?.op)) {
      this.phaseChanges.set(site.protoId, now);
      return this.forgetTypes(unit.compiled, site);
    }
    const key = unitKey(site.protoId, site.pc);
    const { count, time } = this.losses.get(key) ?? { count: 0, time: changed ?? 0 };
    // Several units may have the instruction inlined. Those that were made before the last loss say nothing new.
    if (unit.requested < time) return;
    this.losses.set(key, { count: count + 1, time: now });
    if (count + 1 === mostLosses) this.giveUp(site.protoId, site.pc, site.reason);
  }

  private forgetTypes({ protoId, inlined }: CompiledUnit, site: Site): void {
    for (const id of new Set([protoId, ...inlined])) this.facts.feedback(id).forget();
    this.facts.feedback(site.protoId).forgetInstruction(site.pc);
  }

  onInvalidate(code: number, frames: Frames, reason: string): void {
    const unit = this.byCode.get(code);
    if (unit === undefined) return;
    this.forget(unit, frames, reason);
    this.engine.native.setHotness(unit.compiled.protoId, this.hotAfterLoss);
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
    if (unit.record !== undefined) unit.record.discarded = reason;
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
  }

  /**
   * Free the discarded code that nothing runs in, if that may be much: the next time is when there is twice as much as is left now. Not while
   * code is being discarded: of all code that an assumption ends for, none is valid any more when the first is told of.
   */
  private reclaim(): void {
    if (this.discarded < this.reclaimAt) return;
    const before = this.discarded;
    for (const code of this.engine.native.reclaimCode()) {
      const unit = this.byCode.get(code) as Unit;
      this.byCode.delete(code);
      for (const { csid } of unit.compiled.sites) this.sites.delete(csid);
      this.compiler.remove(unit);
      this.discarded--;
    }
    this.reclaimAt = Math.max(leastReclaimed, 2 * this.discarded);
    const freed = before - this.discarded;
    this.engine.emit({ kind: "free", time: this.engine.now(), freed, kept: this.discarded, bytes: this.compiler.usedBytes() });
  }

  preview(protoId: number, pc: number): CodeRecord | undefined {
    return this.compiler.preview({ protoId, pc, types: new Uint8Array() });
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

  private giveUp(protoId: number, pc: number, reason: string, more: Pick<GiveUpEvent, "pauses" | "cpuPauses"> = {}): void {
    const proto = this.engine.proto(protoId);
    this.engine.emit({ kind: "give-up", time: this.engine.now(), function: proto.name, line: lineOf(proto, pc), reason, ...more });
  }
}

/** Whether a frame with these types gets past the guards before the loop. */
const fits = (unit: Unit, types: Uint8Array): boolean =>
  unit.compiled.entryTypes.every(([register, accepted]) => ((types[register] ?? 0) & ~accepted) === 0);

/** Of two frames of one loop. */
const joined = (types: Uint8Array, others: Uint8Array): Uint8Array => types.map((type, register) => type | (others[register] ?? 0));

const unitKey = (protoId: number, pc: number): string => `${protoId}:${pc}`;
