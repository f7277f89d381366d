// SPDX-License-Identifier: MIT
/**
 * What an instruction definition may ask of the tier that it is emitted for. The interpreter and the optimizer are the two
 * implementations; a definition is written once against this class.
 */
import type { Ir, IrBlock, IrValue } from "../ir.js";
import {
  boolValue,
  box,
  boxedValue,
  doubleValue,
  intValue,
  knownType,
  numberToDouble,
  Type,
  testType,
  unboxInt,
  type Value,
} from "./values.js";

/** Why code is left. */
export const reasons = [
  "not an int",
  "not a double",
  "not a number",
  "not a table",
  "not a string",
  "not a boolean",
  "other type",
  "overflow",
  "out of bounds",
  "other shape",
  "other callee",
  "not seen yet",
  "not integral",
  "loop type",
  "wrong branch",
  "metatable",
  "requested",
] as const;
export type Reason = (typeof reasons)[number];

/** What is known of a table for as long as its shape is: that, its `__index` if it has just got one, and its metatable, boxed. */
export interface TableFacts {
  readonly shape: bigint;
  readonly index?: bigint;
  readonly metatable?: bigint;
}

/** Thrown by a definition when nothing after this point can be reached (an unconditional deopt was emitted); the tier's walker catches it. */
export class PathEnds extends Error {}

export abstract class Machine {
  constructor(
    readonly ir: Ir,
    /** The running coroutine, as an address. */
    readonly co: IrValue,
  ) {}

  /** The interpreter: every case is emitted, and `record` notes which one ran. Otherwise only the cases in `seen` are emitted. */
  abstract readonly recording: boolean;
  /** Feedback.bits of the instruction being emitted; 0 in the interpreter. */
  abstract get seen(): number;
  /** OR into the instruction's Feedback.bits. */
  abstract record(bits: number): void;
  /** Address of the instruction's Feedback. */
  abstract feedbackAddress(): IrValue;
  /** Call a run-time helper that may collect, raise or deoptimize: with a stackmap of the state at this instruction. */
  abstract hostCall(name: string, args: IrValue[]): IrValue;
  /** Whether handlers may be called from here, as functions are; else helpers see to it. */
  get callsHandlers(): boolean {
    return false;
  }
  /** Call a function's entry, whose results are those of the instruction: a pair of the first one and their number. */
  callEntry(_entry: IrValue, _args: IrValue[]): IrValue {
    throw new Error("this code calls no functions");
  }
  /** Go on only if `condition` holds; else the instruction is executed again by the interpreter. */
  abstract guard(condition: IrValue, reason: Reason): void;
  /** The optimizer: a value of the program that it knows; the code keeps it alive. */
  abstract known(word: bigint): Value;
  /** The optimizer: from here on a table is known to have this shape. */
  abstract knowTable(table: Value, facts: TableFacts): void;
  abstract shapeOf(table: Value): bigint | undefined;
  /** Some table's shape may have become another one: of those that were known to have `shape`, or of any. */
  abstract shapesChange(shape?: bigint): void;
  /** The optimizer: the code is invalid once the assumption at this address is broken. */
  abstract assume(assumption: bigint): void;
  /** The speculation that the same registers hold a narrower value from here on. */
  abstract refine(value: Value, refined: Value): void;
  /** Deoptimize here and now. */
  abstract deoptimize(reason: Reason): never;

  /** Whether switches of coroutines are recorded, for a trace; undefined: the engine says. */
  get recordsSwitches(): boolean | undefined {
    return undefined;
  }

  /** The optimizer: what the instruction has loaded, behind a guard for what the next ones want of it; undefined if nothing is known of that. */
  asExpected(_word: IrValue): Value | undefined {
    return undefined;
  }

  /** The optimizer: whether the instruction's result is only used where doubles are. */
  get wantsDouble(): boolean {
    return false;
  }

  /** Call a helper in place: no allocation, no error, no stackmap. */
  leaf(name: string, args: IrValue[]): IrValue {
    return this.ir.call(this.helper(name), args);
  }

  helper(name: string): { fn: ReturnType<Ir["external"]>["fn"]; type: ReturnType<Ir["external"]>["type"] } {
    const { ir } = this;
    const signature = ir.layout.helpers.get(name);
    if (signature === undefined) throw new Error(`no helper ${name} in native/language/helpers.def`);
    const result = { value: ir.i64, flag: ir.i64, pair: ir.pair, double: ir.f64, void: ir.void, never: ir.void }[signature.result];
    const parameters = [...signature.signature].map((letter) => (letter === "d" ? ir.f64 : ir.i64));
    const pure = name === "yl_leaf_pow" || name === "yl_leaf_mod" || name === "yl_leaf_floor" || name.startsWith("yl_leaf_less");
    const reads = name === "yl_leaf_get" || name === "yl_leaf_parse_number" || name.startsWith("yl_leaf_less");
    const effects = pure && !reads ? " readnone willreturn" : reads ? " readonly willreturn" : "";
    return ir.external(name, result, parameters, `nounwind${signature.result === "never" ? " noreturn cold" : ""}${effects}`);
  }

  /** Two ways that come together again with one word each (blocks are left open by `yes` and `no`). */
  either(condition: IrValue, yes: () => IrValue, no: () => IrValue, type = this.ir.i64): IrValue {
    const { ir } = this;
    const yesBlock = ir.block("yes");
    const noBlock = ir.block("no");
    const join = new Join(this, type);
    ir.branch(condition, yesBlock, noBlock);
    ir.at(yesBlock);
    join.arrive(yes());
    ir.at(noBlock);
    join.arrive(no());
    return join.finish();
  }

  /** Continue at a new block if `condition` holds, else at `otherwise`. */
  require(condition: IrValue, otherwise: IrBlock): void {
    const next = this.ir.block("next");
    this.ir.branch(condition, next, otherwise);
    this.ir.at(next);
  }

  // ---- speculative unboxing (optimizer only: the interpreter tests types itself)

  guardType(value: Value, types: number, reason: Reason): Value {
    const known = knownType(value, types);
    if (known === true) return value;
    if (known === false) this.deoptimize(reason);
    this.guard(testType(this.ir, value, types), reason);
    const refined: Value = { ...value, type: value.type & types };
    this.refine(value, refined);
    return refined;
  }

  asInt(value: Value): Value {
    if (value.representation === "int") return value;
    const checked = this.guardType(value, Type.Int, "not an int");
    const refined: Value = { ...intValue(unboxInt(this.ir, checked.ir)), boxed: box(this.ir, checked) };
    this.refine(checked, refined);
    return refined;
  }

  /** A number as a double; `kinds` says which representations have been seen. */
  asDouble(value: Value, kinds: number): Value {
    const { ir } = this;
    if (value.representation === "double") return value;
    if (value.representation === "int") return doubleValue(ir.intToDouble(value.ir));
    const types = kinds & value.type & Type.Number;
    if (types === 0) this.deoptimize("not a number");
    const checked = this.guardType(
      value,
      types,
      types === Type.Number ? "not a number" : types === Type.Int ? "not an int" : "not a double",
    );
    if (types === Type.Int) return doubleValue(ir.intToDouble(unboxInt(ir, checked.ir)));
    if (types === Type.Number) return doubleValue(numberToDouble(ir, checked.ir));
    const refined: Value = { ...doubleValue(ir.bitsToDouble(checked.ir)), boxed: checked.ir };
    this.refine(checked, refined);
    return refined;
  }

  /** A boolean as a condition. */
  asBool(value: Value): Value {
    const { ir } = this;
    if (value.representation === "bool") return value;
    const checked = this.guardType(value, Type.Boolean, "not a boolean");
    const isTrue = ir.compare("eq", checked.ir, ir.word(BigInt.asIntN(64, ir.layout.true)));
    return { ...boolValue(isTrue), boxed: checked.ir };
  }

  boxed(value: Value): IrValue {
    return box(this.ir, value);
  }

  /** The engine's address of a field: an engine is where it is for as long as its coroutines live. */
  engineField(field: string): IrValue {
    const { ir } = this;
    const engine = ir.load(ir.i64, ir.address(this.co, ir.layout.offset("Coroutine", "engine")), "instruction");
    return ir.address(engine, ir.layout.offset("Engine", field));
  }

  coroutineWord(field: string): IrValue {
    return this.ir.load(this.ir.i64, this.ir.address(this.co, this.ir.layout.offset("Coroutine", field)), "coroutine");
  }
}

/** A join point with one phi. With a single arrival there is none: execution just goes on. */
export class Join {
  private readonly block: IrBlock;
  private readonly arrivals: { value: IrValue; from: IrBlock }[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly type = machine.ir.i64,
  ) {
    this.block = machine.ir.block("join");
  }

  arrive(value: IrValue): void {
    this.arrivals.push({ value, from: this.machine.ir.current() });
    this.machine.ir.jump(this.block);
  }

  finish(): IrValue {
    const { ir } = this.machine;
    ir.at(this.block);
    const phi = ir.phi(this.type);
    for (const { value, from } of this.arrivals) ir.incoming(phi, value, from);
    return phi;
  }
}

export const nilValue = (ir: Ir): Value => ({
  ...boxedValue(ir.word(BigInt.asIntN(64, ir.layout.nil)), Type.Nil),
  constant: ir.layout.nil,
});
