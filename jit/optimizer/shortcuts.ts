// SPDX-License-Identifier: MIT
/**
 * Library functions that are done where they are called as far as that is simple, and called for the rest: for another kind of argument, for
 * an error, when there is no free memory at hand. So there is nothing to speculate on, and nothing that could fail too often.
 */
import type { IrBlock, IrValue } from "../ir.js";
import { canBeInt } from "../semantics/arithmetic.js";
import { appendList } from "../semantics/tables.js";
import { storeTransfer } from "../semantics/transfer.js";
import {
  boxedValue,
  boxInt,
  doubleValue,
  hasTag,
  intValue,
  isNilWord,
  isNumberWord,
  numberToDouble,
  pointerOf,
  Type,
  testType,
  unboxInt,
  type Value,
} from "../semantics/values.js";
import type { Walker } from "./walker.js";

/** Where the call is made after all, as if nothing had been done. */
type Otherwise = () => IrBlock;

interface Definition {
  /** The types of the one result that each call has; undefined when not all calls have one. */
  readonly result?: number;
  /** It says nil where there is no result, which is not the same when all results are wanted. */
  readonly pads?: boolean;
  /** Nobody may want its results. */
  readonly discards?: boolean;
  readonly accepts: (args: readonly Value[]) => boolean;
  readonly emit: (w: Walker, args: readonly Value[], otherwise: Otherwise) => Value | undefined;
}

/** One call of such a function. */
export interface Shortcut {
  readonly result: number | undefined;
  /** Goes on with the results, where not at `otherwise`. */
  readonly emit: (w: Walker, otherwise: Otherwise) => readonly Value[];
}

const mayBe = (value: Value | undefined, types: number): boolean => value !== undefined && (value.type & types) !== 0;

const texts = (...positions: readonly number[]): ((args: readonly Value[]) => boolean) => {
  return (args) => mayBe(args[0], Type.String) && positions.every((at) => at >= args.length || canBeInt(args[at] as Value));
};

/** The address of a string. */
function stringOf(w: Walker, value: Value, otherwise: Otherwise): IrValue {
  if (value.type !== Type.String) w.require(testType(w.ir, value, Type.String, "likely.string"), otherwise());
  return pointerOf(w.ir, w.boxed(value));
}

function intOf(w: Walker, value: Value, otherwise: Otherwise): IrValue {
  if (value.representation === "int") return value.ir;
  if (value.type !== Type.Int) w.require(testType(w.ir, value, Type.Int, "likely.int"), otherwise());
  return unboxInt(w.ir, w.boxed(value));
}

/** A leaf helper's value: it gives up when it is not a simple case. */
function found(w: Walker, word: IrValue, otherwise: Otherwise): IrValue {
  w.require(w.ir.compare("ne", word, w.ir.word(w.ir.layout.notFound), "likely.found"), otherwise());
  return word;
}

const lengthOf = ({ ir }: Walker, string: IrValue): IrValue =>
  ir.load(ir.i32, ir.address(string, ir.layout.offset("String", "length")), "instruction");

const byteAt = ({ ir }: Walker, string: IrValue, offset: IrValue): IrValue => {
  const bytes = ir.address(string, ir.layout.size("String"));
  return ir.zeroExtend(ir.load(ir.i8, ir.element(bytes, ir.zeroExtend(offset), 1), "instruction"), ir.i32);
};

/** The byte at a position of the program's, which counts from the end if it is negative, as an int32; and whether there is one. */
export function byteOf(w: Walker, string: IrValue, position: IrValue): { inside: IrValue; byte: () => IrValue } {
  const { ir } = w;
  const length = lengthOf(w, string);
  const fromEnd = ir.compare("slt", position, ir.int32(0));
  const offset = ir.select(fromEnd, ir.add(position, length), ir.sub(position, ir.int32(1)));
  return { inside: ir.compare("ult", offset, length, "likely.inside"), byte: () => byteAt(w, string, offset) };
}

const byte: Definition = {
  pads: true,
  accepts: (args) => args.length <= 2 && texts(1)(args),
  emit: (w, [text, position], otherwise) => {
    const string = stringOf(w, text as Value, otherwise);
    const at = position === undefined ? w.ir.int32(1) : intOf(w, position, otherwise);
    const { inside, byte } = byteOf(w, string, at);
    const word = w.either(
      inside,
      () => boxInt(w.ir, byte()),
      () => w.ir.word(w.ir.layout.nil),
    );
    return boxedValue(word, Type.Int | Type.Nil);
  },
};

/** The string of one byte, an int32 that is known to be one. */
const character = ({ ir, context }: Walker, code: IrValue): IrValue =>
  ir.load(ir.i64, ir.element(ir.word(context.characters), ir.zeroExtend(code), 8), "instruction");

const sub: Definition = {
  result: Type.String,
  accepts: (args) => (args.length === 2 || args.length === 3) && texts(1, 2)(args),
  emit: (w, [text, from, to], otherwise) => {
    const { ir } = w;
    const string = stringOf(w, text as Value, otherwise);
    const first = intOf(w, from as Value, otherwise);
    const last = to === undefined ? ir.int32(-1) : intOf(w, to, otherwise);
    const words = [w.boxed(text as Value), ir.signExtend(first), ir.signExtend(last)];
    const part = (): IrValue => found(w, w.leaf("yl_leaf_substring", [w.co, ...words]), otherwise);
    if (to === undefined || !w.isSame(from as Value, to)) return boxedValue(part(), Type.String);
    const offset = ir.sub(first, ir.int32(1));
    const inside = ir.compare("ult", offset, lengthOf(w, string), "likely.inside");
    return boxedValue(
      w.either(inside, () => character(w, byteAt(w, string, offset)), part),
      Type.String,
    );
  },
};

const len: Definition = {
  result: Type.Int,
  accepts: (args) => texts()(args),
  emit: (w, [text], otherwise) => intValue(lengthOf(w, stringOf(w, text as Value, otherwise))),
};

const char: Definition = {
  result: Type.String,
  accepts: (args) => args.length > 0 && args.every(canBeInt),
  emit: (w, args, otherwise) => {
    const { ir } = w;
    if (args.length === 1) {
      const code = intOf(w, args[0] as Value, otherwise);
      w.require(ir.compare("ult", code, ir.int32(256), "likely.byte"), otherwise());
      return boxedValue(character(w, code), Type.String);
    }
    for (const [index, value] of args.entries()) storeTransfer(w, "arguments", ir.word(index), w.boxed(value));
    return boxedValue(found(w, w.leaf("yl_leaf_characters", [w.co, ir.word(args.length)]), otherwise), Type.String);
  },
};

const changeCase = (upper: boolean): Definition => ({
  result: Type.String,
  accepts: texts(),
  emit: (w, [text], otherwise) => {
    stringOf(w, text as Value, otherwise);
    const word = w.leaf("yl_leaf_change_case", [w.co, w.boxed(text as Value), w.ir.word(upper ? 1 : 0)]);
    return boxedValue(found(w, word, otherwise), Type.String);
  },
});

/** Of an int: others may have a handler, even strings. */
const tostring: Definition = {
  result: Type.Any,
  accepts: ([value]) => value !== undefined && canBeInt(value),
  emit: (w, [value], otherwise) => {
    const int = w.ir.signExtend(intOf(w, value as Value, otherwise));
    return boxedValue(found(w, w.leaf("yl_leaf_int_text", [w.co, int]), otherwise), Type.String);
  },
};

const tonumber: Definition = {
  result: Type.Number | Type.Nil,
  accepts: (args) => args.length === 1 && mayBe(args[0], Type.Number | Type.String),
  emit: (w, args, otherwise) => {
    const { ir } = w;
    const [value] = args as readonly [Value];
    if ((value.type & ~Type.Number) === 0) return value;
    const parsed = (): IrValue => {
      stringOf(w, value, otherwise);
      return found(w, w.leaf("yl_leaf_parse_number", [w.boxed(value)]), otherwise);
    };
    if (value.type === Type.String) return boxedValue(parsed(), Type.Number);
    return boxedValue(
      w.either(isNumberWord(ir, w.boxed(value)), () => w.boxed(value), parsed),
      Type.Number,
    );
  },
};

/** A number as a double, whichever it is. */
function doubleOf(w: Walker, value: Value, otherwise: Otherwise): IrValue {
  const { ir } = w;
  if (value.representation === "double") return value.ir;
  if (value.representation === "int") return ir.intToDouble(value.ir);
  w.require(testType(ir, value, Type.Number, "likely.number"), otherwise());
  return numberToDouble(ir, w.boxed(value));
}

const numbers = (args: readonly Value[]): boolean => args.length > 0 && args.every((value) => mayBe(value, Type.Number));

const better = (greater: boolean): Definition => ({
  result: Type.Number,
  accepts: numbers,
  emit: (w, args, otherwise) => {
    const { ir } = w;
    const doubles = args.map((value) => doubleOf(w, value, otherwise));
    const best = doubles.reduce((x, y) => ir.select(greater ? ir.compareDouble("olt", x, y) : ir.compareDouble("olt", y, x), y, x));
    return doubleValue(best);
  },
});

const abs: Definition = {
  result: Type.Number,
  accepts: numbers,
  emit: (w, [value], otherwise) => doubleValue(w.ir.floatIntrinsic("fabs", doubleOf(w, value as Value, otherwise))),
};

/** The address of a value's table. */
function tableOf(w: Walker, table: Value, otherwise: Otherwise): IrValue {
  const word = w.boxed(table);
  w.require(hasTag(w.ir, word, "table", "likely.table"), otherwise());
  return pointerOf(w.ir, word);
}

/** table.insert(t, v): as by t[#t + 1] = v, but whatever the metatable says. */
const append: Definition = {
  discards: true,
  accepts: (args) => args.length === 2,
  emit: (w, args, otherwise) => {
    const { ir } = w;
    const [table, value] = args as readonly [Value, Value];
    const word = w.boxed(value);
    const address = tableOf(w, table, otherwise);
    const count = ir.load(ir.i32, ir.address(address, ir.layout.offset("Table", "array_count")), "count");
    const next = ir.add(ir.zeroExtend(count), ir.word(1));
    const storeAll = (store: (index: IrValue, word: IrValue) => void): void => store(ir.word(0), word);
    appendList(w, address, next, ir.word(1), () => word, otherwise(), storeAll);
    return undefined;
  },
};

/** table.remove(t) of a table that is not empty, and has no hole at its end then. */
const removeLast: Definition = {
  accepts: (args) => args.length === 1,
  emit: (w, [table], otherwise) => {
    const { ir } = w;
    const address = tableOf(w, table as Value, otherwise);
    const field = (name: string): IrValue => ir.address(address, ir.layout.offset("Table", name));
    const count = ir.load(ir.i32, field("array_count"), "count");
    w.require(ir.compare("ne", count, ir.int32(0), "likely.some"), otherwise());
    const last = ir.sub(count, ir.int32(1));
    const array = ir.load(ir.i64, field("array"), "array");
    const element = (index: IrValue): IrValue => ir.load(ir.i64, ir.element(array, ir.zeroExtend(index), 8), "element");
    const removed = element(last);
    const staysDense = w.either(
      ir.compare("eq", last, ir.int32(0)),
      () => ir.bit(true),
      () => ir.not(isNilWord(ir, element(ir.sub(last, ir.int32(1))))),
      ir.i1,
    );
    w.require(staysDense, otherwise());
    ir.store(ir.i32, last, field("array_count"), "count");
    return boxedValue(removed, Type.Any & ~Type.Nil);
  },
};

const definitions: Readonly<Record<string, Definition>> = {
  "string.byte": byte,
  "string.sub": sub,
  "string.len": len,
  "string.char": char,
  "string.upper": changeCase(true),
  "string.lower": changeCase(false),
  tostring,
  tonumber,
  "math.max": better(true),
  "math.min": better(false),
  "math.abs": abs,
  "table.insert": append,
  "table.remove": removeLast,
};

/** `wanted`: how many results the call is asked for; undefined: all. */
export function shortcutFor(name: string, args: readonly Value[], wanted: number | undefined): Shortcut | undefined {
  const definition = definitions[name];
  if (definition === undefined || !definition.accepts(args)) return undefined;
  const { result, discards, pads, emit } = definition;
  if ((discards && wanted !== 0) || (pads && wanted === undefined)) return undefined;
  return {
    result,
    emit: (w, otherwise) => {
      const value = emit(w, args, otherwise);
      return value === undefined ? [] : [value];
    },
  };
}
