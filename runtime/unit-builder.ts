// SPDX-License-Identifier: MIT
/**
 * The IR of one unit, built on the program's thread, because it is built from what the program does: types, shapes, values of variables. In
 * slices, so that the program goes on after each; the collector keeps meanwhile what has been read (unit-facts.ts).
 */
import { buildUnit, type Compilation } from "../jit/optimizer/compile.js";
import type { CompiledUnit } from "../jit/optimizer/context.js";
import type { Walk } from "../jit/optimizer/walk.js";
import { type CodeInputs, noteInputs } from "./code-record.js";
import type { EngineFacts } from "./optimizer-facts.js";
import type { EngineContext } from "./tiering-policy.js";
import { UnitFacts } from "./unit-facts.js";

export interface UnitRequest {
  readonly protoId: number;
  /** A loop header, or -1 for the whole function. */
  readonly pc: number;
  /** Type bits of the registers of the frame that waits at the loop header. */
  readonly types: Uint8Array;
}

/** How long a slice is: so many milliseconds, or so many instructions of a walk, which is the same in each run. */
export type SliceLength = { readonly milliseconds: number } | { readonly instructions: number };

/** IR that is ready for LLVM. */
export interface Draft {
  readonly request: UnitRequest;
  readonly compiled: CompiledUnit;
  readonly assumptions: Uint32Array;
  /** Textual, in bytes. */
  readonly ir: Buffer;
  /** When somebody wants to look at it. */
  readonly inputs?: CodeInputs;
  /** Milliseconds. */
  readonly build: number;
  readonly write: number;
}

interface Options {
  readonly symbol: string;
  readonly annotate: boolean;
  /** Undefined: all in one. */
  readonly slice?: SliceLength | undefined;
  /** For the collector: what has been read is held under this number. */
  readonly holdAs: number;
}

export class UnitBuilder {
  private readonly facts: UnitFacts;
  private readonly walk: Walk<Compilation>;
  private compilation: Compilation | undefined;
  /** Milliseconds so far. */
  private build = 0;
  /** When the slice is over: the time, or how many instructions are left. */
  private end = 0;

  constructor(
    private readonly engine: EngineContext,
    shared: EngineFacts,
    readonly request: UnitRequest,
    private readonly options: Options,
  ) {
    const { slice, symbol, annotate } = options;
    const isSliceOver = slice && ("milliseconds" in slice ? () => performance.now() >= this.end : () => --this.end <= 0);
    this.facts = new UnitFacts(engine, shared, isSliceOver);
    const { protoId, pc, types } = request;
    this.walk = buildUnit(this.facts, {
      protoId,
      pc,
      symbol,
      annotate,
      closure: () => this.facts.onlyClosure(protoId),
      ...(pc < 0 ? {} : { types: types.map((type, register) => shared.predicted(type, register)) }),
    });
  }

  /** Whether the program has not changed anything meanwhile that the code would rely on. */
  get holds(): boolean {
    return this.facts.holds;
  }

  /** The next slice; what has been built after the last one. */
  proceed(): Draft | undefined {
    const start = performance.now();
    const draft = this.compilation === undefined ? this.walkOn(start) : this.write(this.compilation, start);
    if (draft === undefined) this.facts.hold(this.options.holdAs);
    return draft;
  }

  private walkOn(start: number): Draft | undefined {
    const { slice } = this.options;
    if (slice !== undefined) this.end = "milliseconds" in slice ? start + slice.milliseconds : slice.instructions;
    const step = this.walk.next();
    const now = performance.now();
    this.build += now - start;
    if (!step.done) return undefined;
    this.compilation = step.value;
    return slice === undefined ? this.write(step.value, now) : undefined;
  }

  private write({ ir, unit: compiled, notes }: Compilation, start: number): Draft {
    const text = Buffer.from(ir.print(), "latin1");
    const write = performance.now() - start;
    const inputs = notes && noteInputs(this.engine, this.facts, { unit: compiled, irBuilt: text.toString("latin1"), notes });
    const { assumptions } = this.facts;
    return { request: this.request, compiled, assumptions, ir: text, build: this.build, write, ...(inputs && { inputs }) };
  }
}
