// SPDX-License-Identifier: MIT
/**
 * What instructions do with virtual tables (objects.ts). Each of these returns whether it has dealt with the instruction; if not, the
 * virtual tables among the operands are made, and the instruction is emitted like any other.
 */
import type { Instruction, OpcodeName } from "../../lang/bytecode.js";
import { inheritedField } from "../semantics/fields.js";
import { nilValue } from "../semantics/machine.js";
import { constantNumber, intValue, isNilWord, Type, type Value } from "../semantics/values.js";
import { addVirtual, fits, newVirtual, reaches, tableOf, type VirtualObject, type VirtualTable, virtualOf } from "./objects.js";
import { takeResults } from "./results.js";
import type { Walker } from "./walker.js";

type Attempt = (w: Walker, instruction: Instruction) => boolean;

const attempts = new Map<OpcodeName, Attempt>();

/** Instructions that treat virtual tables like all values, or see to them themselves. */
const indifferent: ReadonlySet<OpcodeName> = new Set(
  "MOVE NOT JIF JIFNOT CALL TFORCALL TAILCALL RETURN CLOSURE".split(" ") as OpcodeName[],
);

export function tryVirtually(w: Walker, instruction: Instruction): boolean {
  return attempts.get(instruction.op)?.(w, instruction) ?? false;
}

export const takesVirtuals = ({ op }: Instruction): boolean => indifferent.has(op);

attempts.set("NEWTABLE", (w, { a, b, c }) => {
  const table = newVirtual(w, { elements: b, fields: c }, b === 0 ? w.info.tableRoom(w.pc) : 0);
  if (table === undefined) return false;
  w.environment.registers[a] = table;
  return true;
});

/** The operand, if it is a virtual table. The instruction is not compiled if it has never been executed. */
function virtualOperand(w: Walker, value: Value): { readonly value: Value; readonly table: VirtualTable } | undefined {
  const table = tableOf(w.environment, value);
  if (table === undefined) return undefined;
  if (w.seen === 0) w.deoptimize("not seen yet");
  return { value, table };
}

const isMaybeNil = ({ type }: Value): boolean => (type & Type.Nil) !== 0;

/** A guard, unless that has failed too often. Undefined: it would be nil, or may. */
function notNil(w: Walker, value: Value): Value | undefined {
  if (!isMaybeNil(value)) return value;
  if (value.type === Type.Nil || w.context.givenUp(w.info.id, w.pc)) return undefined;
  w.guard(w.ir.not(isNilWord(w.ir, w.boxed(value))), "other type");
  const refined: Value = { ...value, type: value.type & ~Type.Nil };
  w.refine(value, refined);
  return refined;
}

const describe = (w: Walker, { identity }: Value, table: VirtualTable): boolean => {
  w.environment.virtuals.set(identity as object, table);
  return true;
};

const withValue = (values: readonly Value[], index: number, value: Value): readonly Value[] => {
  const changed = values.slice();
  changed[index] = value;
  return changed;
};

attempts.set("GETFIELD", (w, { a, b }) => {
  const object = virtualOperand(w, w.environment.get(b));
  if (object === undefined) return false;
  const known = w.context.fieldLoad(object.table.shape, w.constant("c").constant as bigint);
  if (known === undefined) return false;
  const slot = known.kind === "slot" ? object.table.slots[known.slot] : inheritedField(w, known);
  if (slot === undefined) return false;
  const found = w.environment.resolve(slot);
  const isAll = known.kind !== "slot" || known.isPlain || object.table.metatable === undefined || !isMaybeNil(found);
  const value = isAll ? found : notNil(w, found);
  if (value === undefined) return false;
  if (known.kind === "slot" && known.assumption !== undefined) w.assume(known.assumption);
  w.environment.registers[a] = value;
  return true;
});

attempts.set("SETFIELD", (w, { a }) => {
  const object = virtualOperand(w, w.environment.get(a));
  if (object === undefined) return false;
  const value = w.rk("c");
  const known = w.context.fieldStore(object.table.shape, w.constant("b").constant as bigint);
  if (known === undefined || reaches(w.environment, value, object.value.identity)) return false;
  // With 0n, the metatable has to be asked where there is nothing yet.
  const asks = known.assumption === 0n && object.table.metatable !== undefined;
  if (known.kind === "slot") {
    const old = object.table.slots[known.slot];
    if (old === undefined || (asks && isMaybeNil(old))) return false;
    if (known.assumption !== undefined && known.assumption !== 0n) w.assume(known.assumption);
    return describe(w, object.value, { ...object.table, slots: withValue(object.table.slots, known.slot, value) });
  }
  if (asks || known.slot !== object.table.slots.length) return false;
  if (known.assumption !== undefined && known.assumption !== 0n) w.assume(known.assumption);
  if (value.type === Type.Nil && !known.keepsNil) return true;
  const added = known.keepsNil ? value : notNil(w, value);
  if (added === undefined) return false;
  const index = known.watched === "index" ? added.constant : object.table.index;
  const table = { ...object.table, shape: known.next, slots: [...object.table.slots, added], index };
  return fits(w, table) && describe(w, object.value, table);
});

/** The position of a constant key in the array part, from 0; undefined for other keys. */
function position(w: Walker, key: Value): number | undefined {
  if (key.constant === undefined || !(key.type & Type.Number)) return undefined;
  const number = constantNumber(w.ir.layout, key.constant);
  return Number.isInteger(number) ? number - 1 : undefined;
}

attempts.set("GETINDEX", (w, { a, b }) => {
  const object = virtualOperand(w, w.environment.get(b));
  const index = object && position(w, w.rk("c"));
  if (object === undefined || index === undefined) return false;
  const element = object.table.elements[index];
  const found = element === undefined ? nilValue(w.ir) : w.environment.resolve(element);
  const value = object.table.metatable === undefined ? found : notNil(w, found);
  if (value === undefined) return false;
  w.environment.registers[a] = value;
  return true;
});

attempts.set("SETINDEX", (w, { a }) => {
  const object = virtualOperand(w, w.environment.get(a));
  const index = object && position(w, w.rk("b"));
  const value = w.rk("c");
  if (object === undefined || index === undefined || reaches(w.environment, value, object.value.identity)) return false;
  const { elements, metatable } = object.table;
  const old = elements[index];
  if (old === undefined && index !== elements.length) return false;
  if (metatable !== undefined && (old === undefined || isMaybeNil(old))) return false;
  const stored = notNil(w, value);
  if (stored === undefined) return false;
  const table = { ...object.table, elements: withValue(elements, index, stored) };
  return fits(w, table) && describe(w, object.value, table);
});

attempts.set("SETLIST", (w, { a, b, c }) => {
  const value = w.environment.get(a);
  const table = tableOf(w.environment, value);
  const { values, multiple } = takeResults(w, a + 1, b);
  if (table === undefined || multiple || table.elements.length !== c - 1) return false;
  if (values.length === 0) {
    w.environment.multiple = undefined;
    return true;
  }
  if (values.some((each) => reaches(w.environment, each, value.identity))) return false;
  const last = notNil(w, values[values.length - 1] as Value);
  if (last === undefined) return false;
  const filled = { ...table, elements: [...table.elements, ...withValue(values, values.length - 1, last)] };
  if (!fits(w, filled)) return false;
  w.environment.multiple = undefined;
  return describe(w, value, filled);
});

attempts.set("LEN", (w, { a }) => {
  const object = virtualOperand(w, w.rk("b"));
  if (object === undefined) return false;
  w.environment.registers[a] = intValue(w.ir.int32(object.table.elements.length));
  return true;
});

// ---- captured variables

attempts.set("NEWCELL", (w, { a }) => {
  const cell = addVirtual(w, { kind: "cell", content: [w.rk("b")] });
  if (cell === undefined) return false;
  w.environment.registers[a] = cell;
  return true;
});

function readCell(w: Walker, cell: Value, a: number): boolean {
  const object = virtualOf(w.environment, cell);
  if (object?.kind !== "cell") return false;
  w.environment.registers[a] = w.environment.resolve(object.content[0] as Value);
  return true;
}

function writeCell(w: Walker, cell: Value, value: Value): boolean {
  if (virtualOf(w.environment, cell) === undefined || reaches(w.environment, value, cell.identity)) return false;
  w.environment.virtuals.set(cell.identity as object, { kind: "cell", content: [value] });
  return true;
}

attempts.set("GETCELL", (w, { a, b }) => readCell(w, w.environment.get(b), a));
attempts.set("SETCELL", (w, { a }) => writeCell(w, w.environment.get(a), w.rk("b")));
attempts.set("GETUPCELL", (w, { a }) => readCell(w, w.capture("b"), a));
attempts.set("SETUPCELL", (w) => writeCell(w, w.capture("a"), w.rk("b")));

/** An object that nobody has seen is no other value; unless an __eq says that it is like another table. */
const compare =
  (positive: boolean): Attempt =>
  (w) => {
    const [x, y] = [w.rk("a"), w.rk("b")];
    const objects = [x, y].map((value) => virtualOf(w.environment, value));
    if (objects.every((object) => object === undefined)) return false;
    const isSame = x.identity !== undefined && x.identity === y.identity;
    const hasMetatable = (object: VirtualObject | undefined): boolean => object?.kind !== "table" || object.metatable !== undefined;
    const mayAsk = (x.type & y.type & Type.Table) !== 0 && objects.every(hasMetatable);
    if (!isSame && mayAsk) return false;
    w.branch(w.ir.bit(isSame === positive));
    return true;
  };
attempts.set("JEQ", compare(true));
attempts.set("JNE", compare(false));
