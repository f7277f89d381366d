// SPDX-License-Identifier: MIT
/** Library functions whose calls become a few instructions. Each returns its results, or undefined when this call is not worth it. */
import { ALL_RESULTS } from "../../lang/bytecode.js";
import type { IrValue } from "../ir.js";
import { canBeInt, likelyNumber } from "../semantics/arithmetic.js";
import { truthy } from "../semantics/comparison.js";
import { coroutineField } from "../semantics/coroutines.js";
import { nilValue } from "../semantics/machine.js";
import {
  boxedValue,
  boxInt,
  constantNumber,
  doubleBits,
  doubleValue,
  hasTag,
  intValue,
  isNilWord,
  pointerOf,
  Type,
  testType,
  unboxInt,
  type Value,
} from "../semantics/values.js";
import { expectationOf } from "./expectations.js";
import { setmetatable } from "./metatables.js";
import { materialize } from "./objects.js";
import { prefetchCoroutines } from "./prefetch.js";
import { byteOf } from "./shortcuts.js";
import { needsStack } from "./virtual-coroutines.js";
import type { Walker } from "./walker.js";

export type Inliner = (w: Walker, args: readonly Value[]) => readonly Value[] | undefined;

const isNumber = (value: Value | undefined): value is Value => value !== undefined && (value.type & Type.Number) !== 0;

const floor: Inliner = (w, [x]) => {
  const { ir } = w;
  if (!isNumber(x)) return undefined;
  if (x.representation === "int") return [x];
  const floored = ir.floatIntrinsic("floor", w.asDouble(x, likelyNumber(x, Type.Number)).ir);
  if (w.context.givenUp(w.info.id, w.pc)) return [doubleValue(floored)];
  // Nearly every floor is used as an int; comparing the bits keeps -0 a double.
  const int = ir.doubleToInt(floored);
  w.guard(ir.compare("eq", ir.doubleToBits(ir.intToDouble(int)), ir.doubleToBits(floored)), "not integral");
  return [intValue(int)];
};

const sqrt: Inliner = (w, [x]) =>
  isNumber(x) ? [doubleValue(w.ir.floatIntrinsic("sqrt", w.asDouble(x, likelyNumber(x, Type.Number)).ir))] : undefined;

/** Of a value that may be an int or a double, both ways are there: nothing tells which of them arguments have been. */
const abs: Inliner = (w, [x]) => {
  const { ir } = w;
  if (!isNumber(x) || w.context.givenUp(w.info.id, w.pc)) return undefined;
  if (!canBeInt(x)) return [doubleValue(ir.floatIntrinsic("fabs", w.asDouble(x, Type.Double).ir))];
  const least = ir.int32(-(2 ** 31));
  const ofInt = (int: IrValue): IrValue => ir.select(ir.compare("slt", int, ir.int32(0)), ir.sub(ir.int32(0), int), int);
  const number = w.guardType(x, Type.Number, "not a number");
  if (number.type === Type.Int) {
    const { ir: int } = w.asInt(number);
    w.guard(ir.compare("ne", int, least), "overflow");
    return [intValue(ofInt(int))];
  }
  const word = w.boxed(number);
  const either = w.either(
    hasTag(ir, word, "int"),
    () => {
      const int = unboxInt(ir, word);
      return ir.select(ir.compare("eq", int, least), ir.word(doubleBits(2 ** 31)), boxInt(ir, ofInt(int)));
    },
    () => ir.doubleToBits(ir.floatIntrinsic("fabs", ir.bitsToDouble(word))),
  );
  return [boxedValue(either, Type.Number)];
};

const kindOf = ({ ir }: Walker, object: IrValue): IrValue =>
  ir.zeroExtend(ir.load(ir.i8, ir.address(object, ir.layout.offset("Object", "kind")), "code"));

/** The address of what the library takes for a table, which a file is not. */
function libraryTable(w: Walker, value: Value): IrValue {
  const { ir } = w;
  const address = pointerOf(ir, w.boxed(w.guardType(value, Type.Table, "not a table")));
  w.guard(ir.compare("eq", kindOf(w, address), ir.word(ir.layout.kinds.table)), "not a table");
  return address;
}

/** next(table, key), as `for … in pairs(t)` calls it. */
const next: Inliner = (w, [table, key = nilValue(w.ir)]) => {
  const { ir } = w;
  if (table === undefined) return undefined;
  const pair = w.leaf("yl_leaf_next", [w.co, libraryTable(w, table), w.boxed(key)]);
  const [nextKey, value] = [ir.extract(pair, 0), ir.extract(pair, 1)];
  // {nil, false}: the key is not in the table; the interpreter raises the error.
  const unknownKey = ir.and(isNilWord(ir, nextKey), ir.compare("eq", value, ir.word(ir.layout.false)));
  w.guard(ir.not(unknownKey), "other type");
  return [boxedValue(nextKey), boxedValue(value)];
};

/** ipairs(t), pairs(t): what the loop calls each round is known then. */
const iterate =
  (of: "ipairs" | "pairs"): Inliner =>
  (w, [table]) => {
    if (table === undefined || !(table.type & Type.Table) || w.context.givenUp(w.info.id, w.pc)) return undefined;
    const checked = w.guardType(table, Type.Table, "not a table");
    libraryTable(w, checked);
    return [w.known(w.context.iterator(of)), checked, of === "ipairs" ? intValue(w.ir.int32(0)) : nilValue(w.ir)];
  };

/** The iterator of ipairs: {i + 1, t[i + 1]}, or nil at the first nil. */
const ipairsIterator: Inliner = (w, [table, control]) => {
  const { ir } = w;
  if (table === undefined || control === undefined) return undefined;
  const checked = w.guardType(table, Type.Table, "not a table");
  const address = pointerOf(ir, w.boxed(checked));
  const last = w.asInt(control).ir;
  const index = ir.add(last, ir.int32(1));
  const field = (name: string): IrValue => ir.address(address, ir.layout.offset("Table", name));
  const count = ir.load(ir.i32, field("array_count"), "count");
  const word = w.either(
    ir.compare("ult", last, count),
    () => {
      const array = ir.load(ir.i64, field("array"), "array");
      const load = (at: IrValue): IrValue => ir.load(ir.i64, ir.element(array, ir.zeroExtend(at), 8), "element");
      prefetchCoroutines(w, last, count, load);
      return load(last);
    },
    () => w.leaf("yl_leaf_get", [address, boxInt(ir, index)]),
  );
  const end = isNilWord(ir, word);
  const key = ir.select(end, ir.word(ir.layout.nil), boxInt(ir, index));
  return [boxedValue(key, Type.Int | Type.Nil), boxedValue(word)];
};

// ---- two numbers, or 32-bit integers. A wrong guess about a boxed value deoptimizes, and after some of that the call stays a call.

/** Values that ints can be made of, unless that has failed too often here. */
const intsOf = (w: Walker, args: readonly Value[]): IrValue[] | undefined =>
  args.length > 0 && args.every(canBeInt) && !w.context.givenUp(w.info.id, w.pc) ? args.map((value) => w.asInt(value).ir) : undefined;

/** Whether what comes next works on doubles, or on either kind: then the result is better one, whichever kinds the arguments have. */
function wantsDouble({ info, pc, instruction: { op, a, c }, ir }: Walker): boolean {
  if (op !== "CALL" || c !== 1) return false;
  const expected = expectationOf(info, ir.layout, pc, a);
  return expected !== undefined && (expected.types & Type.Double) !== 0;
}

/** math.max and math.min: the best so far, or the next one when that is greater (less). */
const better =
  (greater: boolean): Inliner =>
  (w, args) => {
    const { ir } = w;
    if (args.length === 0 || !args.every(isNumber)) return undefined;
    const ints = wantsDouble(w) ? undefined : intsOf(w, args);
    if (ints !== undefined)
      return [intValue(ints.reduce((x, y) => ir.select(greater ? ir.compare("slt", x, y) : ir.compare("slt", y, x), y, x)))];
    if (w.context.givenUp(w.info.id, w.pc)) return undefined;
    const doubles = args.map((value) => w.asDouble(value, likelyNumber(value, Type.Number)).ir);
    const best = doubles.reduce((x, y) => ir.select(greater ? ir.compareDouble("olt", x, y) : ir.compareDouble("olt", y, x), y, x));
    return [doubleValue(best)];
  };

const fold =
  (operation: (w: Walker, a: IrValue, b: IrValue) => IrValue): Inliner =>
  (w, args) => {
    const ints = intsOf(w, args);
    return ints && [intValue(ints.reduce((a, b) => operation(w, a, b)))];
  };

const bnot: Inliner = (w, args) => {
  const ints = args.length === 1 ? intsOf(w, args) : undefined;
  return ints && [intValue(w.ir.xor(ints[0] as IrValue, w.ir.int32(-1)))];
};

/** Only the low five bits of the count matter. */
const shift =
  (operation: (w: Walker, word: IrValue, count: IrValue) => IrValue): Inliner =>
  (w, args) => {
    const ints = args.length === 2 ? intsOf(w, args) : undefined;
    return ints && [intValue(operation(w, ints[0] as IrValue, w.ir.and(ints[1] as IrValue, w.ir.int32(31))))];
  };

const rotateLeft = ({ ir }: Walker, word: IrValue, count: IrValue): IrValue => {
  const rest = ir.and(ir.sub(ir.int32(32), count), ir.int32(31));
  return ir.or(ir.shift("shl", word, count), ir.shift("lshr", word, rest));
};

/** string.byte(s, i) of one byte that is there. */
const byte: Inliner = (w, args) => {
  const [string, position] = args;
  if (args.length !== 2 || string === undefined || position === undefined || !(string.type & Type.String)) return undefined;
  const ints = intsOf(w, [position]);
  if (ints === undefined) return undefined;
  const address = pointerOf(w.ir, w.boxed(w.guardType(string, Type.String, "not a string")));
  const { inside, byte } = byteOf(w, address, ints[0] as IrValue);
  w.guard(inside, "out of bounds");
  return [intValue(byte())];
};

/**
 * coroutine.status, whose result is a constant on each way but that of a coroutine which is running, or waits for one that is. The body of one
 * without a stack would take its resumer for the one that runs.
 */
const status: Inliner = (w, [thread]) => {
  const { ir } = w;
  needsStack(w);
  if (thread === undefined || !(thread.type & Type.Other) || w.context.givenUp(w.info.id, w.pc)) return undefined;
  const word = w.boxed(thread);
  w.guard(hasTag(ir, word, "thread"), "other type");
  const { none, dead } = ir.layout.resumers;
  const coroutine = pointerOf(ir, word);
  const resumer = coroutineField(w, coroutine, "resumer");
  const [suspended, ended] = ["suspended", "dead"].map((text) => w.boxed(w.known(w.context.string(text)))) as [IrValue, IrValue];
  const result = w.either(
    ir.compare("ule", resumer, ir.word(Math.max(none, dead)), "likely.idle"),
    () => ir.select(ir.compare("eq", resumer, ir.word(none)), suspended, ended),
    () => w.leaf("yl_leaf_coroutine_status", [w.co, coroutine]),
  );
  return [boxedValue(result, Type.String)];
};

const typeNames: readonly (readonly [types: number, name: string])[] = [
  [Type.Number, "number"],
  [Type.String, "string"],
  [Type.Nil, "nil"],
  [Type.Function, "function"],
  [Type.Boolean, "boolean"],
  [Type.Other, "thread"],
];

/** type(x): compared with a constant, it becomes a test of the type. */
const type: Inliner = (w, [value]) => {
  const { ir } = w;
  if (value === undefined) return undefined;
  const text = (name: string): Value => w.known(w.context.string(name));
  const word = (name: string): IrValue => w.boxed(text(name));
  const possible = typeNames.filter(([types]) => (value.type & types) !== 0);
  const others = (): IrValue => {
    const [, last] = possible[possible.length - 1] as (typeof typeNames)[number];
    return possible.slice(0, -1).reduceRight((rest, [types, name]) => ir.select(testType(ir, value, types), word(name), rest), word(last));
  };
  if (!(value.type & Type.Table))
    return possible.length === 1 ? [text((possible[0] as (typeof typeNames)[number])[1])] : [boxedValue(others(), Type.String)];
  // A file is a table to everything but the library.
  const tableOrFile = (): IrValue =>
    ir.select(ir.compare("eq", kindOf(w, pointerOf(ir, w.boxed(value))), ir.word(ir.layout.kinds.file)), word("userdata"), word("table"));
  return [boxedValue(possible.length === 0 ? tableOrFile() : w.either(testType(ir, value, Type.Table), tableOrFile, others), Type.String)];
};

/** select("#", …) and select(n, …) of values that are known one by one. */
const select: Inliner = (w, [which, ...values]) => {
  const { constant } = which ?? {};
  if (constant === undefined) return undefined;
  if (constant === w.context.string("#")) return [intValue(w.ir.int32(values.length))];
  const from = which?.representation === "int" ? constantNumber(w.ir.layout, constant) : 0;
  return from > 0 ? values.slice(from - 1) : undefined;
};

/** assert(v, …) of a value that is neither nil nor false. */
const assert: Inliner = (w, args) => {
  const [value] = args;
  if (value === undefined || w.context.givenUp(w.info.id, w.pc)) return undefined;
  w.guard(truthy(w, value), "other type");
  return args;
};

/** rawget(t, k) */
const rawget: Inliner = (w, [table, key]) => {
  if (table === undefined || key === undefined || w.context.givenUp(w.info.id, w.pc)) return undefined;
  return [boxedValue(w.leaf("yl_leaf_get", [libraryTable(w, table), w.boxed(key)]))];
};

const inliners: Readonly<Record<string, Inliner>> = {
  "math.floor": floor,
  "math.sqrt": sqrt,
  "math.abs": abs,
  "math.max": better(true),
  "math.min": better(false),
  "bit.band": fold((w, a, b) => w.ir.and(a, b)),
  "bit.bor": fold((w, a, b) => w.ir.or(a, b)),
  "bit.bxor": fold((w, a, b) => w.ir.xor(a, b)),
  "bit.tobit": (w, args) => (args.length === 1 ? fold((_, a) => a)(w, args) : undefined),
  "bit.bnot": bnot,
  "bit.lshift": shift((w, word, count) => w.ir.shift("shl", word, count)),
  "bit.rshift": shift((w, word, count) => w.ir.shift("lshr", word, count)),
  "bit.arshift": shift((w, word, count) => w.ir.shift("ashr", word, count)),
  "bit.rol": shift(rotateLeft),
  "bit.ror": shift((w, word, count) => rotateLeft(w, word, w.ir.and(w.ir.sub(w.ir.int32(32), count), w.ir.int32(31)))),
  "string.byte": byte,
  "coroutine.status": status,
  setmetatable,
  ipairs: iterate("ipairs"),
  pairs: iterate("pairs"),
  type,
  select,
  assert,
  rawget,
  next,
  "ipairs.iterator": ipairsIterator,
};

/** Those that do not need the tables that they are given to exist. */
const takesVirtuals: ReadonlySet<string> = new Set(["setmetatable"]);

/** Those that have one result less at the end, where it is nil: as good as nil, unless all results are wanted. */
const endsShort: ReadonlySet<string> = new Set(["next", "ipairs.iterator"]);

export function inlineBuiltin(w: Walker, name: string, args: readonly Value[], wanted: number): readonly Value[] | undefined {
  if (wanted === ALL_RESULTS && endsShort.has(name)) return undefined;
  if (!takesVirtuals.has(name)) for (const value of args) materialize(w, value);
  return inliners[name]?.(
    w,
    args.map((value) => w.environment.resolve(value)),
  );
}
