// SPDX-License-Identifier: MIT
/**
 * Virtual tables in loops. At first it is assumed that those that come to a header stay virtual all the way round, and that their fields
 * do not change. A back-edge tells what is wrong with that, and the next dry walk (headers.ts) does it otherwise: a field that changes
 * gets a phi, like a register; a table that escapes in the loop, or of which another one comes back that can be told from it, is made
 * before the loop.
 *
 *     local sum = vector(0, 0)  for … do sum = sum + v end      another vector each time, but never seen: two phis
 *
 * Decisions are about places: the register where a table is found, and the fields through which.
 */
import type { IrValue } from "../ir.js";
import type { Value } from "../semantics/values.js";
import { allYields, widen, yieldsOf } from "./coroutine-states.js";
import type { Headers, HeaderType } from "./headers.js";
import { liveRoots } from "./live.js";
import { hasSameForm, materialize, partsOf, type VirtualObject, virtualOf, withParts } from "./objects.js";
import type { Walker } from "./walker.js";

interface LoopTable {
  readonly place: string;
  /** As it is at the header. */
  readonly table: VirtualObject;
}

/** A field that the loop changes. */
interface LoopField {
  readonly identity: object;
  readonly index: number;
  readonly place: string;
  readonly type: HeaderType;
  readonly initial: Value;
}

export interface LoopTables {
  /** What is live at the header. */
  readonly roots: readonly Value[];
  readonly tables: ReadonlyMap<object, LoopTable>;
  readonly fields: readonly LoopField[];
}

/** Thrown by the walk that emits code when a back-edge brings something else than in the dry walks: everything is to be made then. */
export class Unsettled extends Error {}

type Convert = (value: Value, type: HeaderType) => Value;

/** Before the loop: make the tables that cannot stay virtual in it, and bring the fields that change into the form that the header wants. */
export function enterTables(w: Walker, headers: Headers, key: string, start: number, speculate: boolean, convert: Convert): LoopTables {
  const places = placesOf(w, headers, key, start);
  const fields: LoopField[] = [];
  for (const [identity, place] of places) {
    const table = w.environment.virtuals.get(identity) as VirtualObject;
    for (const [index, part] of partsOf(table).entries()) {
      const value = w.environment.resolve(part);
      const field = `${place}.${index}`;
      if (value.representation === "virtual" || !headers.changes(field)) continue;
      const type = headers.choose(field, "field", value, speculate);
      fields.push({ identity, index, place: field, type, initial: convert(value, type) });
    }
  }
  const tables = new Map<object, LoopTable>();
  for (const [identity, place] of places) tables.set(identity, { place, table: w.environment.virtuals.get(identity) as VirtualObject });
  return { roots: liveRoots(w.environment, start), tables, fields };
}

/** The tables that stay virtual, and where each is found first. */
function placesOf(w: Walker, headers: Headers, key: string, start: number): Map<object, string> {
  const places = new Map<object, string>();
  let madeSome = false;
  const visit = (value: Value, place: string): void => {
    const resolved = w.environment.resolve(value);
    const table = virtualOf(w.environment, resolved);
    if (table === undefined || places.has(resolved.identity as object)) return;
    if (headers.isMade(place)) {
      materialize(w, resolved);
      madeSome = true;
      return;
    }
    const identity = resolved.identity as object;
    // Parts are others when a coroutine may be suspended in more yields.
    const pcs = allYields([table], headers.yieldsAt(place)) ?? [];
    widen(w.ir, w.environment, identity, pcs);
    const form = pcs.length > 1 ? `${place}|${pcs}` : place;
    places.set(identity, form);
    for (const [index, part] of partsOf(w.environment.virtuals.get(identity) as VirtualObject).entries()) visit(part, `${form}.${index}`);
  };
  do {
    places.clear();
    madeSome = false;
    for (const [index, value] of liveRoots(w.environment, start).entries()) visit(value, `${key}:${index}`);
  } while (madeSome);
  return places;
}

/** At the header, the fields that change have these values from here on. */
export function placeFields(w: Walker, loop: LoopTables, values: readonly IrValue[]): LoopTables {
  const { environment } = w;
  for (const [number, { identity, index, type }] of loop.fields.entries()) {
    const table = environment.virtuals.get(identity) as VirtualObject;
    const parts = partsOf(table).slice();
    parts[index] = { ...type, ir: values[number] as IrValue };
    environment.virtuals.set(identity, withParts(table, parts));
  }
  const tables = new Map<object, LoopTable>();
  for (const [identity, { place }] of loop.tables) {
    tables.set(identity, { place, table: environment.virtuals.get(identity) as VirtualObject });
  }
  return { ...loop, tables };
}

/**
 * At a back-edge to `start`: what the fields that change come back with, in the order of `loop.fields`. Tables that are not among the
 * loop's are made.
 */
export function closeTables(w: Walker, headers: Headers, start: number, loop: LoopTables): readonly Value[] {
  let partners = meet(w, headers, start, loop);
  while (partners === undefined) partners = meet(w, headers, start, loop);
  const { environment } = w;
  const back = (identity: object): readonly Value[] | undefined => {
    const partner = (partners as ReadonlyMap<object, object>).get(identity);
    const table = partner === undefined ? undefined : environment.virtuals.get(partner);
    return table && partsOf(table).map((part) => environment.resolve(part));
  };
  const phis = new Set(loop.fields.map(({ place }) => place));
  for (const [identity, { place, table }] of loop.tables) {
    const values = back(identity);
    for (const [index, part] of partsOf(table).entries()) {
      const value = values?.[index];
      const field = `${place}.${index}`;
      if (value === undefined || part.representation === "virtual") continue;
      if (phis.has(field)) headers.arriveBack(field, "field", value);
      else if (!w.isSame(part, value)) headers.mustChange(field);
    }
  }
  return loop.fields.map(({ identity, index, initial }) => back(identity)?.[index] ?? initial);
}

/** Without the yields in which a coroutine may be suspended. */
const placeOf = ({ place }: LoopTable): string => place.replace(/\|[\d,]+$/, "");

/**
 * Whether what comes back in another form than there is at the header gets that now: a coroutine that is suspended in one of the yields which
 * the header knows. One that is suspended in another one lets the header know of that.
 */
function becomes(w: Walker, headers: Headers, known: LoopTable, identity: object, object: VirtualObject): boolean {
  const pcs = allYields([known.table, object]);
  if (pcs === undefined || known.table.kind !== "coroutine") headers.mustMake(placeOf(known));
  else if (yieldsOf(known.table).length < pcs.length) headers.mustYield(placeOf(known), pcs);
  else {
    widen(w.ir, w.environment, identity, pcs);
    return true;
  }
  return false;
}

/** For each of the loop's tables the one that comes back as it; undefined if something had to be made, and all is to be looked at again. */
function meet(w: Walker, headers: Headers, start: number, { roots, tables }: LoopTables): ReadonlyMap<object, object> | undefined {
  const { environment } = w;
  const partners = new Map<object, object>();
  const taken = new Set<object>();
  let madeSome = false;
  const visit = (atHeader: Value, value: Value): void => {
    const known = atHeader.representation === "virtual" ? tables.get(atHeader.identity as object) : undefined;
    const resolved = environment.resolve(value);
    const table = virtualOf(environment, resolved);
    if (known === undefined) {
      if (table !== undefined) materialize(w, resolved);
      madeSome ||= table !== undefined;
      return;
    }
    const [identity, partner] = [atHeader.identity as object, resolved.identity as object];
    if (table !== undefined && partners.get(identity) === partner) return;
    if (table === undefined || partners.has(identity) || taken.has(partner)) return headers.mustMake(placeOf(known));
    if (!hasSameForm(known.table, table) && !becomes(w, headers, known, partner, table)) return;
    partners.set(identity, partner);
    taken.add(partner);
    const parts = partsOf(environment.virtuals.get(partner) as VirtualObject);
    for (const [index, part] of partsOf(known.table).entries()) visit(part, parts[index] as Value);
  };
  for (const [index, value] of liveRoots(environment, start).entries()) visit(roots[index] as Value, value);
  return madeSome ? undefined : partners;
}
