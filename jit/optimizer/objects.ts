// SPDX-License-Identifier: MIT
/**
 * Virtual tables: tables that a program makes and that nobody but the code at hand can see so far. They are not allocated; what they
 * hold is known, field by field, as SSA values.
 *
 *     local v = vector(x, y)        virtual: shape {x, y} under Vector, slots x and y
 *     sum = sum + v:dot(v)          reads the slots; no guard is needed
 *     kept[1] = v                   v escapes: here it is made, complete, and from here on it is a value like others
 *
 * Where the frame is left meanwhile, the frame state describes the table, and the deoptimizer makes it (native/language/frame-state.h).
 * So a table is made at most once on each way, where it is first needed, and not at all on ways where it never is: partial escape
 * analysis. The descriptions are part of the environment and belong to one way; where ways meet they are merged (merge-objects.ts).
 *
 * One virtual table may hold others, but no cycles: so those that it holds can always be made before it.
 */
import type { IrValue } from "../ir.js";
import { newTable } from "../semantics/tables.js";
import { Type, type Value } from "../semantics/values.js";
import type { Environment } from "./environment.js";
import { liveRoots } from "./live.js";
import type { Walker } from "./walker.js";

export interface VirtualTable {
  readonly shape: bigint;
  /** By the shape's slots. */
  readonly slots: readonly Value[];
  /** From 1 on; the last one is never nil. */
  readonly elements: readonly Value[];
  /** Not virtual. */
  readonly metatable: Value | undefined;
  /** `__index`, if it has just been added. */
  readonly index: bigint | undefined;
  /** What the constructor asks room for. */
  readonly room: { readonly elements: number; readonly fields: number };
}

/** Everything must fit behind the table in its own object. */
export function fits(w: Walker, { slots, elements, room }: VirtualTable): boolean {
  return Math.max(elements.length, room.elements) + Math.max(slots.length, room.fields) <= w.ir.layout.size("inlineValues");
}

/** So many at one time, and no more become virtual: each of them is described in each frame state. */
const mostVirtuals = 32;

/** R[A] = {} as a virtual table; undefined when it had better be made at once. */
export function newVirtual(w: Walker, room: VirtualTable["room"]): Value | undefined {
  const { environment, ir } = w;
  const table = { shape: w.context.emptyShape, slots: [], elements: [], metatable: undefined, index: undefined, room };
  if (environment.virtuals.size >= mostVirtuals) forgetDead(w);
  if (environment.virtuals.size >= mostVirtuals || !fits(w, table)) return undefined;
  const identity = {};
  environment.virtuals.set(identity, table);
  return { representation: "virtual", type: Type.Table, ir: ir.undef(ir.i64), identity };
}

/** Forget the tables that nobody can get at any more. */
function forgetDead({ environment, pc }: Walker): void {
  const live = new Set<object>();
  const visit = (value: Value): void => {
    const resolved = environment.resolve(value);
    const table = virtualOf(environment, resolved);
    if (table === undefined) return;
    live.add(resolved.identity as object);
    partsOf(table).forEach(visit);
  };
  liveRoots(environment, pc).forEach(visit);
  for (const identity of [...environment.virtuals.keys()]) if (!live.has(identity)) environment.virtuals.delete(identity);
}

/** The description of a value that is a virtual table. */
export const virtualOf = (environment: Environment, { representation, identity }: Value): VirtualTable | undefined =>
  representation === "virtual" && identity !== undefined ? environment.virtuals.get(identity) : undefined;

export const partsOf = ({ elements, slots }: VirtualTable): readonly Value[] => [...elements, ...slots];

export function replacePart(table: VirtualTable, value: Value, replacement: Value): VirtualTable {
  const replaced = (values: readonly Value[]): readonly Value[] =>
    values.includes(value) ? values.map((each) => (each === value ? replacement : each)) : values;
  const [slots, elements] = [replaced(table.slots), replaced(table.elements)];
  return slots === table.slots && elements === table.elements ? table : { ...table, slots, elements };
}

export const withParts = (table: VirtualTable, parts: readonly Value[]): VirtualTable => ({
  ...table,
  elements: parts.slice(0, table.elements.length),
  slots: parts.slice(table.elements.length),
});

/** Whether two differ at most in what their fields hold. */
export const hasSameForm = (a: VirtualTable, b: VirtualTable): boolean =>
  a.shape === b.shape && a.elements.length === b.elements.length && a.index === b.index && isSameMetatable(a.metatable, b.metatable);

const isSameMetatable = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a?.constant !== undefined && a.constant === b?.constant);

/** Whether `value` is the virtual table `identity`, or holds it. */
export function reaches(environment: Environment, value: Value, identity: object | undefined): boolean {
  const resolved = environment.resolve(value);
  const table = virtualOf(environment, resolved);
  if (table === undefined) return false;
  return resolved.identity === identity || partsOf(table).some((part) => reaches(environment, part, identity));
}

/**
 * The value as one that exists at run time: a virtual table is made here, with those that it holds. The frame state in which that may
 * collect says that the instruction is executed (again), so this comes before its effects; and the way on must be the only one.
 */
export function materialize(w: Walker, value: Value): Value {
  const resolved = w.environment.resolve(value);
  if (virtualOf(w.environment, resolved) === undefined) return resolved;
  materializeParts(w, resolved);
  const { environment, ir } = w;
  const table = virtualOf(environment, resolved) as VirtualTable;
  const words = (values: readonly Value[]): IrValue[] => values.map((each) => w.boxed(environment.resolve(each)));
  const elements = words(table.elements);
  const slots = words(table.slots);
  const metatable = table.metatable && w.boxed(table.metatable);
  const { identity: _own, ...made } = newTable(
    w,
    ir.word(Math.max(elements.length, table.room.elements)),
    ir.word(Math.max(slots.length, table.room.fields)),
    { shape: table.shape, elements, slots, metatable },
  );
  const identity = resolved.identity as object;
  const real: Value = { ...made, identity };
  environment.virtuals.delete(identity);
  environment.made.set(identity, real);
  environment.replace(resolved, real);
  const { shape, index } = table;
  const constant = table.metatable?.constant;
  w.knowTable(real, { shape, ...(index === undefined ? {} : { index }), ...(constant === undefined ? {} : { metatable: constant }) });
  return real;
}

/** Make the tables that it holds, if it is a virtual table. */
export function materializeParts(w: Walker, value: Value): void {
  const table = virtualOf(w.environment, w.environment.resolve(value));
  for (const part of table === undefined ? [] : partsOf(table)) materialize(w, part);
}
