// SPDX-License-Identifier: MIT
/**
 * Arithmetic: each operator is one record of what it does to int32s, to doubles, and which run-time helper knows the rest (numeric
 * strings, errors). Adding an operator is adding a record here and a line in lang/bytecode.ts.
 */
import { opcodeIndex } from "../../lang/bytecode.js";
import type { IrBlock, IrValue } from "../ir.js";
import { Seen } from "./feedback.js";
import { Join, type Machine, type Reason } from "./machine.js";
import { callHandler } from "./metatables.js";
import {
  boxedValue,
  boxInt,
  constantNumber,
  constantValue,
  doubleBits,
  doubleValue,
  hasTag,
  intValue,
  isDoubleWord,
  isNumberWord,
  numberToDouble,
  Type,
  unboxInt,
  type Value,
} from "./values.js";

/** Leave the int32 operation for the double one if the condition holds. */
type Bail = (condition: IrValue) => void;

export interface BinaryOperator {
  readonly opcode: "ADD" | "SUB" | "MUL" | "DIV" | "MOD" | "POW";
  /** The int32 operation, where it is exact; undefined: always doubles. */
  readonly int?: (m: Machine, x: IrValue, y: IrValue, bail: Bail) => IrValue;
  /** Why that is left, if not because of an overflow. */
  readonly bails?: Reason;
  readonly double: (m: Machine, x: IrValue, y: IrValue) => IrValue;
}

const overflowing =
  (operation: "sadd" | "ssub") =>
  (m: Machine, x: IrValue, y: IrValue, bail: Bail): IrValue => {
    const { result, overflow } = m.ir.overflowing(operation, x, y);
    bail(overflow);
    return result;
  };

function hasOverflowed(m: Machine): IrValue {
  const { ir } = m;
  return ir.compare("ne", ir.and(ir.load(ir.i32, m.feedbackAddress(), "feedback"), ir.int32(Seen.Overflow)), ir.int32(0));
}

export const binaryOperators: readonly BinaryOperator[] = [
  { opcode: "ADD", int: overflowing("sadd"), double: (m, x, y) => m.ir.fadd(x, y) },
  { opcode: "SUB", int: overflowing("ssub"), double: (m, x, y) => m.ir.fsub(x, y) },
  {
    opcode: "MUL",
    int: (m, x, y, bail) => {
      const { ir } = m;
      const { result, overflow } = ir.overflowing("smul", x, y);
      bail(overflow);
      // 0 * -1 is -0, which is not an int32.
      const zero = ir.compare("eq", result, ir.int32(0));
      bail(ir.and(zero, ir.compare("slt", ir.or(x, y), ir.int32(0))));
      return result;
    },
    double: (m, x, y) => m.ir.fmul(x, y),
  },
  {
    opcode: "DIV",
    // A quotient that is exact is an int. Where one has not been, all are doubles, so that what is computed from them is of one kind.
    int: (m, x, y, bail) => {
      const { ir } = m;
      if (m.recording) bail(hasOverflowed(m));
      bail(ir.compare("sle", y, ir.int32(0)));
      bail(ir.compare("ne", ir.srem(x, y), ir.int32(0)));
      return ir.sdiv(x, y);
    },
    bails: "not integral",
    double: (m, x, y) => m.ir.fdiv(x, y),
  },
  {
    opcode: "MOD",
    // a - floor(a/b)*b has the sign of b; for b > 0 that is the remainder, moved into [0, b).
    int: (m, x, y, bail) => {
      const { ir } = m;
      bail(ir.compare("sle", y, ir.int32(0)));
      const remainder = ir.srem(x, y);
      const negative = ir.compare("slt", remainder, ir.int32(0));
      return ir.select(negative, ir.add(remainder, y), remainder);
    },
    // In place in the optimizer, whose code is for this machine's processor: those without an instruction for floor are too old to matter.
    double: (m, x, y) => {
      const { ir } = m;
      if (m.recording) return m.leaf("yl_leaf_mod", [x, y]);
      return ir.fsub(x, ir.fmul(ir.floatIntrinsic("floor", ir.fdiv(x, y)), y));
    },
  },
  // POW's helper is opaque to LLVM on purpose: pow(x, 2) as x*x would round differently from lua5.1's pow in rare cases.
  { opcode: "POW", double: (m, x, y) => m.leaf("yl_leaf_pow", [x, y]) },
];

function slowArithmetic(m: Machine, opcode: string, x: IrValue, y: IrValue): IrValue {
  const args = [m.co, m.ir.word(opcodeIndex.get(opcode) as number), x, y, m.feedbackAddress()];
  return callHandler(
    m,
    () => m.leaf("yl_leaf_arith_handler", args),
    [x, y],
    () => m.hostCall("yl_arith", args),
  );
}

/** The whole operation on two boxed values, every case. */
function generic(m: Machine, operator: BinaryOperator, x: IrValue, y: IrValue): IrValue {
  const { ir } = m;
  const join = new Join(m);
  const tryDoubles = ir.block("doubles");
  const mixed = ir.block("mixed");
  const slow = ir.block("slow");
  const xInt = hasTag(ir, x, "int");
  const yInt = hasTag(ir, y, "int");

  m.require(ir.and(xInt, yInt), tryDoubles);
  if (operator.int !== undefined) {
    const overflow = ir.block("overflow");
    const result = operator.int(m, unboxInt(ir, x), unboxInt(ir, y), (condition) => m.require(ir.not(condition), overflow));
    m.record(Seen.IntInt);
    join.arrive(boxInt(ir, result));
    ir.at(overflow);
    m.record(Seen.IntInt | Seen.Overflow);
  } else m.record(Seen.IntInt);
  join.arrive(ir.doubleToBits(operator.double(m, ir.intToDouble(unboxInt(ir, x)), ir.intToDouble(unboxInt(ir, y)))));

  ir.at(tryDoubles);
  m.require(ir.and(isDoubleWord(ir, x), isDoubleWord(ir, y)), mixed);
  m.record(Seen.DoubleDouble);
  join.arrive(ir.doubleToBits(operator.double(m, ir.bitsToDouble(x), ir.bitsToDouble(y))));

  ir.at(mixed);
  m.require(ir.and(isNumberWord(ir, x), isNumberWord(ir, y)), slow);
  recordMixed(m, xInt);
  join.arrive(ir.doubleToBits(operator.double(m, numberToDouble(ir, x), numberToDouble(ir, y))));

  ir.at(slow);
  m.record(Seen.Generic);
  join.arrive(slowArithmetic(m, operator.opcode, x, y));
  return join.finish();
}

function recordMixed(m: Machine, xInt: IrValue): void {
  if (!m.recording) return;
  const done = m.ir.block("recorded");
  const int = m.ir.block("int-double");
  const double = m.ir.block("double-int");
  m.ir.branch(xInt, int, double);
  m.ir.at(int);
  m.record(Seen.IntDouble);
  m.ir.jump(done);
  m.ir.at(double);
  m.record(Seen.DoubleInt);
  m.ir.jump(done);
  m.ir.at(done);
}

/** The number types that operands had, by the feedback. */
export function operandTypes(seen: number): { x: number; y: number } {
  let x = 0;
  let y = 0;
  if (seen & Seen.IntInt) [x, y] = [x | Type.Int, y | Type.Int];
  if (seen & Seen.DoubleDouble) [x, y] = [x | Type.Double, y | Type.Double];
  if (seen & Seen.IntDouble) [x, y] = [x | Type.Int, y | Type.Double];
  if (seen & Seen.DoubleInt) [x, y] = [x | Type.Double, y | Type.Int];
  return { x, y };
}

/** R[A] = x op y */
export function arithmetic(m: Machine, operator: BinaryOperator, x: Value, y: Value): Value {
  if (m.recording || m.seen & Seen.Generic) return boxedValue(generic(m, operator, m.boxed(x), m.boxed(y)));
  if (m.seen === 0) m.deoptimize("not seen yet");
  const types = operandTypes(m.seen);
  if (
    types.x === Type.Int &&
    types.y === Type.Int &&
    canBeInt(x) &&
    canBeInt(y) &&
    operator.int !== undefined &&
    !(m.seen & Seen.Overflow) &&
    !m.wantsDouble
  ) {
    const a = m.asInt(x);
    const b = m.asInt(y);
    return intValue(operator.int(m, a.ir, b.ir, (condition) => m.guard(m.ir.not(condition), operator.bails ?? "overflow")));
  }
  const a = m.asDouble(x, likelyNumber(x, types.x));
  const b = m.asDouble(y, likelyNumber(y, types.y));
  return foldDoubles(m, operator, x, y) ?? doubleValue(operator.double(m, a.ir, b.ir));
}

/**
 * A double operation on two constants, done here. LLVM would do it, too, but gives a positive NaN for 0/0, where x86 gives a negative
 * one, and "-nan" is what lua5.1 prints.
 */
function foldDoubles(m: Machine, { opcode }: BinaryOperator, x: Value, y: Value): Value | undefined {
  if (x.constant === undefined || y.constant === undefined) return undefined;
  const { ir } = m;
  const [a, b] = [constantNumber(ir.layout, x.constant), constantNumber(ir.layout, y.constant)];
  const results: Partial<Record<BinaryOperator["opcode"], number>> = {
    ADD: a + b,
    SUB: a - b,
    MUL: a * b,
    DIV: a / b,
    MOD: a - Math.floor(a / b) * b,
  };
  const result = results[opcode];
  if (result === undefined || Number.isNaN(a) || Number.isNaN(b)) return undefined;
  return constantValue(ir, Number.isNaN(result) ? 0xfff8n << 48n : doubleBits(result));
}

/** Inference may have made a double of what the interpreter saw as an int. */
export const canBeInt = (x: Value): boolean => x.representation !== "double" && (x.type & Type.Int) !== 0;

/** The number types to test for: what was seen, unless that contradicts what is known. */
export const likelyNumber = (x: Value, seen: number): number => seen & x.type || x.type & Type.Number;

/** R[A] = -x */
export function negate(m: Machine, x: Value): Value {
  const { ir } = m;
  // -0 and -(-2^31) are not int32s.
  const fits = (int: IrValue): IrValue => ir.compare("ne", ir.and(int, ir.int32(0x7fffffff)), ir.int32(0));
  if (!m.recording && !(m.seen & Seen.Generic)) {
    if (m.seen === 0) m.deoptimize("not seen yet");
    const types = operandTypes(m.seen).x;
    if (types === Type.Int && canBeInt(x) && !(m.seen & Seen.Overflow)) {
      const int = m.asInt(x);
      m.guard(fits(int.ir), "overflow");
      return intValue(ir.sub(ir.int32(0), int.ir));
    }
    return doubleValue(ir.fneg(m.asDouble(x, likelyNumber(x, types)).ir));
  }
  const word = m.boxed(x);
  const join = new Join(m);
  const blocks: Record<"double" | "overflow" | "slow", IrBlock> = {
    double: ir.block("double"),
    overflow: ir.block("overflow"),
    slow: ir.block("slow"),
  };
  m.require(hasTag(ir, word, "int"), blocks.double);
  m.require(fits(unboxInt(ir, word)), blocks.overflow);
  m.record(Seen.IntInt);
  join.arrive(boxInt(ir, ir.sub(ir.int32(0), unboxInt(ir, word))));
  ir.at(blocks.overflow);
  m.record(Seen.IntInt | Seen.Overflow);
  join.arrive(ir.doubleToBits(ir.fneg(ir.intToDouble(unboxInt(ir, word)))));
  ir.at(blocks.double);
  m.require(isDoubleWord(ir, word), blocks.slow);
  m.record(Seen.DoubleDouble);
  join.arrive(ir.doubleToBits(ir.fneg(ir.bitsToDouble(word))));
  ir.at(blocks.slow);
  m.record(Seen.Generic);
  join.arrive(slowArithmetic(m, "UNM", word, word));
  return boxedValue(join.finish());
}
