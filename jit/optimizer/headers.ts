// SPDX-License-Identifier: MIT
/**
 * The representation of each register that a loop assigns, at the loop's header: found by walking the function dry until nothing
 * changes, then used by the walk that emits code.
 *
 * Where the value that comes into the loop has an unknown type, but the loop itself only makes numbers of it, the header speculates on
 * that number type; a guard on the way in checks it.
 */
import type { Ir } from "../ir.js";
import { type Representation, Type, type Value } from "../semantics/values.js";

export interface HeaderType {
  readonly representation: Exclude<Representation, "virtual">;
  readonly type: number;
}

interface Entry {
  chosen: HeaderType;
  /** What the back-edges bring, joined over all walks so far. */
  back: HeaderType | undefined;
}

export const joinTypes = (a: HeaderType, b: HeaderType): HeaderType => {
  const type = a.type | b.type;
  if (a.representation === b.representation) return { representation: a.representation, type };
  const numeric = (t: HeaderType): boolean => t.representation === "int" || t.representation === "double";
  if (numeric(a) && numeric(b)) return { representation: "double", type: Type.Double };
  return { representation: "boxed", type };
};

/** The representation that suits a value known (or assumed) to have these types. */
function best(type: number): HeaderType {
  if (type === Type.Int) return { representation: "int", type };
  if (type !== 0 && (type & ~Type.Number) === 0) return { representation: "double", type: Type.Double };
  return { representation: "boxed", type };
}

const same = (a: HeaderType, b: HeaderType): boolean => a.representation === b.representation && a.type === b.type;

export class Headers {
  private readonly entries = new Map<string, Entry>();
  /**
   * Virtual tables that are made before the loop, and by their places fields of others that it changes (see loop-tables.ts), and registers
   * that come to a header with a constant and come back with something else.
   */
  private readonly made = new Set<string>();
  private readonly changing = new Set<string>();
  private readonly yields = new Map<string, ReadonlySet<number>>();
  private areAllMade = false;
  changed = false;
  /** Whether, in the current walk, a back-edge has not brought the tables that the header expects. */
  unsettled = false;

  isMade(place: string): boolean {
    return this.areAllMade || this.made.has(place);
  }

  mustMake(place: string): void {
    this.changed = this.unsettled = true;
    this.made.add(place);
  }

  changes(place: string): boolean {
    return this.areAllMade || this.changing.has(place);
  }

  mustChange(place: string): void {
    this.changed = this.unsettled = true;
    this.changing.add(place);
  }

  /** The yields in which a coroutine comes back there. */
  yieldsAt(place: string): readonly number[] {
    return [...(this.yields.get(place) ?? [])];
  }

  mustYield(place: string, pcs: readonly number[]): void {
    this.changed = this.unsettled = true;
    this.yields.set(place, new Set([...this.yieldsAt(place), ...pcs]));
  }

  /** No table stays virtual into a loop, and no register that is assigned there constant. */
  makeAll(): void {
    this.areAllMade = true;
  }

  /** What a register (or the like) has at the header, when `forward` comes in. */
  choose(header: string, register: number | string, forward: Value, speculate: boolean): HeaderType {
    const key = `${header}:${register}`;
    const entry = this.entries.get(key);
    const incoming =
      forward.predicted !== undefined && speculate && forward.representation === "boxed"
        ? narrowed(forward, forward.predicted)
        : headerType(forward);
    if (entry === undefined) {
      this.entries.set(key, { chosen: incoming, back: undefined });
      return incoming;
    }
    const { back } = entry;
    const wanted = back === undefined ? incoming : this.combine(forward, incoming, back, speculate);
    if (!same(wanted, entry.chosen)) {
      entry.chosen = wanted;
      this.changed = true;
    }
    return entry.chosen;
  }

  private combine(forward: Value, incoming: HeaderType, back: HeaderType, speculate: boolean): HeaderType {
    const unknown =
      (incoming.type & ~back.type & ~Type.Number) !== 0 && forward.representation === "boxed" && forward.constant === undefined;
    const numericBack = back.type !== 0 && (back.type & ~Type.Number) === 0;
    if (unknown && numericBack && speculate && incoming.type & Type.Number) return best(back.type);
    return joinTypes(incoming, back);
  }

  arriveBack(header: string, register: number | string, value: Value): void {
    const entry = this.entries.get(`${header}:${register}`);
    if (entry === undefined) return;
    const type = headerType(value);
    const joined = entry.back === undefined ? type : joinTypes(entry.back, type);
    if (entry.back === undefined || !same(joined, entry.back)) {
      entry.back = joined;
      this.changed = true;
    }
  }
}

/** A virtual table is made before it gets to a header. */
export const headerType = ({ representation, type }: Value): HeaderType => ({
  representation: representation === "virtual" ? "boxed" : representation,
  type,
});

function narrowed(value: Value, predicted: number): HeaderType {
  const type = value.type & predicted;
  return type === 0 ? headerType(value) : best(type);
}

/** How LLVM holds a value of this representation. */
export function irType(ir: Ir, { representation }: HeaderType): Ir["i64"] {
  return { boxed: ir.i64, int: ir.i32, double: ir.f64, bool: ir.i1 }[representation];
}
