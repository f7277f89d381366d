// SPDX-License-Identifier: MIT
/**
 * Virtual objects: tables, closures, cells of captured variables and coroutines that a program makes and that nobody but the code at hand
 * can see so far. They are not allocated; what they hold is known, part by part, as SSA values.
 *
 *     local v = vector(x, y)        virtual: shape {x, y} under Vector, slots x and y
 *     sum = sum + v:dot(v)          reads the slots; no guard is needed
 *     kept[1] = v                   v escapes: here it is made, complete, and from here on it is a value like others
 *
 *     local function add(x) sum = sum + x end       virtual: the closure, and the cell that it shares with this function, which holds sum
 *     each(list, add)                               inlined, and so is add there: sum is a register
 *
 * Where the frame is left meanwhile, the frame state describes the object, and the deoptimizer makes it (native/language/frame-state.h).
 * So an object is made at most once on each way, where it is first needed, and not at all on ways where it never is: partial escape
 * analysis. The descriptions are part of the environment and belong to one way; where ways meet they are merged (merge-objects.ts).
 *
 * One virtual object may hold others, but no cycles: so those that it holds can always be made before it. (A closure that has captured
 * itself is none: that is known of its prototype.)
 */
import type { IrValue } from "../ir.js";
import { newTable } from "../semantics/tables.js";
import { Type, type Value } from "../semantics/values.js";
import { newCell, newClosure, storeCapture } from "../semantics/variables.js";
import type { ProtoInfo } from "./context.js";
import type { Environment } from "./environment.js";
import { liveRoots } from "./live.js";
import { makeCoroutine } from "./virtual-coroutines.js";
import type { Walker } from "./walker.js";

export type VirtualObject = VirtualTable | VirtualClosure | VirtualCell | VirtualCoroutine;

export interface VirtualTable {
  readonly kind: "table";
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
  /** For how many elements there had better be room, if that is to be had. */
  readonly spare: number;
}

export interface VirtualClosure {
  readonly kind: "closure";
  readonly info: ProtoInfo;
  /** Without itself. */
  readonly captures: readonly Value[];
}

/** A variable that is captured and assigned. */
export interface VirtualCell {
  readonly kind: "cell";
  /** One. */
  readonly content: readonly Value[];
}

/** What coroutine.wrap has made: the function and its coroutine, which has no stack (virtual-coroutines.ts). */
export interface VirtualCoroutine {
  readonly kind: "coroutine";
  /** Its body's. */
  readonly info: ProtoInfo;
  /** Not started; running; dead; or suspended in the yield at this pc, or in one of `several`. */
  readonly at: "start" | "running" | "end" | number | "several";
  /** The pcs of those, in ascending order. */
  readonly several?: readonly number[];
  /**
   * The body's closure; then, if it is suspended, in one of several the pc of the yield, and the registers that are live after that (see
   * coroutine-states.ts). None if it is running or dead.
   */
  readonly parts: readonly Value[];
  /** Names where it was made, across walks. */
  readonly place: string;
}

/** Everything must fit behind the table in its own object. */
export function fits(w: Walker, { slots, elements, room }: VirtualTable): boolean {
  return Math.max(elements.length, room.elements) + Math.max(slots.length, room.fields) <= w.ir.layout.size("inlineValues");
}

/** So many at one time, and no more become virtual: each of them is described in each frame state. */
const mostVirtuals = 32;

/** R[A] = {} as a virtual table; undefined when it had better be made at once. */
export function newVirtual(w: Walker, room: VirtualTable["room"], spare: number): Value | undefined {
  const shape = w.context.emptyShape;
  const table: VirtualTable = { kind: "table", shape, slots: [], elements: [], metatable: undefined, index: undefined, room, spare };
  return fits(w, table) ? addVirtual(w, table) : undefined;
}

const typeOf: Readonly<Record<VirtualObject["kind"], number>> = {
  table: Type.Table,
  closure: Type.Function,
  cell: Type.Other,
  coroutine: Type.Function,
};

/** Undefined when there are too many. */
export function addVirtual(w: Walker, object: VirtualObject): Value | undefined {
  const { environment, ir } = w;
  if (environment.virtuals.size >= mostVirtuals) forgetDead(w);
  if (environment.virtuals.size >= mostVirtuals) return undefined;
  const identity = {};
  environment.virtuals.set(identity, object);
  return { representation: "virtual", type: typeOf[object.kind], ir: ir.undef(ir.i64), identity };
}

/** Forget those that nobody can get at any more. */
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

/** The description of a value that is a virtual object. */
export const virtualOf = (environment: Environment, { representation, identity }: Value): VirtualObject | undefined =>
  representation === "virtual" && identity !== undefined ? environment.virtuals.get(identity) : undefined;

export function tableOf(environment: Environment, value: Value): VirtualTable | undefined {
  const object = virtualOf(environment, value);
  return object?.kind === "table" ? object : undefined;
}

export function partsOf(object: VirtualObject): readonly Value[] {
  if (object.kind === "closure") return object.captures;
  if (object.kind === "coroutine") return object.parts;
  return object.kind === "cell" ? object.content : [...object.elements, ...object.slots];
}

export function replacePart(object: VirtualObject, value: Value, replacement: Value): VirtualObject {
  const parts = partsOf(object);
  return parts.includes(value)
    ? withParts(
        object,
        parts.map((each) => (each === value ? replacement : each)),
      )
    : object;
}

export function withParts(object: VirtualObject, parts: readonly Value[]): VirtualObject {
  if (object.kind === "closure") return { ...object, captures: parts };
  if (object.kind === "cell") return { ...object, content: parts };
  if (object.kind === "coroutine") return { ...object, parts };
  return { ...object, elements: parts.slice(0, object.elements.length), slots: parts.slice(object.elements.length) };
}

/** What a closure has captured; undefined: itself. */
export function captureOf({ info, captures }: VirtualClosure, index: number): Value | undefined {
  const own = info.proto.captures;
  if (own[index]?.from === "self") return undefined;
  return captures[own.slice(0, index).filter(({ from }) => from !== "self").length];
}

/** Whether two differ at most in what their fields hold. */
export function hasSameForm(a: VirtualObject, b: VirtualObject): boolean {
  if (a.kind === "closure" && b.kind === "closure") return a.info.id === b.info.id;
  if (a.kind === "coroutine" && b.kind === "coroutine")
    return a.info.id === b.info.id && a.at === b.at && `${a.several}` === `${b.several}`;
  if (a.kind !== "table" || b.kind !== "table") return a.kind === b.kind;
  return a.shape === b.shape && a.elements.length === b.elements.length && a.index === b.index && isSameMetatable(a.metatable, b.metatable);
}

const isSameMetatable = (a: Value | undefined, b: Value | undefined): boolean =>
  a === b || (a?.constant !== undefined && a.constant === b?.constant);

/** Whether `value` is the virtual object `identity`, or holds it. */
export function reaches(environment: Environment, value: Value, identity: object | undefined): boolean {
  const resolved = environment.resolve(value);
  const table = virtualOf(environment, resolved);
  if (table === undefined) return false;
  return resolved.identity === identity || partsOf(table).some((part) => reaches(environment, part, identity));
}

/**
 * The value as one that exists at run time: a virtual object is made here, with those that it holds. The frame state in which that may
 * collect says that the instruction is executed (again), so this comes before its effects; and the way on must be the only one.
 */
export function materialize(w: Walker, value: Value): Value {
  const resolved = w.environment.resolve(value);
  if (virtualOf(w.environment, resolved) === undefined) return resolved;
  materializeParts(w, resolved);
  const { environment } = w;
  const object = virtualOf(environment, resolved) as VirtualObject;
  const { identity: _own, ...made } = make(w, object);
  const identity = resolved.identity as object;
  const real: Value = { ...made, identity };
  environment.virtuals.delete(identity);
  environment.made.set(identity, real);
  environment.replace(resolved, real);
  if (object.kind === "table") {
    const { shape, index } = object;
    const constant = object.metatable?.constant;
    w.knowTable(real, { shape, ...(index === undefined ? {} : { index }), ...(constant === undefined ? {} : { metatable: constant }) });
  }
  return real;
}

/** An object that exists at run time from the outset. */
export function makeNow(w: Walker, object: VirtualObject): Value {
  for (const part of partsOf(object)) materialize(w, part);
  return make(w, object);
}

function make(w: Walker, object: VirtualObject): Value {
  const { environment, ir } = w;
  const word = (value: Value): IrValue => w.boxed(environment.resolve(value));
  if (object.kind === "cell") return newCell(w, environment.resolve(object.content[0] as Value));
  if (object.kind === "coroutine") return makeCoroutine(w, object);
  if (object.kind === "closure") {
    const count = object.info.proto.captures.length;
    const captures = Array.from({ length: count }, (_, index) => captureOf(object, index)).map((value) => value && word(value));
    const closure = newClosure(w, ir.word(object.info.address), ir.word(count));
    for (const [index, capture] of captures.entries()) storeCapture(w, closure.ir, ir.word(index), capture ?? closure.ir);
    return closure;
  }
  const elements = object.elements.map(word);
  const slots = object.slots.map(word);
  const metatable = object.metatable && w.boxed(object.metatable);
  const { shape, room, spare } = object;
  const fields = Math.max(slots.length, room.fields);
  const hasSpare = fields + spare <= ir.layout.size("inlineValues");
  return newTable(w, ir.word(Math.max(elements.length, room.elements, hasSpare ? spare : 0)), ir.word(fields), {
    shape,
    elements,
    slots,
    metatable,
  });
}

/** Make the objects that it holds, if it is a virtual one. */
export function materializeParts(w: Walker, value: Value): void {
  const object = virtualOf(w.environment, w.environment.resolve(value));
  for (const part of object === undefined ? [] : partsOf(object)) materialize(w, part);
}
