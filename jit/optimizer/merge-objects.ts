// SPDX-License-Identifier: MIT
/**
 * Virtual objects where ways meet. One that every way brings, and in the same form, stays virtual, and its fields are merged; also when it
 * is another one on each way (`if c then v = vector(1, 0) else v = vector(0, 1) end`), if that cannot be told by comparing them.
 * Otherwise those ways that bring it virtual have to make it at their ends.
 */
import type { Ir } from "../ir.js";
import type { Value } from "../semantics/values.js";
import { allYields, widen } from "./coroutine-states.js";
import type { Environment } from "./environment.js";
import { virtualClosure } from "./live.js";
import { hasSameForm, partsOf, type VirtualObject, virtualOf } from "./objects.js";

type Live = (environment: Environment) => readonly number[];

/** For each way, the virtual tables that it has to make. */
export function tablesToMake(ir: Ir, environments: readonly Environment[], live: Live): readonly (readonly Value[])[] {
  const meeting = new Meeting(ir, environments);
  if (environments.every(({ virtuals }) => virtuals.size === 0)) return meeting.made;
  do meeting.start();
  while (!meeting.settles(live));
  return meeting.made;
}

class Meeting {
  readonly made: Value[][];
  /** For each way: the table of the first way that this one becomes one with. */
  private partners: Map<object, object>[] = [];
  private firsts = new Map<object, readonly Value[]>();
  private changed = false;

  constructor(
    private readonly ir: Ir,
    private readonly environments: readonly Environment[],
  ) {
    this.made = environments.map(() => []);
  }

  start(): void {
    this.partners = this.environments.map(() => new Map());
    this.firsts = new Map();
    this.changed = false;
  }

  /** Whether nothing more has to be made. */
  settles(live: Live): boolean {
    for (
      let level: readonly (Environment | undefined)[] = this.environments;
      level[0] !== undefined;
      level = level.map((at) => at?.parent)
    ) {
      const environments = level as readonly Environment[];
      const [first] = environments as [Environment];
      for (const register of live(first)) this.meet(environments.map((environment) => environment.get(register)));
      for (const closure of virtualClosure(first)) this.meet(environments.map((environment) => environment.resolve(closure)));
    }
    const results = this.environments.map(({ multiple }) => (multiple?.kind === "list" ? multiple.values : []));
    for (const index of (results[0] ?? []).keys()) {
      // Lists of different lengths go into the buffer, and then what they hold is made by that.
      if (results.every((values) => index in values))
        this.meet(results.map((values, way) => (this.environments[way] as Environment).resolve(values[index] as Value)));
    }
    return !this.changed;
  }

  /** What one place holds on each way. */
  private meet(values: readonly Value[]): void {
    const tables = values.map((value, way) => this.virtual(way, value));
    if (tables.every((table) => table === undefined)) return;
    if (!this.allOfOneForm(values, tables) || !this.areOne(values)) {
      for (const [way, value] of values.entries()) this.make(way, value);
      return;
    }
    const key = (values[0] as Value).identity as object;
    if (this.firsts.has(key)) return;
    this.firsts.set(key, values);
    const parts = values.map((value, way) => partsOf(this.virtual(way, value) as VirtualObject));
    for (const index of (parts[0] as readonly Value[]).keys()) {
      this.meet(parts.map((each, way) => (this.environments[way] as Environment).resolve(each[index] as Value)));
    }
  }

  /** Also coroutines that are suspended in different yields, which then may be in any of them. */
  private allOfOneForm(values: readonly Value[], objects: readonly (VirtualObject | undefined)[]): boolean {
    const [first] = objects;
    if (first !== undefined && objects.every((object) => object !== undefined && hasSameForm(object, first))) return true;
    const pcs = allYields(objects);
    if (pcs === undefined) return false;
    for (const [way, { identity }] of values.entries()) widen(this.ir, this.environments[way] as Environment, identity as object, pcs);
    return true;
  }

  private virtual(way: number, value: Value): VirtualObject | undefined {
    if ((this.made[way] as Value[]).some(({ identity }) => identity === value.identity)) return undefined;
    return virtualOf(this.environments[way] as Environment, value);
  }

  /** Whether each is not yet another one together with others: then it could be told which is which. */
  private areOne(values: readonly Value[]): boolean {
    const first = (values[0] as Value).identity as object;
    const known = this.firsts.get(first);
    if (known !== undefined) return values.every(({ identity }, way) => identity === known[way]?.identity);
    if (values.some(({ identity }, way) => this.partners[way]?.has(identity as object))) return false;
    for (const [way, { identity }] of values.entries()) this.partners[way]?.set(identity as object, first);
    return true;
  }

  private make(way: number, value: Value): void {
    if (this.virtual(way, value) === undefined) return;
    (this.made[way] as Value[]).push(value);
    this.changed = true;
    const environment = this.environments[way] as Environment;
    for (const part of partsOf(virtualOf(environment, value) as VirtualObject)) this.make(way, environment.resolve(part));
  }
}
