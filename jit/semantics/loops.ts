// SPDX-License-Identifier: MIT
/**
 * Numeric for. FORPREP leaves index, limit and step either all int32 or all double, so that a loop over ints whose limit is a double
 * such as 10.5 runs on ints. FORLOOP takes any mix: optimized code may have chosen another representation for one of the three by the
 * time it is left.
 */
import type { IrValue } from "../ir.js";
import { likelyNumber } from "./arithmetic.js";
import { SeenFor } from "./feedback.js";
import { Join, type Machine } from "./machine.js";
import { boxedValue, boxInt, constantNumber, doubleValue, hasTag, intValue, numberToDouble, Type, unboxInt, type Value } from "./values.js";

export interface ForState {
  readonly index: Value;
  readonly limit: Value;
  readonly step: Value;
}

/** FORPREP: the normalized state, and whether the loop runs at all. */
export function forPrepare(m: Machine, init: Value, limit: Value, step: Value): ForState & { runs: IrValue } {
  const { seen } = m;
  if (!m.recording && seen === 0) m.deoptimize("not seen yet");
  if (!m.recording && (seen & SeenFor.Double) === 0 && isPossibleStart(m, init)) return prepareInts(m, init, limit, step);
  if (!m.recording && (seen & SeenFor.Int) === 0) {
    const [index, last, by] = [init, limit, step].map((value) => m.asDouble(value, likelyNumber(value, Type.Number))) as [
      Value,
      Value,
      Value,
    ];
    const first = firstOf(m, index.ir, by.ir);
    return { index: doubleValue(first), limit: last, step: by, runs: runsDouble(m, first, last.ir, by.ir) };
  }
  return forPrepareGeneric(m, m.boxed(init), m.boxed(limit), m.boxed(step));
}

/** Not a constant that no loop over ints begins with; LLVM would take its conversion for a proof that the loop is never reached. */
function isPossibleStart(m: Machine, init: Value): boolean {
  if (init.representation !== "double" || init.constant === undefined) return true;
  const number = constantNumber(m.ir.layout, init.constant);
  return number === (number | 0);
}

/**
 * A loop over ints. Where its first index is a double, that is an integer or beyond the limit, as in
 *
 *     for multiple = i * i, n, i do          i * i may be beyond int32, but then it is beyond n
 */
function prepareInts(m: Machine, init: Value, limit: Value, step: Value): ForState & { runs: IrValue } {
  const { ir } = m;
  const [last, by] = [intLimit(m, limit, step), asIntegral(m, step)];
  if (init.representation !== "double" && (m.seen & SeenFor.Beyond) === 0) {
    const index = m.asInt(init);
    return { index, limit: last, step: by, runs: runsInt(m, index.ir, last.ir, by) };
  }
  const first = m.asDouble(init, likelyNumber(init, Type.Number)).ir;
  const index = ir.doubleToInt(first);
  const isInt = ir.compareDouble("oeq", ir.intToDouble(index), first);
  m.guard(
    ir.or(isInt, ir.not(runsDouble(m, firstOf(m, first, ir.intToDouble(by.ir)), ir.intToDouble(last.ir), ir.intToDouble(by.ir)))),
    "not an int",
  );
  return { index: intValue(index), limit: last, step: by, runs: ir.and(isInt, runsInt(m, index, last.ir, by)) };
}

/** lua5.1 subtracts the step in the beginning and adds it before every round, also the first one, which rounds. */
const firstOf = (m: Machine, init: IrValue, step: IrValue): IrValue => m.ir.fadd(m.ir.fsub(init, step), step);

/** An int, or a double that is one. */
function asIntegral(m: Machine, value: Value): Value {
  const { ir } = m;
  if (value.representation !== "double") return m.asInt(value);
  const int = ir.doubleToInt(value.ir);
  m.guard(ir.compareDouble("oeq", ir.intToDouble(int), value.ir), "not an int");
  return intValue(int);
}

/** An int loop's limit; a double one is rounded towards the start, which only a known direction allows. */
function intLimit(m: Machine, limit: Value, step: Value): Value {
  const { ir } = m;
  const double = limit.representation === "double" || m.seen & SeenFor.Generic;
  if (!double || step.constant === undefined || limit.representation === "int") return asIntegral(m, limit);
  const up = BigInt.asIntN(32, step.constant) > 0n;
  const number = m.asDouble(limit, likelyNumber(limit, Type.Number)).ir;
  const rounded = up ? ir.floatIntrinsic("floor", number) : ir.fneg(ir.floatIntrinsic("floor", ir.fneg(number)));
  const int = ir.doubleToInt(rounded);
  m.guard(ir.compareDouble("oeq", ir.intToDouble(int), rounded), "not an int");
  return intValue(int);
}

const constantStep = (step: Value): number | undefined =>
  step.constant === undefined ? undefined : Number(BigInt.asIntN(32, step.constant));

function runsInt(m: Machine, index: IrValue, limit: IrValue, step: Value): IrValue {
  const { ir } = m;
  const known = constantStep(step);
  const up = ir.compare("sle", index, limit);
  const down = ir.compare("sle", limit, index);
  if (known !== undefined) return known > 0 ? up : down;
  return ir.select(ir.compare("sgt", step.ir, ir.int32(0)), up, down);
}

function runsDouble(m: Machine, index: IrValue, limit: IrValue, step: IrValue): IrValue {
  const { ir } = m;
  return ir.select(
    ir.compareDouble("olt", ir.double(0), step),
    ir.compareDouble("ole", index, limit),
    ir.compareDouble("ole", limit, index),
  );
}

function forPrepareGeneric(m: Machine, init: IrValue, limit: IrValue, step: IrValue): ForState & { runs: IrValue } {
  const { ir } = m;
  const words = [init, limit, step];
  const normalize = ir.block("normalize");
  const doubles = ir.block("doubles");
  const ints = ir.block("ints");
  const joins = words.map(() => ir.i64);
  const allInt = words.map((word) => hasTag(ir, word, "int")).reduce((all, test) => ir.and(all, test));
  const before = ir.current();
  ir.branch(allInt, ints, normalize);

  ir.at(normalize);
  m.record(SeenFor.Generic);
  m.hostCall("yl_for_prepare", [m.co, ...words]);
  const buffer = m.coroutineWord("arguments");
  const normalized = words.map((_, index) => ir.load(ir.i64, ir.address(buffer, 8 * index), "transfer"));
  const after = ir.current();
  ir.branch(hasTag(ir, normalized[0] as IrValue, "int"), ints, doubles);

  const runs = new Join(m, ir.i1);
  const results: IrValue[][] = [];
  ir.at(ints);
  const phis = joins.map((type, index) => {
    const phi = ir.phi(type);
    ir.incoming(phi, words[index] as IrValue, before);
    ir.incoming(phi, normalized[index] as IrValue, after);
    return phi;
  });
  m.record(SeenFor.Int);
  results.push(phis);
  const [index, last, by] = phis.map((phi) => unboxInt(ir, phi)) as [IrValue, IrValue, IrValue];
  const runsInts = runsInt(m, index, last, intValue(by));
  const fromInts = ir.current();
  runs.arrive(runsInts);

  ir.at(doubles);
  results.push(normalized);
  const [x, y, z] = normalized.map((word) => ir.bitsToDouble(word)) as [IrValue, IrValue, IrValue];
  const runsDoubles = runsDouble(m, x, y, z);
  recordDoubles(m, runsDoubles);
  const fromDoubles = ir.current();
  runs.arrive(runsDoubles);

  const condition = runs.finish();
  const state = words.map((_, i) => {
    const phi = ir.phi(ir.i64);
    ir.incoming(phi, (results[0] as IrValue[])[i] as IrValue, fromInts);
    ir.incoming(phi, (results[1] as IrValue[])[i] as IrValue, fromDoubles);
    return boxedValue(phi, Type.Number);
  }) as [Value, Value, Value];
  return { index: state[0], limit: state[1], step: state[2], runs: condition };
}

function recordDoubles(m: Machine, runs: IrValue): void {
  if (!m.recording) return;
  const { ir } = m;
  const [round, beyond, done] = [ir.block("round"), ir.block("beyond"), ir.block("recorded")];
  ir.branch(runs, round, beyond);
  ir.at(round);
  m.record(SeenFor.Double);
  ir.jump(done);
  ir.at(beyond);
  m.record(SeenFor.Beyond);
  ir.jump(done);
  ir.at(done);
}

/** FORLOOP: the next index, and whether the loop goes on. */
export function forLoop(m: Machine, index: Value, limit: Value, step: Value): { next: Value; again: IrValue } {
  const { ir } = m;
  const isInt = !m.recording && (index.representation === "int" || ((index.type & Type.Double) === 0 && index.representation === "boxed"));
  if (isInt) {
    const [i, last, by] = [m.asInt(index), m.asInt(limit), m.asInt(step)];
    return { again: goesOnInt(m, i.ir, last.ir, by), next: intValue(ir.addExactly(i.ir, by.ir)) };
  }
  if (!m.recording && index.representation === "double") {
    const [last, by] = [m.asDouble(limit, Type.Number), m.asDouble(step, Type.Number)];
    const next = ir.fadd(index.ir, by.ir);
    return { next: doubleValue(next), again: runsDouble(m, next, last.ir, by.ir) };
  }
  const words = [m.boxed(index), m.boxed(limit), m.boxed(step)] as const;
  const next = new Join(m);
  const double = ir.block("double");
  // For numbers, the conjunction of the words has the int tag only if each has.
  m.require(
    hasTag(
      ir,
      words.reduce((all, word) => ir.and(all, word)),
      "int",
    ),
    double,
  );
  const [i, last, by] = words.map((word) => unboxInt(ir, word)) as [IrValue, IrValue, IrValue];
  const againInt = goesOnInt(m, i, last, intValue(by));
  const nextInt = boxInt(ir, ir.add(i, by));
  const fromInt = ir.current();
  next.arrive(nextInt);
  ir.at(double);
  const [x, y, z] = words.map((word) => numberToDouble(ir, word)) as [IrValue, IrValue, IrValue];
  const sum = ir.fadd(x, z);
  const againDouble = runsDouble(m, sum, y, z);
  const fromDouble = ir.current();
  next.arrive(ir.doubleToBits(sum));
  const word = next.finish();
  const again = ir.phi(ir.i1);
  ir.incoming(again, againInt, fromInt);
  ir.incoming(again, againDouble, fromDouble);
  return { next: boxedValue(word, Type.Number), again };
}

/** Since the index has not passed the limit, their distance is exact as an unsigned number, and no addition overflows unseen. */
function goesOnInt(m: Machine, index: IrValue, limit: IrValue, step: Value): IrValue {
  const { ir } = m;
  const known = constantStep(step);
  if (known === 1) return ir.compare("slt", index, limit);
  const up = ir.compare("uge", ir.sub(limit, index), step.ir);
  const down = ir.compare("uge", ir.sub(index, limit), ir.sub(ir.int32(0), step.ir));
  if (known !== undefined) return known > 0 ? up : down;
  return ir.select(ir.compare("sgt", step.ir, ir.int32(0)), up, down);
}
