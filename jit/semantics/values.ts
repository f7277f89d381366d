// SPDX-License-Identifier: MIT
/**
 * Values as the semantics see them: a static type and a representation beside the LLVM value.
 *
 * In the interpreter everything is `boxed`. The optimizer keeps int32, double and boolean values unboxed and knows more types; the
 * definitions in this folder ask for what they need (`asInt`, `asDouble`) and each tier answers in its way.
 */
import type { Ir, IrValue } from "../ir.js";
import type { Layout } from "../layout.js";
import { SeenCall } from "./feedback.js";

/** Sets of types, as bits: those of `TypeBits` in native/language/object.h, which `checkTypeBits` makes sure of. */
export const Type = {
  Nil: 1,
  Boolean: 2,
  Int: 4,
  Double: 8,
  Number: 12,
  String: 16,
  Table: 32,
  Function: 64,
  Other: 128,
  Any: 255,
} as const;

export function checkTypeBits(layout: Layout): void {
  const native = layout.typeBits;
  const pairs = [
    [native.nil, Type.Nil],
    [native.boolean, Type.Boolean],
    [native.int, Type.Int],
    [native.double, Type.Double],
    [native.string, Type.String],
    [native.table, Type.Table],
    [native.function, Type.Function],
    [native.other, Type.Other],
    [layout.callFeedback.sameCode, SeenCall.SameCode],
    [layout.callFeedback.polymorphic, SeenCall.Polymorphic],
    [layout.callFeedback.seen, SeenCall.Seen],
    [layout.callFeedback.megamorphic, SeenCall.Megamorphic],
  ];
  if (pairs.some(([theirs, ours]) => theirs !== ours))
    throw new Error("the type and feedback bits of native/language/object.h and jit/semantics differ");
}

/** Virtual: a table that has not been made, because nobody could have seen it (optimizer/objects.ts); known by its identity alone. */
export type Representation = "boxed" | "int" | "double" | "bool" | "virtual";

export interface Value {
  readonly representation: Representation;
  /** Which types it can have at run time. */
  readonly type: number;
  readonly ir: IrValue;
  /** The same value in boxed form, when that exists anyway. */
  readonly boxed?: IrValue;
  /** Types it probably has (seen when the function was entered), where `type` proves less. */
  readonly predicted?: number;
  /** A compile-time constant: the boxed word. */
  readonly constant?: bigint;
  /** Boxed words of which it is one, where that is known. */
  readonly oneOf?: readonly bigint[];
  /** The same for all values that are this table: what the environment knows its shape by. */
  readonly identity?: object;
}

export const boxedValue = (ir: IrValue, type: number = Type.Any): Value => ({ representation: "boxed", type, ir });
export const intValue = (ir: IrValue): Value => ({ representation: "int", type: Type.Int, ir });
export const doubleValue = (ir: IrValue): Value => ({ representation: "double", type: Type.Double, ir });
export const boolValue = (ir: IrValue): Value => ({ representation: "bool", type: Type.Boolean, ir });

export const signedTag = (tag: bigint): bigint => BigInt.asIntN(64, tag);

/** `tag << 48` as the comparison constant of the shifted word. */
const topBits = (tag: bigint): number => Number(tag >> 48n);

export function hasTag(ir: Ir, word: IrValue, tag: "int" | "string" | "table" | "function" | "thread" | "cell", name = ""): IrValue {
  return ir.compare("eq", ir.lshr(word, 48), ir.word(topBits(ir.layout.tags[tag])), name);
}

export function isDoubleWord(ir: Ir, word: IrValue, name = ""): IrValue {
  return ir.compare("ult", word, ir.word(signedTag(ir.layout.tags.int)), name);
}

export function isNumberWord(ir: Ir, word: IrValue, name = ""): IrValue {
  return ir.compare("ult", word, ir.word(signedTag(ir.layout.tags.misc)), name);
}

export function isFalsyWord(ir: Ir, word: IrValue, name = ""): IrValue {
  return ir.compare("ult", ir.sub(word, ir.word(signedTag(ir.layout.nil))), ir.word(2), name);
}

export function isNilWord(ir: Ir, word: IrValue, name = ""): IrValue {
  return ir.compare("eq", word, ir.word(signedTag(ir.layout.nil)), name);
}

export function pointerOf(ir: Ir, word: IrValue): IrValue {
  return ir.and(word, ir.word(ir.layout.pointerMask));
}

export function boxInt(ir: Ir, int32: IrValue): IrValue {
  return ir.or(ir.zeroExtend(int32), ir.word(signedTag(ir.layout.tags.int)));
}

export function unboxInt(ir: Ir, word: IrValue): IrValue {
  return ir.truncate(word, ir.i32);
}

export function boxBool(ir: Ir, bit: IrValue): IrValue {
  return ir.add(ir.zeroExtend(bit), ir.word(signedTag(ir.layout.false)));
}

/** A number in boxed form as a double, whichever representation it has. */
export function numberToDouble(ir: Ir, word: IrValue): IrValue {
  return ir.select(isDoubleWord(ir, word), ir.bitsToDouble(word), ir.intToDouble(unboxInt(ir, word)));
}

/** Any value as its 64-bit word. */
export function box(ir: Ir, value: Value): IrValue {
  if (value.boxed !== undefined) return value.boxed;
  switch (value.representation) {
    case "boxed":
      return value.ir;
    case "int":
      return boxInt(ir, value.ir);
    case "double":
      return ir.doubleToBits(value.ir);
    case "bool":
      return boxBool(ir, value.ir);
    case "virtual":
      throw new Error("a virtual table is used as a value before it has been made");
  }
}

/** Whether the types leave no doubt: true, false, or undefined when it has to be tested. */
export function knownType(value: Value, types: number): boolean | undefined {
  if ((value.type & ~types) === 0) return true;
  if ((value.type & types) === 0) return false;
  return undefined;
}

/** Whether a value of unknown type is of (all of) `types`: one of the sets for which there is a single comparison, or a union of such. */
export function testType(ir: Ir, value: Value, types: number, name = ""): IrValue {
  const known = knownType(value, types);
  if (known !== undefined) return ir.bit(known);
  const word = box(ir, value);
  const wanted = types & value.type;
  const tests: IrValue[] = [];
  let rest = wanted;
  if ((rest & Type.Number) === Type.Number) {
    tests.push(isNumberWord(ir, word, name));
    rest &= ~Type.Number;
  }
  if (rest & Type.Int) tests.push(hasTag(ir, word, "int", name));
  if (rest & Type.Double) tests.push(isDoubleWord(ir, word, name));
  if (rest & Type.Nil) tests.push(isNilWord(ir, word, name));
  if (rest & Type.Boolean) {
    tests.push(ir.compare("ult", ir.sub(word, ir.word(signedTag(ir.layout.false))), ir.word(2), name));
  }
  if (rest & Type.String) tests.push(hasTag(ir, word, "string", name));
  if (rest & Type.Table) tests.push(hasTag(ir, word, "table", name));
  if (rest & Type.Function) tests.push(hasTag(ir, word, "function", name));
  if (rest & Type.Other) tests.push(ir.compare("uge", word, ir.word(signedTag(ir.layout.tags.thread)), name));
  return tests.reduce((all, test) => ir.or(all, test));
}

/** The type bit of a constant word. */
export function typeOfWord(layout: Ir["layout"], word: bigint): number {
  const unsigned = BigInt.asUintN(64, word);
  if (unsigned < layout.tags.int) return Type.Double;
  if (unsigned < layout.tags.misc) return Type.Int;
  if (unsigned === layout.nil) return Type.Nil;
  if (unsigned < layout.tags.string) return Type.Boolean;
  if (unsigned < layout.tags.table) return Type.String;
  if (unsigned < layout.tags.function) return Type.Table;
  if (unsigned < layout.tags.thread) return Type.Function;
  return Type.Other;
}

/** A constant that is a number, in either representation. */
export function constantNumber(layout: Layout, word: bigint): number {
  const unsigned = BigInt.asUintN(64, word);
  if (typeOfWord(layout, unsigned) === Type.Int) return Number(BigInt.asIntN(32, unsigned));
  return new Float64Array(new BigUint64Array([unsigned]).buffer)[0] as number;
}

export const doubleBits = (number: number): bigint => new BigUint64Array(new Float64Array([number]).buffer)[0] as bigint;

/** Whether a word refers to an object of the heap. */
const isReference = (layout: Layout, word: bigint): boolean => BigInt.asUintN(64, word) >= layout.tags.string;

/** A constant in its best representation. An object whose address gets into the code lives for as long as the code is in use. */
export function constantValue(ir: Ir, word: bigint): Value {
  const type = typeOfWord(ir.layout, word);
  const boxed = ir.word(BigInt.asIntN(64, word));
  if (type === Type.Int) return { representation: "int", type, ir: ir.int32(Number(BigInt.asIntN(32, word))), boxed, constant: word };
  if (type === Type.Double) {
    const number = constantNumber(ir.layout, word);
    const constant = Number.isNaN(number) ? ir.bitsToDouble(ir.word(word)) : ir.double(number);
    return { representation: "double", type, ir: constant, constant: word };
  }
  if (isReference(ir.layout, word)) ir.embed(word);
  return { representation: "boxed", type, ir: boxed, constant: word };
}
