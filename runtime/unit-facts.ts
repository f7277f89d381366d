// SPDX-License-Identifier: MIT
/**
 * What the optimizer asks about the running program for one unit, answered by the engine: see OptimizerContext.
 *
 * It asks in slices, between which the program goes on. What it has been told of may be garbage by then, so the collector keeps that until the unit is
 * registered, or dropped; and what it has assumed may have ended, which `holds` tells.
 */
import type { Layout } from "../jit/layout.js";
import type { CalledCode, Callee, Handler, MetatableChange, OptimizerContext, ProtoInfo } from "../jit/optimizer/context.js";
import type { FieldLoad, FieldStore } from "../jit/semantics/fields.js";
import type { EngineFacts } from "./optimizer-facts.js";
import type { EngineContext } from "./tiering-policy.js";

export class UnitFacts implements OptimizerContext {
  readonly layout: Layout;
  readonly isSliceOver?: () => boolean;
  private readonly infos = new Map<number, ProtoInfo>();
  private isDry = true;
  /** What the walk under way assumes. */
  private readonly assumed = new Set<number>();
  /** Values that the optimizer has been told of, and those that the collector knows of already. */
  private readonly told = new Set<bigint>();
  private readonly held = new Set<bigint>();

  /** @param isSliceOver undefined when all is done in one slice */
  constructor(
    private readonly engine: EngineContext,
    private readonly shared: EngineFacts,
    isSliceOver?: () => boolean,
  ) {
    this.layout = shared.layout;
    if (isSliceOver !== undefined) this.isSliceOver = isSliceOver;
  }

  // ---- between slices

  beginWalk(isDry: boolean): void {
    this.isDry = isDry;
    this.assumed.clear();
  }

  get assumptions(): Uint32Array {
    return Uint32Array.from(this.assumed);
  }

  /** Whether what the code will rely on, as far as it is known, is still so. */
  get holds(): boolean {
    return this.isDry || this.assumed.size === 0 || this.engine.native.assumptionsHold(this.assumptions);
  }

  /** The program goes on: the collector keeps what is known here, under this number. */
  hold(number: number): void {
    if (this.told.size === 0) return;
    this.engine.native.hold(number, BigUint64Array.from(this.told));
    for (const value of this.told) this.held.add(value);
    this.told.clear();
  }

  private tell<Word extends bigint | undefined>(value: Word): Word {
    if (value !== undefined && !this.held.has(value)) this.told.add(value);
    return value;
  }

  // ---- OptimizerContext

  get countsGuards(): boolean {
    return this.engine.options.countGuards === true;
  }

  get inlineDepth(): number | undefined {
    return this.engine.options.inlineDepth;
  }

  get countsCalls(): boolean {
    return this.engine.options.countCalls === true;
  }

  get recordsSwitches(): boolean {
    return this.engine.options.recordSwitches === true;
  }

  givenUp(protoId: number, pc: number): boolean {
    return this.shared.givenUp(protoId, pc);
  }

  newCsid(): number {
    return this.shared.newCsid();
  }

  string(text: string): bigint {
    return this.tell(this.engine.native.internString(Buffer.from(text)));
  }

  constantGlobal(cell: bigint): bigint | undefined {
    const known = this.engine.native.assumeGlobal(cell);
    if (known === undefined) return undefined;
    this.assumed.add(known.assumption);
    return this.tell(known.value);
  }

  assume(assumption: bigint): void {
    this.assumed.add(this.engine.native.assume(assumption));
  }

  protoAddress(id: number): bigint {
    return this.shared.proto(id).address;
  }

  callee(value: bigint): Callee | undefined {
    if (value === 0n) return undefined;
    const info = this.engine.native.describe(value);
    if (info.proto !== undefined) return { kind: "proto", proto: info.proto };
    return info.builtin === undefined ? undefined : { kind: "builtin", name: info.builtin, code: info.code as bigint };
  }

  calledCode(protoId: number, pc: number): readonly CalledCode[] {
    return this.engine.native.calledCode(protoId, pc).map((called) => ({
      address: called.code,
      callee: "proto" in called ? { kind: "proto", proto: called.proto } : { kind: "builtin", name: called.builtin, code: called.code },
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
        return { kind, shape, value: this.tell(value), assumption };
      case "variable":
        // The engine keeps what others inherit from.
        return { kind, shape, slot, holder, assumption };
      default:
        return undefined;
    }
  }

  fieldStore(shape: bigint, key: bigint): FieldStore | undefined {
    const { kind, slot, next, assumption: word, isBroken, watched, keepsNil } = this.engine.native.fieldStore(shape, key);
    const assumption = word === 0n ? undefined : isBroken ? 0n : word;
    if (kind === "slot") return { kind, shape, slot, assumption };
    return kind === "add" ? { kind, shape, slot, next, assumption, keepsNil, ...(watched === "" ? {} : { watched }) } : undefined;
  }

  metatableChange(shape: bigint, metatable: bigint): MetatableChange | undefined {
    return this.engine.native.metatableChange(shape, metatable);
  }

  metatableChangeByIndex(shape: bigint, metatable: bigint, index: bigint): MetatableChange | undefined {
    return this.engine.native.metatableChange(shape, metatable, index);
  }

  handler(metatable: bigint, event: string): Handler | undefined {
    const found = this.engine.native.handler(metatable, this.string(event));
    this.tell(found?.handler);
    return found;
  }

  metatable(table: bigint): bigint | undefined {
    return this.tell(this.engine.native.metatable(table));
  }

  capture(closure: bigint, index: number): bigint | undefined {
    return this.tell(this.engine.native.capture(closure, index));
  }

  /** The only closure that there has been of a function, boxed. */
  onlyClosure(protoId: number): bigint | undefined {
    return this.tell(this.engine.native.onlyClosure(protoId));
  }

  iterator(of: "ipairs" | "pairs"): bigint {
    return this.engine.native.iterators()[of];
  }

  get emptyShape(): bigint {
    return this.engine.native.emptyShape();
  }

  get characters(): bigint {
    return this.engine.native.characters();
  }

  get stringShape(): bigint {
    return this.engine.native.stringShape();
  }

  proto(id: number): ProtoInfo {
    let info = this.infos.get(id);
    if (info === undefined) {
      const shared = this.shared.proto(id);
      info = {
        ...shared,
        feedback: (pc) => {
          const feedback = shared.feedback(pc);
          this.tell(feedback.reference);
          return feedback;
        },
      };
      this.infos.set(id, info);
    }
    return info;
  }
}
