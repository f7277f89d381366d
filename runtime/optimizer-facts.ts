// SPDX-License-Identifier: MIT
/** What the optimizer asks about the running program, answered by the engine: see OptimizerContext. */
import { Layout } from "../jit/layout.js";
import type { CalledCode, Callee, Handler, MetatableChange, OptimizerContext, ProtoInfo } from "../jit/optimizer/context.js";
import type { FieldLoad, FieldStore } from "../jit/semantics/fields.js";
import { checkTypeBits } from "../jit/semantics/values.js";
import { ProtoFeedback } from "./feedback-aging.js";
import type { EngineContext } from "./tiering-policy.js";

export class EngineFacts implements OptimizerContext {
  readonly layout: Layout;
  private readonly infos = new Map<number, ProtoInfo>();
  private readonly feedbacks = new Map<number, ProtoFeedback>();
  /** What the code that is being compiled relies on. */
  private readonly assumptions = new Set<number>();
  private nextCsid: number;

  /** @param givenUp whether an instruction's speculation has failed too often */
  constructor(
    private readonly engine: EngineContext,
    readonly givenUp: (protoId: number, pc: number) => boolean,
  ) {
    this.layout = new Layout(engine.layoutJson);
    checkTypeBits(this.layout);
    this.nextCsid = this.layout.csids.optimized;
  }

  /** The assumptions made since the last time. */
  takeAssumptions(): Uint32Array {
    const taken = Uint32Array.from(this.assumptions);
    this.assumptions.clear();
    return taken;
  }

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

  string(text: string): bigint {
    return this.engine.native.internString(Buffer.from(text));
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

  protoAddress(id: number): bigint {
    return this.proto(id).address;
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
        return { kind, shape, value, assumption };
      case "variable":
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
    return this.engine.native.handler(metatable, this.string(event));
  }

  capture(closure: bigint, index: number): bigint | undefined {
    return this.engine.native.capture(closure, index);
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
      info = this.protoInfo(id);
      this.infos.set(id, info);
    }
    return info;
  }

  feedback(id: number): ProtoFeedback {
    let feedback = this.feedbacks.get(id);
    if (feedback === undefined) {
      const { feedback: words, parameterFeedback } = this.engine.native.addresses(id);
      feedback = new ProtoFeedback(words, this.layout.size("Feedback") / 4, parameterFeedback);
      this.feedbacks.set(id, feedback);
    }
    return feedback;
  }

  /** A type that was seen; under stress, one that probably was not. */
  predicted(seen: number, index: number): number {
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
