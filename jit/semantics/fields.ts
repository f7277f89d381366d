// SPDX-License-Identifier: MIT
/**
 * Fields: accesses with a string constant as key, through the table's shape (hidden class).
 *
 * A shape says in which slot a key is, and for keys that are not there, what tables of this shape inherit (native/language/delegation.h).
 * So `object:method()` of an object of known shape is one comparison: the method is a constant while an assumption holds.
 */
import type { IrBlock, IrValue } from "../ir.js";
import { Join, type Machine, type Reason } from "./machine.js";
import { indexSlowly, indexThroughTables, isPresentOrPlain, setIndexSlowly, storesPlainly } from "./metatables.js";
import { boxedValue, hasTag, isNilWord, pointerOf, Type, testType, type Value } from "./values.js";

/**
 * What the optimizer knows of reading this field of tables of one shape that was seen. Nil in the table's own slot is nil if that `isPlain`,
 * while the assumption holds if there is one.
 */
export type FieldLoad = { readonly shape: bigint } & (
  | { readonly kind: "slot"; readonly slot: number; readonly isPlain: boolean; readonly assumption?: bigint }
  | { readonly kind: "constant"; readonly value: bigint; readonly assumption: bigint }
  /** A slot of the table at `holder`, which the object inherits from. */
  | { readonly kind: "variable"; readonly holder: bigint; readonly slot: number; readonly assumption: bigint }
);

/** What the table does not have itself. */
export type Inherited = Exclude<FieldLoad, { kind: "slot" }>;
export const isInherited = (known: FieldLoad | undefined): known is Inherited => known !== undefined && known.kind !== "slot";

/** The same of writing it. Without `assumption` nothing else can happen; with 0n there is a metatable that has to be asked about nils. */
export interface FieldStoreBase {
  readonly shape: bigint;
  readonly slot: number;
  readonly assumption: bigint | undefined;
}
/**
 * A new key; the table's shape is `next` then. A nil adds it, too, if `keepsNil`, else it does nothing. What is watched must not be added to
 * metatables in this way.
 */
type Add = FieldStoreBase & {
  readonly kind: "add";
  readonly next: bigint;
  readonly keepsNil: boolean;
  readonly watched?: "index" | "newindex";
};
export type FieldStore = (FieldStoreBase & { readonly kind: "slot" }) | Add;

export const tableField = (m: Machine, table: IrValue, field: string): IrValue => m.ir.address(table, m.ir.layout.offset("Table", field));

export const loadShape = (m: Machine, table: IrValue): IrValue => m.ir.load(m.ir.i64, tableField(m, table, "shape"), "shape");

const slotAddress = (m: Machine, table: IrValue, slot: IrValue): IrValue =>
  m.ir.element(m.ir.load(m.ir.i64, tableField(m, table, "slots"), "slots"), slot, 8);

export const loadSlot = (m: Machine, table: IrValue, slot: IrValue): IrValue => m.ir.load(m.ir.i64, slotAddress(m, table, slot), "slot");

// ---- the optimizer: the shapes that were seen, one after the other

/** What is known of the shapes that an access has seen. If `open`, there are others, and tables of those take the general way. */
export interface FieldCases<Case> {
  readonly cases: readonly Case[];
  readonly open: boolean;
}

/** `strings`: what those have under the key, if some were seen. */
export interface LoadCases extends FieldCases<FieldLoad> {
  readonly strings?: Inherited | undefined;
}

/** Go on only if the condition holds: else deoptimize, or take the general way. */
type Check = (condition: IrValue, reason: Reason) => void;

const guarded =
  (m: Machine): Check =>
  (condition, reason) =>
    m.guard(condition, reason);

/** `each` for the one of `cases` that the table has. `object` is known to be a table. */
function dispatch<Case extends { readonly shape: bigint }>(
  m: Machine,
  object: Value,
  cases: readonly Case[],
  check: Check,
  each: (it: Case) => void,
): void {
  const { ir } = m;
  const [only] = cases;
  if (only !== undefined && m.shapeOf(object) === only.shape) return each(only);
  const shape = loadShape(m, pointerOf(ir, m.boxed(object)));
  const done = cases.length === 1 ? undefined : ir.block("field");
  for (const [index, it] of cases.entries()) {
    const matches = ir.compare("eq", shape, ir.word(it.shape));
    let other: IrBlock | undefined;
    if (index === cases.length - 1) {
      check(matches, "other shape");
      if (done === undefined && object.identity !== undefined) m.knowTable(object, { shape: it.shape });
    } else {
      other = ir.block("other-shape");
      m.require(matches, other);
    }
    each(it);
    if (done !== undefined) ir.jump(done);
    if (other !== undefined) ir.at(other);
  }
  if (done !== undefined) ir.at(done);
}

function loadKnown(m: Machine, table: IrValue, known: FieldLoad, check: Check): Value {
  const { ir } = m;
  if (known.kind !== "slot") return inheritedField(m, known, check);
  if (known.assumption !== undefined) m.assume(known.assumption);
  const found = loadSlot(m, table, ir.word(known.slot));
  if (!known.isPlain) check(isPresentOrPlain(m, table, found), "metatable");
  return boxedValue(found);
}

/** What the table itself need not be asked for. */
export function inheritedField(m: Machine, known: Inherited, check = guarded(m)): Value {
  const { ir } = m;
  m.assume(known.assumption);
  if (known.kind === "constant") return m.known(known.value);
  const found = loadSlot(m, ir.word(known.holder), ir.word(known.slot));
  check(ir.not(isNilWord(ir, found)), "metatable");
  return boxedValue(found, Type.Any & ~Type.Nil);
}

function loadOneOf(m: Machine, object: Value, cases: readonly FieldLoad[], check: Check): Value {
  const { ir } = m;
  const table = pointerOf(ir, m.boxed(object));
  const [first] = cases;
  if (cases.length === 1 && first !== undefined) {
    let value: Value | undefined;
    dispatch(m, object, cases, check, (it) => {
      value = loadKnown(m, table, it, check);
    });
    return value as Value;
  }
  const constants = new Set(cases.map((it) => (it.kind === "constant" ? it.value : undefined)));
  const oneOf = [...constants].filter((it) => it !== undefined);
  const arrivals: { word: IrValue; type: number; from: IrBlock }[] = [];
  dispatch(m, object, cases, check, (it) => {
    const value = loadKnown(m, table, it, check);
    arrivals.push({ word: m.boxed(value), type: value.type, from: ir.current() });
  });
  if (constants.size === 1 && oneOf[0] !== undefined) return m.known(oneOf[0]);
  const phi = ir.phi(ir.i64);
  for (const { word, from } of arrivals) ir.incoming(phi, word, from);
  const type = arrivals.reduce((all, { type }) => all | type, 0);
  return { ...boxedValue(phi, type), ...(oneOf.length === constants.size ? { oneOf } : {}) };
}

function storeKnown(m: Machine, object: Value, value: Value, known: FieldStore, isOnly: boolean, check: Check): void {
  const { ir } = m;
  const table = pointerOf(ir, m.boxed(object));
  const { assumption } = known;
  if (assumption !== undefined && assumption !== 0n) m.assume(assumption);
  if (known.kind === "add") return addKnown(m, object, value, known, isOnly, check);
  const address = slotAddress(m, table, ir.word(known.slot));
  if (assumption === 0n) {
    check(
      storesPlainly(m, table, () => ir.load(ir.i64, address, "slot")),
      "metatable",
    );
  }
  ir.store(ir.i64, m.boxed(value), address, "slot");
}

/** The ways of the shapes that are known; `general` is where the others go, and tables for which one of them is not right. */
function throughCases(m: Machine, object: Value, general: IrBlock, emit: (table: Value, check: Check) => void): void {
  if ((object.type & ~Type.Table) !== 0) m.require(hasTag(m.ir, m.boxed(object), "table"), general);
  // What is found out on these ways is not known after them.
  const { identity: _identity, ...anonymous } = object;
  emit({ ...anonymous, type: Type.Table }, (condition) => m.require(condition, general));
}

function addKnown(m: Machine, object: Value, value: Value, known: Add, isOnly: boolean, check: Check): void {
  const { ir } = m;
  const { shape, slot, next, watched, keepsNil } = known;
  if (value.type === Type.Nil && !keepsNil) return;
  const table = pointerOf(ir, m.boxed(object));
  if (watched !== undefined) {
    const isMetatable = ir.load(ir.i32, tableField(m, table, "is_metatable"), "metatable");
    check(ir.compare("eq", isMetatable, ir.int32(0)), "metatable");
  }
  const done = ir.block("added");
  const word = m.boxed(value);
  const mayAddNothing = (value.type & Type.Nil) !== 0 && !keepsNil;
  if (mayAddNothing) {
    const some = ir.block("some");
    ir.branch(isNilWord(ir, word, "unlikely.nil"), done, some);
    ir.at(some);
  }
  const [grow, add] = [ir.block("grow"), ir.block("add")];
  const capacity = ir.zeroExtend(ir.load(ir.i16, ir.address(table, ir.layout.offset("Object", "flags")), "capacity"));
  ir.branch(ir.compare("ugt", capacity, ir.word(slot), "likely.room"), add, grow);
  ir.at(grow);
  m.hostCall("yl_reserve_slots", [m.co, table, ir.word(slot + 1)]);
  ir.jump(add);
  ir.at(add);
  ir.store(ir.i64, word, slotAddress(m, table, ir.word(slot)), "slot");
  ir.store(ir.i64, ir.word(next), tableField(m, table, "shape"), "shape");
  ir.jump(done);
  ir.at(done);
  m.shapesChange(shape);
  if (isOnly && !mayAddNothing)
    m.knowTable(object, { shape: next, ...(watched === "index" && value.constant !== undefined ? { index: value.constant } : {}) });
}

// ---- both tiers

/** In the optimizer only tables go on, each with an identity. */
export function asTable(m: Machine, object: Value): Value {
  const table = m.guardType(object, Type.Table, "not a table");
  if (table.identity !== undefined) return table;
  const identified = { ...table, identity: {} };
  m.refine(table, identified);
  return identified;
}

/** R[A] = object[key] */
export function getField(m: Machine, object: Value, key: Value, known: LoadCases | undefined): Value {
  const { ir } = m;
  if (!m.recording) {
    if (m.seen === 0) m.deoptimize("not seen yet");
    if (known?.open === false && known.strings === undefined) return loadOneOf(m, asTable(m, object), known.cases, guarded(m));
    if (known?.open === false && known.strings !== undefined && known.cases.length === 0) {
      m.guardType(object, Type.String, "not a string");
      return inheritedField(m, known.strings);
    }
  }
  const word = m.boxed(object);
  const slow = (): IrValue => indexSlowly(m, word, m.boxed(key), m.feedbackAddress());
  const join = new Join(m);
  if (known !== undefined) {
    const general = ir.block("general");
    const { strings } = known;
    if (strings !== undefined) {
      const noString = ir.block("no-string");
      m.require(testType(ir, object, Type.String), noString);
      join.arrive(m.boxed(inheritedField(m, strings, (condition) => m.require(condition, general))));
      ir.at(noString);
    }
    if (known.cases.length === 0) ir.jump(general);
    else throughCases(m, object, general, (table, check) => join.arrive(m.boxed(loadOneOf(m, table, known.cases, check))));
    ir.at(general);
  }
  const notTable = ir.block("not-table");
  if (m.recording) loadCached(m, tableOrPrototype(m, word, notTable), join, key, slow);
  else {
    m.require(hasTag(ir, word, "table"), notTable);
    join.arrive(indexThroughTables(m, pointerOf(ir, word), m.boxed(key), slow));
  }
  ir.at(notTable);
  join.arrive(slow());
  return boxedValue(join.finish());
}

/** The table in which the interpreter looks up a key of this object. */
function tableOrPrototype(m: Machine, object: IrValue, neither: IrBlock): IrValue {
  const { ir } = m;
  const prototype = (): IrValue => {
    m.require(hasTag(ir, object, "string"), neither);
    return ir.load(ir.i64, m.engineField("string_prototype"), "instruction");
  };
  return m.either(hasTag(ir, object, "table", "likely.table"), () => pointerOf(ir, object), prototype);
}

/** The interpreter: the shape that its Feedback remembers, with a slot or with what tables of that shape inherit. */
function loadCached(m: Machine, table: IrValue, join: Join, key: Value, slow: () => IrValue): void {
  const { ir } = m;
  const [miss, own, inherited] = [ir.block("miss"), ir.block("own"), ir.block("inherited")];
  const { hit, slot, lookup } = cached(m, table);
  m.require(hit, miss);
  ir.branch(ir.compare("eq", lookup, ir.word(0)), own, inherited);
  ir.at(own);
  const found = loadSlot(m, table, slot);
  m.require(isPresentOrPlain(m, table, found), miss);
  join.arrive(found);
  ir.at(inherited);
  const broken = ir.load(ir.i64, ir.address(lookup, ir.layout.offset("Lookup", "assumption")), "assumption");
  m.require(ir.compare("eq", broken, ir.word(0)), miss);
  join.arrive(ir.load(ir.i64, ir.address(lookup, ir.layout.offset("Lookup", "value")), "feedback"));
  ir.at(miss);
  const word = m.leaf("yl_leaf_get_field", [m.co, m.feedbackAddress(), table, m.boxed(key)]);
  join.arrive(m.either(ir.compare("eq", word, ir.word(ir.layout.notFound), "unlikely.handler"), slow, () => word));
}

function cached(m: Machine, table: IrValue): { hit: IrValue; slot: IrValue; lookup: IrValue } {
  const { ir } = m;
  const feedback = m.feedbackAddress();
  const field = (name: string): IrValue => ir.address(feedback, ir.layout.offset("Feedback", name));
  const shape = ir.load(ir.i64, field("reference"), "feedback");
  const slot = ir.zeroExtend(ir.load(ir.i32, field("index"), "feedback"));
  const lookup = ir.load(ir.i64, field("lookup"), "feedback");
  return { hit: ir.compare("eq", loadShape(m, table), shape), slot, lookup };
}

/** object[key] = value */
export function setField(m: Machine, object: Value, key: Value, value: Value, known: FieldCases<FieldStore> | undefined): void {
  const { ir } = m;
  const storeOneOf = (cases: readonly FieldStore[], isOnly: boolean, table: Value, check: Check): void =>
    dispatch(m, table, cases, check, (it) => storeKnown(m, table, value, it, isOnly, check));
  if (!m.recording) {
    if (m.seen === 0) m.deoptimize("not seen yet");
    if (known?.open === false) return storeOneOf(known.cases, known.cases.length === 1, asTable(m, object), guarded(m));
  }
  const word = m.boxed(object);
  const done = ir.block("done");
  const host = ir.block("host");
  if (known !== undefined) {
    const general = ir.block("general");
    throughCases(m, object, general, (table, check) => storeOneOf(known.cases, false, table, check));
    ir.jump(done);
    ir.at(general);
  }
  m.require(hasTag(ir, word, "table"), host);
  const table = pointerOf(ir, word);
  if (m.recording) {
    const miss = ir.block("miss");
    const { hit, slot } = cached(m, table);
    m.require(hit, miss);
    const address = slotAddress(m, table, slot);
    m.require(
      storesPlainly(m, table, () => ir.load(ir.i64, address, "slot")),
      miss,
    );
    ir.store(ir.i64, m.boxed(value), address, "slot");
    ir.jump(done);
    ir.at(miss);
  }
  const flag = m.leaf("yl_leaf_set_field", [m.co, m.feedbackAddress(), table, m.boxed(key), m.boxed(value)]);
  ir.branch(ir.compare("ne", flag, ir.word(0)), done, host);
  ir.at(host);
  const set = (): IrValue => m.hostCall("yl_set_field", [m.co, m.feedbackAddress(), word, m.boxed(key), m.boxed(value)]);
  setIndexSlowly(m, word, m.boxed(key), m.boxed(value), set);
  ir.jump(done);
  ir.at(done);
}
