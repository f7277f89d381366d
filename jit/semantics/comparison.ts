// SPDX-License-Identifier: MIT
/** Equality, order, truth. Each returns a condition (i1); the instruction jumps on it or on its opposite. */
import type { FloatPredicate, IntPredicate, IrValue } from "../ir.js";
import { canBeInt, likelyNumber, operandTypes } from "./arithmetic.js";
import { Seen } from "./feedback.js";
import { Join, type Machine } from "./machine.js";
import {
  boolValue,
  hasTag,
  isDoubleWord,
  isFalsyWord,
  isNumberWord,
  knownType,
  numberToDouble,
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

/** x < y or x <= y */
export function order(m: Machine, what: Order, x: Value, y: Value): IrValue {
  const { ir } = m;
  if (m.recording || m.seen & Seen.Generic) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, what.int, what.double, ...words, () => {
      const strings = ir.and(hasTag(ir, words[0], "string"), hasTag(ir, words[1], "string"));
      const flag = m.either(
        strings,
        () => m.leaf(what.strings, [...words]),
        () => m.hostCall("yl_less", [m.co, ir.word(what.selector), ...words]),
      );
      return ir.compare("ne", flag, ir.word(0));
    });
  }
  if (m.seen === 0) m.deoptimize("not seen yet");
  const types = operandTypes(m.seen);
  if (types.x === Type.Int && types.y === Type.Int && canBeInt(x) && canBeInt(y)) return ir.compare(what.int, m.asInt(x).ir, m.asInt(y).ir);
  const a = m.asDouble(x, likelyNumber(x, types.x));
  return ir.compareDouble(what.double, a.ir, m.asDouble(y, likelyNumber(y, types.y)).ir);
}

/** x == y, without metamethods: numbers by value, everything else by identity. */
export function equals(m: Machine, x: Value, y: Value): IrValue {
  const { ir } = m;
  if (m.recording) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, "eq", "oeq", ...words, () => ir.compare("eq", ...words));
  }
  // One side can't be a number: then equal values are identical words.
  if (knownType(x, Type.Number) === false || knownType(y, Type.Number) === false) return ir.compare("eq", m.boxed(x), m.boxed(y));
  if (m.seen === 0) m.deoptimize("not seen yet");
  const types = operandTypes(m.seen);
  if (m.seen & Seen.Generic || types.x === 0) {
    const words = [m.boxed(x), m.boxed(y)] as const;
    return genericNumeric(m, "eq", "oeq", ...words, () => ir.compare("eq", ...words));
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
