// SPDX-License-Identifier: MIT
/** Library functions whose calls become a few instructions. Each returns its results, or undefined when this call is not worth it. */
import type { IrBlock, IrValue } from "../ir.js";
import { canBeInt, likelyNumber } from "../semantics/arithmetic.js";
import { type Status, statusOf } from "../semantics/coroutines.js";
import { appendList } from "../semantics/tables.js";
import { boxedValue, boxInt, doubleValue, hasTag, intValue, isNilWord, pointerOf, Type, type Value } from "../semantics/values.js";
import { setmetatable } from "./metatables.js";
import { materialize } from "./objects.js";
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

const abs: Inliner = (w, [x]) => {
  if (!isNumber(x) || (x.representation === "boxed" && canBeInt(x))) return undefined;
  return x.representation === "double" ? [doubleValue(w.ir.floatIntrinsic("fabs", x.ir))] : undefined;
};

/** next(table, key), as `for … in pairs(t)` calls it. */
const next: Inliner = (w, [table, key]) => {
  const { ir } = w;
  if (table === undefined || key === undefined) return undefined;
  const checked = w.guardType(table, Type.Table, "not a table");
  const pair = w.leaf("yl_leaf_next", [w.co, pointerOf(ir, w.boxed(checked)), w.boxed(key)]);
  const [nextKey, value] = [ir.extract(pair, 0), ir.extract(pair, 1)];
  // {nil, false}: the key is not in the table; the interpreter raises the error.
  const unknownKey = ir.and(isNilWord(ir, nextKey), ir.compare("eq", value, ir.word(ir.layout.false)));
  w.guard(ir.not(unknownKey), "other type");
  return [boxedValue(nextKey), boxedValue(value)];
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
  const word = w.either(
    ir.compare("ult", last, ir.load(ir.i32, field("array_count"), "count")),
    () => ir.load(ir.i64, ir.element(ir.load(ir.i64, field("array"), "array"), ir.zeroExtend(last), 8), "element"),
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

/** math.max and math.min of two: the second when it is greater (less) than the first. */
const better =
  (greater: boolean): Inliner =>
  (w, args) => {
    const { ir } = w;
    const [a, b] = args;
    if (args.length !== 2 || !isNumber(a) || !isNumber(b)) return undefined;
    const ints = intsOf(w, args);
    if (ints !== undefined) {
      const [x, y] = ints as [IrValue, IrValue];
      return [intValue(ir.select(greater ? ir.compare("slt", x, y) : ir.compare("slt", y, x), y, x))];
    }
    if (w.context.givenUp(w.info.id, w.pc)) return undefined;
    const [x, y] = [a, b].map((value) => w.asDouble(value, likelyNumber(value, Type.Number)).ir) as [IrValue, IrValue];
    return [doubleValue(ir.select(greater ? ir.compareDouble("olt", x, y) : ir.compareDouble("olt", y, x), y, x))];
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
  const { ir } = w;
  const [string, position] = args;
  if (args.length !== 2 || string === undefined || position === undefined || !(string.type & Type.String)) return undefined;
  const ints = intsOf(w, [position]);
  if (ints === undefined) return undefined;
  const address = pointerOf(ir, w.boxed(w.guardType(string, Type.String, "not a string")));
  const offset = ir.sub(ints[0] as IrValue, ir.int32(1));
  const length = ir.load(ir.i32, ir.address(address, ir.layout.offset("String", "length")), "instruction");
  w.guard(ir.compare("ult", offset, length), "out of bounds");
  const bytes = ir.address(address, ir.layout.size("String"));
  return [intValue(ir.zeroExtend(ir.load(ir.i8, ir.element(bytes, ir.zeroExtend(offset), 1), "instruction"), ir.i32))];
};

/** coroutine.status: a comparison of the result with a constant becomes one of the status. */
const status: Inliner = (w, [thread]) => {
  const { ir } = w;
  if (thread === undefined || !(thread.type & Type.Other) || w.context.givenUp(w.info.id, w.pc)) return undefined;
  const word = w.boxed(thread);
  w.guard(hasTag(ir, word, "thread"), "other type");
  const now = statusOf(w, pointerOf(ir, word));
  const text = (of: Status): IrValue => w.boxed(w.known(w.context.string(of)));
  const result = (["suspended", "running", "normal"] as const).reduceRight(
    (rest, of) => ir.select(ir.compare("eq", now, ir.int32(ir.layout.statuses[of])), text(of), rest),
    text("dead"),
  );
  return [boxedValue(result, Type.String)];
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
  next,
  "ipairs.iterator": ipairsIterator,
};

/** Those that do not need the tables that they are given to exist. */
const takesVirtuals: ReadonlySet<string> = new Set(["setmetatable"]);

export function inlineBuiltin(w: Walker, name: string, args: readonly Value[]): readonly Value[] | undefined {
  if (!takesVirtuals.has(name)) for (const value of args) materialize(w, value);
  return inliners[name]?.(
    w,
    args.map((value) => w.environment.resolve(value)),
  );
}

/** Does what a call without results does, or goes to `otherwise` with nothing done, where the call is made. */
export type Shortcut = (w: Walker, otherwise: IrBlock) => void;

/** table.insert(t, v): as by t[#t + 1] = v, but whatever the metatable says. */
const append =
  (table: Value, value: Value): Shortcut =>
  (w, otherwise) => {
    const { ir } = w;
    const [tableWord, word] = [w.boxed(table), w.boxed(value)];
    w.require(hasTag(ir, tableWord, "table", "likely.table"), otherwise);
    const address = pointerOf(ir, tableWord);
    const count = ir.load(ir.i32, ir.address(address, ir.layout.offset("Table", "array_count")), "count");
    const next = ir.add(ir.zeroExtend(count), ir.word(1));
    const storeAll = (store: (index: IrValue, word: IrValue) => void): void => store(ir.word(0), word);
    appendList(w, address, next, ir.word(1), () => word, otherwise, storeAll);
  };

export function shortcutFor(name: string, args: readonly Value[]): Shortcut | undefined {
  const [table, value] = args;
  return name === "table.insert" && args.length === 2 && table !== undefined && value !== undefined ? append(table, value) : undefined;
}
