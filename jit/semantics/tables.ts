// SPDX-License-Identifier: MIT
/**
 * Tables: reads and writes with array and general keys (fields: fields.ts), constructors, length.
 *
 * Keys 1..array_count are in `array`; the rest is in native helpers.
 */
import type { IrValue } from "../ir.js";
import { allocate } from "./allocation.js";
import { SeenIndex, SeenLength } from "./feedback.js";
import { asTable, tableField } from "./fields.js";
import { Join, type Machine } from "./machine.js";
import { guardNotAbsent, indexSlowly, loadMetatable, orFromMetatable, setIndexSlowly, storesPlainly } from "./metatables.js";
import {
  boxedValue,
  boxInt,
  constantNumber,
  hasTag,
  intValue,
  isDoubleWord,
  isNilWord,
  pointerOf,
  Type,
  testType,
  unboxInt,
  type Value,
} from "./values.js";

const arrayCount = (m: Machine, table: IrValue): IrValue => m.ir.load(m.ir.i32, tableField(m, table, "array_count"), "count");

const elementAddress = (m: Machine, table: IrValue, index: IrValue): IrValue =>
  m.ir.element(m.ir.load(m.ir.i64, tableField(m, table, "array"), "array"), m.ir.zeroExtend(index), 8);

const loadElement = (m: Machine, table: IrValue, index: IrValue): IrValue =>
  m.ir.load(m.ir.i64, elementAddress(m, table, index), "element");

const addressOfTable = (m: Machine, object: Value): IrValue => pointerOf(m.ir, m.boxed(asTable(m, object)));

/** R[A] = object[key] */
export function getIndex(m: Machine, object: Value, key: Value): Value {
  const { ir, seen } = m;
  if (m.recording || seen & SeenIndex.Generic) return boxedValue(getIndexGeneric(m, m.boxed(object), m.boxed(key)));
  if (seen === 0) m.deoptimize("not seen yet");
  const table = addressOfTable(m, object);
  const index = arrayIndex(m, key);
  const absentIsNil = (word: IrValue): Value => {
    if (seen & SeenIndex.Metatable) {
      const slow = (): IrValue => indexSlowly(m, m.boxed(object), m.boxed(key));
      return boxedValue(orFromMetatable(m, table, m.boxed(key), word, slow));
    }
    const expected = m.asExpected(word);
    if (expected !== undefined) return expected;
    guardNotAbsent(m, table, word);
    return boxedValue(word);
  };
  if (index === undefined) return absentIsNil(m.leaf("yl_leaf_get", [table, m.boxed(key)]));
  const inArray = ir.compare("ult", index, arrayCount(m, table));
  if ((seen & (SeenIndex.OutOfBounds | SeenIndex.DoubleOutside)) === 0) {
    m.guard(inArray, "out of bounds");
    return absentIsNil(loadElement(m, table, index));
  }
  const word = m.either(
    inArray,
    () => loadElement(m, table, index),
    () => m.leaf("yl_leaf_get", [table, m.boxed(key)]),
  );
  return absentIsNil(word);
}

/** The position in the array part that a key would have (0-based, i32), if only ints or only integral doubles have been seen as keys. */
function arrayIndex(m: Machine, key: Value): IrValue | undefined {
  const { ir, seen } = m;
  const ints = (seen & (SeenIndex.Array | SeenIndex.OutOfBounds | SeenIndex.Append)) !== 0;
  if (seen & SeenIndex.OtherKey) return undefined;
  // LLVM would take the conversion of such a constant, which has no result, for a proof that the access is never reached.
  const constant = key.constant === undefined || !(key.type & Type.Number) ? 0 : constantNumber(ir.layout, key.constant);
  if (constant !== (constant | 0)) return undefined;
  if (key.representation !== "double" && (seen & SeenIndex.DoubleKey) === 0 && ints && key.type & Type.Int) {
    return ir.sub(m.asInt(key).ir, ir.int32(1));
  }
  if (key.representation === "double" || (!ints && key.type & Type.Double)) {
    const double = m.asDouble(key, Type.Double).ir;
    const int = ir.doubleToInt(double);
    m.guard(ir.compareDouble("oeq", ir.intToDouble(int), double), "not integral");
    return ir.sub(int, ir.int32(1));
  }
  return undefined;
}

function getIndexGeneric(m: Machine, object: IrValue, key: IrValue): IrValue {
  const { ir } = m;
  const join = new Join(m);
  const found = new Join(m);
  const notTable = ir.block("not-table");
  const otherKey = ir.block("other-key");
  const lookup = ir.block("lookup");
  const absent = ir.block("absent");
  m.require(hasTag(ir, object, "table"), notTable);
  const table = pointerOf(ir, object);
  m.require(hasTag(ir, key, "int"), otherKey);
  const index = ir.sub(unboxInt(ir, key), ir.int32(1));
  m.require(ir.compare("ult", index, arrayCount(m, table)), absent);
  m.record(SeenIndex.Array);
  found.arrive(loadElement(m, table, index));

  ir.at(absent);
  m.record(SeenIndex.OutOfBounds);
  ir.jump(lookup);
  ir.at(otherKey);
  recordOtherKey(m, table, key);
  ir.jump(lookup);
  ir.at(lookup);
  found.arrive(m.leaf("yl_leaf_get", [table, key]));

  const word = found.finish();
  join.arrive(orFromMetatable(m, table, key, word, () => indexSlowly(m, object, key), SeenIndex.Metatable));

  ir.at(notTable);
  m.record(SeenIndex.Generic);
  join.arrive(indexSlowly(m, object, key));
  return join.finish();
}

function recordOtherKey(m: Machine, table: IrValue, key: IrValue): void {
  if (!m.recording) return;
  const { ir } = m;
  const double = ir.block("double-key");
  const other = ir.block("no-number-key");
  const done = ir.block("recorded");
  ir.branch(isDoubleWord(ir, key), double, other);
  ir.at(double);
  m.record(SeenIndex.DoubleKey);
  const outside = ir.block("outside");
  const number = ir.bitsToDouble(key);
  const int = ir.doubleToInt(number);
  m.require(ir.compareDouble("oeq", ir.intToDouble(int), number), outside);
  m.require(ir.compare("ult", ir.sub(int, ir.int32(1)), arrayCount(m, table)), outside);
  ir.jump(done);
  ir.at(outside);
  m.record(SeenIndex.DoubleOutside);
  ir.jump(done);
  ir.at(other);
  m.record(SeenIndex.OtherKey);
  ir.jump(done);
  ir.at(done);
}

/** object[key] = value */
export function setIndex(m: Machine, object: Value, key: Value, value: Value): void {
  const { ir, seen } = m;
  if (m.recording || seen & SeenIndex.Generic) return setIndexGeneric(m, m.boxed(object), m.boxed(key), m.boxed(value));
  if (seen === 0) m.deoptimize("not seen yet");
  const table = addressOfTable(m, object);
  const index = arrayIndex(m, key);
  const word = m.boxed(value);
  const notNil = value.type & Type.Nil ? testType(ir, value, Type.Any & ~Type.Nil & value.type) : undefined;
  if (index !== undefined && (seen & ~(SeenIndex.Array | SeenIndex.DoubleKey | SeenIndex.WithMetatable)) === 0 && notNil === undefined) {
    m.guard(ir.compare("ult", index, arrayCount(m, table)), "out of bounds");
    m.guard(
      storesPlainly(m, table, () => loadElement(m, table, index), SeenIndex.WithMetatable),
      "metatable",
    );
    ir.store(ir.i64, word, elementAddress(m, table, index), "element");
    return;
  }
  const slow = ir.block("slow");
  const done = ir.block("done");
  // Nil at the end shrinks the array: only values that cannot be nil are stored in place.
  if (notNil !== undefined) m.require(notNilWord(m, word), slow);
  if (index !== undefined) {
    const append = ir.block("append");
    const count = arrayCount(m, table);
    m.require(ir.compare("ult", index, count), append);
    m.require(
      storesPlainly(m, table, () => loadElement(m, table, index), SeenIndex.WithMetatable),
      slow,
    );
    ir.store(ir.i64, word, elementAddress(m, table, index), "element");
    ir.jump(done);
    ir.at(append);
    appendInPlace(m, table, index, count, word, slow);
    ir.jump(done);
  } else ir.jump(slow);
  ir.at(slow);
  storeThroughHelpers(m, table, m.boxed(object), m.boxed(key), word);
  ir.jump(done);
  ir.at(done);
}

const notNilWord = (m: Machine, word: IrValue): IrValue => m.ir.not(isNilWord(m.ir, word));

/** Store just behind the array part when there is room and nothing to migrate from the hash part. */
function appendInPlace(
  m: Machine,
  table: IrValue,
  index: IrValue,
  count: IrValue,
  word: IrValue,
  otherwise: ReturnType<Machine["ir"]["block"]>,
): void {
  const { ir } = m;
  m.require(ir.compare("eq", index, count), otherwise);
  m.require(ir.compare("ult", count, ir.load(ir.i32, tableField(m, table, "array_capacity"), "array")), otherwise);
  m.require(ir.compare("eq", ir.load(ir.i64, tableField(m, table, "hash"), "array"), ir.word(0)), otherwise);
  m.require(ir.compare("eq", loadMetatable(m, table), ir.word(0)), otherwise);
  ir.store(ir.i64, word, elementAddress(m, table, index), "element");
  ir.store(ir.i32, ir.add(count, ir.int32(1)), tableField(m, table, "array_count"), "count");
}

function storeThroughHelpers(m: Machine, table: IrValue, object: IrValue, key: IrValue, word: IrValue): void {
  const { ir } = m;
  const host = ir.block("host");
  const stored = ir.block("stored");
  ir.branch(ir.compare("ne", m.leaf("yl_leaf_set_index", [m.co, table, key, word]), ir.word(0)), stored, host);
  ir.at(host);
  setIndexSlowly(m, object, key, word, () => m.hostCall("yl_set_index", [m.co, object, key, word]));
  ir.jump(stored);
  ir.at(stored);
}

function setIndexGeneric(m: Machine, object: IrValue, key: IrValue, word: IrValue): void {
  const { ir } = m;
  const done = ir.block("done");
  const notTable = ir.block("not-table");
  const otherKey = ir.block("other-key");
  const append = ir.block("append");
  const absent = ir.block("absent");
  const hole = ir.block("hole");
  const slow = ir.block("slow");
  m.require(hasTag(ir, object, "table"), notTable);
  const table = pointerOf(ir, object);
  m.require(hasTag(ir, key, "int"), otherKey);
  const index = ir.sub(unboxInt(ir, key), ir.int32(1));
  const count = arrayCount(m, table);
  m.require(ir.compare("ult", index, count), append);
  m.record(SeenIndex.Array);
  m.require(notNilWord(m, word), slow);
  m.require(
    storesPlainly(m, table, () => loadElement(m, table, index), SeenIndex.WithMetatable),
    hole,
  );
  ir.store(ir.i64, word, elementAddress(m, table, index), "element");
  ir.jump(done);

  ir.at(hole);
  m.record(SeenIndex.Metatable);
  ir.jump(slow);
  ir.at(append);
  m.require(notNilWord(m, word), absent);
  m.require(ir.compare("eq", index, count), absent);
  m.record(SeenIndex.Append);
  appendInPlace(m, table, index, count, word, slow);
  ir.jump(done);

  ir.at(absent);
  m.record(SeenIndex.OutOfBounds);
  ir.jump(slow);
  ir.at(otherKey);
  recordOtherKey(m, table, key);
  ir.jump(slow);
  ir.at(slow);
  storeThroughHelpers(m, table, object, key, word);
  ir.jump(done);

  ir.at(notTable);
  m.record(SeenIndex.Generic);
  setIndexSlowly(m, object, key, word, () => m.hostCall("yl_set_index", [m.co, object, key, word]));
  ir.jump(done);
  ir.at(done);
}

// ---- constructors and length

/** What a table has from the outset; room for it is asked for as well. */
export interface TableContents {
  /** An address. */
  readonly shape: bigint;
  /** Boxed words; the last element is not nil. */
  readonly elements: readonly IrValue[];
  readonly slots: readonly IrValue[];
  /** Boxed, too. */
  readonly metatable: IrValue | undefined;
}

/**
 * R[A] = {}, as table_new does it: what the constructor has is kept in the object itself, if it is not much. With contents, which takes
 * constant sizes that are not too much, the table is complete at once.
 */
export function newTable(m: Machine, elements: IrValue, fields: IrValue, contents?: TableContents): Value {
  const { ir } = m;
  const { layout } = ir;
  const fill = (address: IrValue): void => contents && fillTable(m, address, elements, contents);
  const values = ir.add(elements, fields);
  const table = allocate(m, {
    kind: "table",
    size: ir.add(ir.shl(values, 3), ir.word(layout.size("Table"))),
    flags: fields,
    when: ir.compare("ule", values, ir.word(layout.size("inlineValues"))),
    initialize: (address) => {
      const field = (name: string): IrValue => tableField(m, address, name);
      const array = ir.address(address, layout.size("Table"));
      ir.store(ir.i64, array, field("array"), "array");
      ir.store(ir.i32, ir.int32(0), field("array_count"), "count");
      ir.store(ir.i32, ir.truncate(elements, ir.i32), field("array_capacity"), "array");
      ir.store(ir.i64, ir.load(ir.i64, m.engineField("empty_shape"), "instruction"), field("shape"), "shape");
      ir.store(ir.i64, ir.element(array, elements, 8), field("slots"), "slots");
      ir.store(ir.i64, ir.word(0), field("hash"), "array");
      ir.store(ir.i64, ir.word(0), field("metatable"), "metatable");
      ir.store(ir.i32, ir.int32(0), field("is_metatable"), "metatable");
      ir.store(ir.i32, m.recording ? countTable(m) : ir.int32(0), field("site"), "metatable");
      fill(address);
    },
    slow: () => {
      const word = m.hostCall("yl_new_table", [m.co, elements, fields]);
      fill(pointerOf(ir, word));
      return word;
    },
  });
  return { ...boxedValue(table, Type.Table), identity: {} };
}

/** The interpreter counts its tables: the number by which what becomes of this one will be (native/language/table-sites.h). */
function countTable(m: Machine): IrValue {
  const { ir } = m;
  const feedback = m.feedbackAddress();
  ir.store(ir.i32, ir.add(ir.load(ir.i32, feedback, "feedback"), ir.int32(1)), feedback, "feedback");
  return ir.load(ir.i32, ir.address(feedback, ir.layout.offset("Feedback", "reference")), "feedback");
}

/** A new table whose values all lie behind it. */
function fillTable(m: Machine, table: IrValue, room: IrValue, { shape, elements, slots, metatable }: TableContents): void {
  const { ir } = m;
  const array = ir.address(table, ir.layout.size("Table"));
  const first = ir.element(array, room, 8);
  for (const [index, word] of elements.entries()) ir.store(ir.i64, word, ir.address(array, 8 * index), "element");
  for (const [index, word] of slots.entries()) ir.store(ir.i64, word, ir.address(first, 8 * index), "slot");
  if (elements.length > 0) ir.store(ir.i32, ir.int32(elements.length), tableField(m, table, "array_count"), "count");
  ir.store(ir.i64, ir.word(shape), tableField(m, table, "shape"), "shape");
  if (metatable !== undefined) ir.store(ir.i64, pointerOf(ir, metatable), tableField(m, table, "metatable"), "metatable");
}

/**
 * table[start …] = values that a constructor has, if they fit right behind the elements that are there, and the last is not nil (else
 * `otherwise`). `storeAll` stores each value by its index.
 */
export function appendList(
  m: Machine,
  table: IrValue,
  start: IrValue,
  count: IrValue,
  last: () => IrValue,
  otherwise: ReturnType<Machine["ir"]["block"]>,
  storeAll: (store: (index: IrValue, word: IrValue) => void) => void,
): void {
  const { ir } = m;
  const before = ir.sub(start, ir.word(1));
  const after = ir.add(before, count);
  m.require(ir.compare("ne", count, ir.word(0)), otherwise);
  m.require(ir.compare("eq", ir.zeroExtend(arrayCount(m, table)), before), otherwise);
  m.require(ir.compare("ule", after, ir.zeroExtend(ir.load(ir.i32, tableField(m, table, "array_capacity"), "array"))), otherwise);
  m.require(ir.compare("eq", ir.load(ir.i64, tableField(m, table, "hash"), "array"), ir.word(0)), otherwise);
  m.require(notNilWord(m, last()), otherwise);
  const base = ir.element(ir.load(ir.i64, tableField(m, table, "array"), "array"), before, 8);
  storeAll((index, word) => ir.store(ir.i64, word, ir.element(base, index, 8), "element"));
  ir.store(ir.i32, ir.truncate(after, ir.i32), tableField(m, table, "array_count"), "count");
}

/** R[A] = #x */
export function length(m: Machine, x: Value): Value {
  const { ir, seen } = m;
  const word = m.boxed(x);
  if (!m.recording && !(seen & SeenLength.Generic)) {
    if (seen === 0) m.deoptimize("not seen yet");
    if (seen === SeenLength.Table) {
      const table = addressOfTable(m, x);
      m.guard(isNoFile(m, table), "not a table");
      return intValue(arrayCount(m, table));
    }
    if (seen === SeenLength.String) return intValue(stringLength(m, pointerOf(ir, m.boxed(m.guardType(x, Type.String, "not a string")))));
  }
  const join = new Join(m);
  const notTable = ir.block("not-table");
  const notString = ir.block("not-string");
  m.require(hasTag(ir, word, "table"), notTable);
  m.require(isNoFile(m, pointerOf(ir, word)), notString);
  m.record(SeenLength.Table);
  join.arrive(boxInt(ir, arrayCount(m, pointerOf(ir, word))));
  ir.at(notTable);
  m.require(hasTag(ir, word, "string"), notString);
  m.record(SeenLength.String);
  join.arrive(boxInt(ir, stringLength(m, pointerOf(ir, word))));
  ir.at(notString);
  m.record(SeenLength.Generic);
  join.arrive(m.hostCall("yl_len", [m.co, word]));
  return boxedValue(join.finish());
}

/** Files are tables underneath (native/language/builtins/file.h), and have no length. */
const isNoFile = ({ ir }: Machine, table: IrValue): IrValue =>
  ir.compare(
    "eq",
    ir.zeroExtend(ir.load(ir.i8, ir.address(table, ir.layout.offset("Object", "kind")), "code")),
    ir.word(ir.layout.kinds.table),
  );

const stringLength = (m: Machine, string: IrValue): IrValue =>
  m.ir.load(m.ir.i32, m.ir.address(string, m.ir.layout.offset("String", "length")), "instruction");
