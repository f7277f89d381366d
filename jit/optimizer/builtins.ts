// SPDX-License-Identifier: MIT
/** Library functions whose calls become a few instructions. Each returns its results, or undefined when this call is not worth it. */
import type { IrValue } from "../ir.js";
import { canBeInt, likelyNumber } from "../semantics/arithmetic.js";
import { boxedValue, boxInt, doubleValue, intValue, isNilWord, pointerOf, Type, type Value } from "../semantics/values.js";
import type { Walker } from "./walker.js";

type Inliner = (w: Walker, args: readonly Value[]) => readonly Value[] | undefined;

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

const inliners: Readonly<Record<string, Inliner>> = {
  "math.floor": floor,
  "math.sqrt": sqrt,
  "math.abs": abs,
  next,
  "ipairs.iterator": ipairsIterator,
};

export const inlineBuiltin = (w: Walker, name: string, args: readonly Value[]): readonly Value[] | undefined => inliners[name]?.(w, args);
