// SPDX-License-Identifier: MIT
/** Equality, order, truth. Each returns a condition (i1); the instruction jumps on it or on its opposite. */
import type { FloatPredicate, IntPredicate, IrValue } from "../ir.js";
import { canBeInt, likelyNumber, operandTypes } from "./arithmetic.js";
import { Seen } from "./feedback.js";
import { loadShape } from "./fields.js";
import { Join, type Machine } from "./machine.js";
import { callHandler, loadMetatable } from "./metatables.js";
import {
  boolValue,
  hasTag,
  isDoubleWord,
  isFalsyWord,
  isNumberWord,
  knownType,
  numberToDouble,
  pointerOf,
  Type,
  unboxInt,
  type Value,
} from "./values.js";

interface Order {
  readonly int: IntPredicate;
  readonly double: FloatPredicate;
  /** yl_less's selector. */
  readonly selector: number;
  readonly strings: string;
}
export const lessThan: Order = { int: "slt", double: "olt", selector: 0, strings: "yl_leaf_less_strings" };
export const lessEqual: Order = { int: "sle", double: "ole", selector: 1, strings: "yl_leaf_less_equal_strings" };

/** The numeric cases that all comparisons share, on boxed words; `slow` emits the rest. */
function genericNumeric(m: Machine, int: IntPredicate, double: FloatPredicate, x: IrValue, y: IrValue, slow: () => IrValue): IrValue {
  const { ir } = m;
  const join = new Join(m, ir.i1);
  const tryDoubles = ir.block("doubles");
  const mixed = ir.block("mixed");
  const other = ir.block("other");
  const xInt = hasTag(ir, x, "int");
  m.require(ir.and(xInt, hasTag(ir, y, "int")), tryDoubles);
  m.record(Seen.IntInt);
  join.arrive(ir.compare(int, unboxInt(ir, x), unboxInt(ir, y)));

  ir.at(tryDoubles);
  m.require(ir.and(isDoubleWord(ir, x), isDoubleWord(ir, y)), mixed);
  m.record(Seen.DoubleDouble);
  join.arrive(ir.compareDouble(double, ir.bitsToDouble(x), ir.bitsToDouble(y)));

  ir.at(mixed);
  m.require(ir.and(isNumberWord(ir, x), isNumberWord(ir, y)), other);
  m.record(Seen.IntDouble | Seen.DoubleInt);
  join.arrive(ir.compareDouble(double, numberToDouble(ir, x), numberToDouble(ir, y)));

  ir.at(other);
  m.record(Seen.Generic);
  join.arrive(slow());
  return join.finish();
}

function lessSlowly(m: Machine, selector: number, operands: readonly IrValue[]): IrValue {
  const args = [m.co, m.ir.word(selector), ...operands];
  return callHandler(
    m,
    () => m.leaf("yl_leaf_order_handler", args),
    operands,
    () => m.hostCall("yl_less", args),
  );
}

/** x < y or x <= y */
export function order(m: Machine, what: Order, x: Value, y: Value): IrValue {
  const { ir } = m;
  if (m.recording || m.seen & Seen.Generic) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, what.int, what.double, ...words, () => {
      const strings = ir.and(hasTag(ir, words[0], "string"), hasTag(ir, words[1], "string"));
      return m.either(
        strings,
        () => ir.compare("ne", m.leaf(what.strings, [...words]), ir.word(0)),
        () => ir.not(isFalsyWord(ir, lessSlowly(m, what.selector, words))),
        ir.i1,
      );
    });
  }
  if (m.seen === 0) m.deoptimize("not seen yet");
  const types = operandTypes(m.seen);
  if (types.x === Type.Int && types.y === Type.Int && canBeInt(x) && canBeInt(y)) return ir.compare(what.int, m.asInt(x).ir, m.asInt(y).ir);
  const a = m.asDouble(x, likelyNumber(x, types.x));
  return ir.compareDouble(what.double, a.ir, m.asDouble(y, likelyNumber(y, types.y)).ir);
}

/** Whether a metatable may have a handler of equality: its shape says so. */
function mayHaveEq(m: Machine, metatable: IrValue): IrValue {
  const { ir } = m;
  const flag = ir.load(ir.i8, ir.address(loadShape(m, metatable), ir.layout.offset("Shape", "may_have_eq")), "instruction");
  return ir.compare("ne", ir.zeroExtend(flag), ir.word(0));
}

/** Not both numbers: identity, or what two tables' common __eq says. */
function sameOrEqual(m: Machine, x: Value, y: Value): IrValue {
  const { ir } = m;
  const [a, b] = [m.boxed(x), m.boxed(y)];
  const same = ir.compare("eq", a, b);
  if (!(x.type & y.type & Type.Table)) return same;
  const join = new Join(m, ir.i1);
  const different = ir.block("different");
  const unequal = ir.block("unequal");
  const equal = ir.block("equal");
  ir.branch(same, equal, different);
  ir.at(equal);
  join.arrive(ir.bit(true));
  ir.at(different);
  m.require(ir.and(hasTag(ir, a, "table"), hasTag(ir, b, "table")), unequal);
  const metatable = loadMetatable(m, pointerOf(ir, a));
  m.require(ir.compare("ne", metatable, ir.word(0)), unequal);
  m.require(ir.compare("ne", loadMetatable(m, pointerOf(ir, b)), ir.word(0)), unequal);
  const asked = mayHaveEq(m, metatable);
  if (!m.recording && !(m.seen & Seen.Handler)) {
    m.guard(ir.not(asked), "metatable");
    ir.jump(unequal);
    ir.at(unequal);
    join.arrive(ir.bit(false));
    return join.finish();
  }
  m.require(asked, unequal);
  m.record(Seen.Handler);
  const find = (): IrValue => m.leaf("yl_leaf_equal_handler", [m.co, a, b]);
  join.arrive(
    ir.not(
      isFalsyWord(
        ir,
        callHandler(m, find, [a, b], () => m.hostCall("yl_equal", [m.co, a, b])),
      ),
    ),
  );
  ir.at(unequal);
  join.arrive(ir.bit(false));
  return join.finish();
}

/** x == y */
export function equals(m: Machine, x: Value, y: Value): IrValue {
  const { ir } = m;
  if (m.recording) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, "eq", "oeq", ...words, () => sameOrEqual(m, x, y));
  }
  // One side can't be a number: then equal values are identical words.
  if (knownType(x, Type.Number) === false || knownType(y, Type.Number) === false) return sameOrEqual(m, x, y);
  if (m.seen === 0) m.deoptimize("not seen yet");
  const types = operandTypes(m.seen);
  if (m.seen & Seen.Generic || types.x === 0) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, "eq", "oeq", ...words, () => sameOrEqual(m, x, y));
  }
  if (types.x === Type.Int && types.y === Type.Int && canBeInt(x) && canBeInt(y)) return ir.compare("eq", m.asInt(x).ir, m.asInt(y).ir);
  const a = m.asDouble(x, likelyNumber(x, types.x));
  return ir.compareDouble("oeq", a.ir, m.asDouble(y, likelyNumber(y, types.y)).ir);
}

/** Whether a value is neither nil nor false. */
export function truthy(m: Machine, x: Value): IrValue {
  const { ir } = m;
  if (x.representation === "bool") return x.ir;
  if (knownType(x, Type.Nil | Type.Boolean) === false) return ir.bit(true);
  if (knownType(x, Type.Nil) === true) return ir.bit(false);
  return ir.not(isFalsyWord(ir, m.boxed(x)));
}

/** R[A] = not x */
export function not(m: Machine, x: Value): Value {
  return boolValue(m.ir.not(truthy(m, x)));
}
