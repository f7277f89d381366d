// SPDX-License-Identifier: MIT
/** Where ways come together: one environment from several. */
import type { Ir, IrBlock, IrValue } from "../ir.js";
import { box, type Value } from "../semantics/values.js";
import { Environment } from "./environment.js";
import { headerType, irType, joinTypes } from "./headers.js";
import { virtualClosure } from "./live.js";
import { tablesToMake } from "./merge-objects.js";
import { partsOf, type VirtualObject, virtualOf, withParts } from "./objects.js";
import { bufferResults, type Multiple, materializeAll } from "./results.js";
import type { Walker } from "./walker.js";

/** A block without a terminator yet, and the state at its end. */
export interface Edge {
  readonly block: IrBlock;
  readonly environment: Environment;
}

type Live = (environment: Environment) => readonly number[];

/**
 * The environment after the edges meet; the insertion point is then where they do. Only live registers are kept. They meet where `pc` of
 * the innermost activation is about to be executed.
 */
export function mergeEdges(w: Walker, edges: readonly Edge[], live: Live, pc: number): Environment {
  const { ir } = w;
  const [only] = edges;
  if (edges.length === 1 && only !== undefined) {
    ir.at(only.block);
    return only.environment;
  }
  const environments = edges.map(({ environment }) => environment);
  const listed = environments.map(({ multiple }) => (multiple?.kind === "list" ? multiple.values.length : -1));
  const ready = listed.every((count) => count === listed[0]) ? edges : edges.map((edge) => w.onEdge(edge, pc, () => bufferResults(w)));
  const toMake = tablesToMake(ir, environments, live);
  const prepared = ready.map((edge, way) => {
    const values = toMake[way] ?? [];
    return values.length === 0 ? edge : w.onEdge(edge, pc, () => materializeAll(w, values));
  });
  const merge = new Merge(ir, prepared);
  const merged = merge.environment(
    prepared.map((edge) => edge.environment),
    live,
  );
  merge.finish();
  return merged;
}

class Merge {
  private readonly block: IrBlock;
  private readonly phis: { type: Ir["i64"]; incoming: IrValue[]; place: (phi: IrValue) => void }[] = [];

  /** What is known after the merge. */
  private tables: Environment["tables"] = new Map();
  private virtuals: Environment["virtuals"] = new Map();
  /** Virtual tables that have been merged, by their identity on the first edge. */
  private readonly objects = new Map<object, Value>();

  constructor(
    private readonly ir: Ir,
    private readonly edges: readonly Edge[],
  ) {
    this.block = ir.block("merge");
  }

  environment(environments: readonly Environment[], live: Live): Environment {
    const first = environments[0] as Environment;
    const parents = environments.map((environment) => environment.parent);
    const parent = first.parent === undefined ? undefined : this.environment(parents as Environment[], live);
    const merged = new Environment(first.activation, [], parent);
    if (parent === undefined) {
      this.tables = merged.tables;
      this.virtuals = merged.virtuals;
      for (const [identity, { shape }] of first.tables)
        if (environments.every(({ tables }) => tables.get(identity)?.shape === shape)) merged.tables.set(identity, { shape });
    }
    for (const register of live(first)) {
      this.value(
        environments.map((environment) => environment.get(register)),
        (value) => {
          merged.registers[register] = value;
        },
      );
    }
    for (const closure of virtualClosure(first)) {
      this.value(
        environments.map((environment) => environment.resolve(closure)),
        (value) => {
          if (value.representation !== "virtual") merged.made.set(closure.identity as object, value);
        },
      );
    }
    const multiple = environments.map((environment) => environment.multiple);
    if (multiple.every((results) => results?.kind === "list")) {
      const values = multiple.map((results, edge) => results.values.map((value) => (environments[edge] as Environment).resolve(value)));
      merged.multiple = { kind: "list", values: this.values(values) };
    } else if (multiple.every((results) => results?.kind === "buffer")) this.buffer(multiple, merged);
    return merged;
  }

  private buffer(results: readonly Extract<Multiple, { kind: "buffer" }>[], merged: Environment): void {
    const { first, count } = results[0] as Extract<Multiple, { kind: "buffer" }>;
    const kept = { kind: "buffer" as const, first, count };
    merged.multiple = kept;
    this.value(
      results.map((result) => result.first),
      (value) => {
        kept.first = value;
      },
    );
    this.phi(
      this.ir.i64,
      results.map((result) => result.count),
      (phi) => {
        kept.count = phi;
      },
    );
  }

  /** For each position, what the edges have there; what it is after the merge is there when that is finished. */
  private values(lists: readonly (readonly Value[])[]): readonly Value[] {
    const placed: Value[] = [];
    for (const index of (lists[0] as readonly Value[]).keys()) {
      this.value(
        lists.map((list) => list[index] as Value),
        (value) => {
          placed[index] = value;
        },
      );
    }
    return placed;
  }

  private value(values: readonly Value[], place: (value: Value) => void): void {
    const [first] = values as [Value];
    if (first.representation === "virtual") return place(this.object(values));
    if (values.every((value) => value === first)) return place(first);
    if (first.constant !== undefined && values.every((value) => value.constant === first.constant)) return place(first);
    const type = values.reduce((all, value) => all | value.type, 0);
    const predicted = values.every((value) => value.predicted !== undefined)
      ? values.reduce((all, value) => all | (value.predicted as number), 0)
      : undefined;
    const identity = this.identity(values);
    if (values.every((value) => value.ir === first.ir && value.representation === first.representation)) {
      const { boxed: _boxed, constant: _constant, oneOf: _oneOf, identity: _identity, ...rest } = first;
      return place({ ...rest, type, ...identity, ...(predicted === undefined ? {} : { predicted }) });
    }
    const chosen = values.map(headerType).reduce(joinTypes);
    // Two refinements of one boxed value are still that value.
    const origin = originOf(first);
    if (origin !== undefined && chosen.representation === "boxed" && values.every((value) => originOf(value) === origin)) {
      return place({ representation: "boxed", type, ir: origin, ...identity });
    }
    const { ir } = this;
    const incoming = values.map((value, index) => {
      ir.at((this.edges[index] as Edge).block);
      if (chosen.representation === "boxed") return box(ir, value);
      if (chosen.representation === "double" && value.representation === "int") return ir.intToDouble(value.ir);
      return value.ir;
    });
    this.phi(irType(ir, chosen), incoming, (phi) => place({ ...chosen, ir: phi, ...identity }));
  }

  /** Virtual on every edge, and of one form (merge-objects.ts). */
  private object(values: readonly Value[]): Value {
    const [first] = values as [Value];
    const key = first.identity as object;
    const known = this.objects.get(key);
    if (known !== undefined) return known;
    const identity = values.every((value) => value.identity === key) ? key : {};
    const merged: Value = { ...first, identity };
    this.objects.set(key, merged);
    const environments = this.edges.map(({ environment }) => environment);
    const objects = values.map((value, edge) => virtualOf(environments[edge] as Environment, value) as VirtualObject);
    const resolved = objects.map((object, edge) => partsOf(object).map((value) => (environments[edge] as Environment).resolve(value)));
    const described = withRoom(objects, this.ir.layout.size("inlineValues"));
    this.virtuals.set(identity, described);
    const parts = partsOf(described).slice();
    for (const index of parts.keys()) {
      this.value(
        resolved.map((each) => each[index] as Value),
        (value) => {
          parts[index] = value;
          this.virtuals.set(identity, withParts(described, parts));
        },
      );
    }
    return merged;
  }

  /** One table, or tables of one shape. */
  private identity(values: readonly Value[]): { identity?: object } {
    const { identity } = values[0] as Value;
    if (identity !== undefined && values.every((value) => value.identity === identity)) return { identity };
    const shapes = values.map((value, index) => this.shapeOn(index, value));
    const [shape] = shapes;
    if (shape === undefined || shapes.some((other) => other !== shape)) return {};
    const merged = {};
    this.tables.set(merged, { shape });
    return { identity: merged };
  }

  private shapeOn(edge: number, { identity }: Value): bigint | undefined {
    return identity === undefined ? undefined : (this.edges[edge] as Edge).environment.tables.get(identity)?.shape;
  }

  private phi(type: Ir["i64"], incoming: IrValue[], place: (phi: IrValue) => void): void {
    this.phis.push({ type, incoming, place });
  }

  finish(): void {
    const { ir } = this;
    for (const { block } of this.edges) {
      ir.at(block);
      ir.jump(this.block);
    }
    ir.at(this.block);
    for (const { type, incoming, place } of this.phis) {
      const phi = ir.phi(type);
      for (const [index, value] of incoming.entries()) ir.incoming(phi, value, (this.edges[index] as Edge).block);
      place(phi);
    }
  }
}

/** The first of objects that become one, with what constructors of any of them asked room for. */
function withRoom(objects: readonly VirtualObject[], most: number): VirtualObject {
  const [first] = objects as [VirtualObject];
  if (first.kind !== "table") return first;
  const rooms = objects.map((object) => (object.kind === "table" ? object.room : first.room));
  const room = {
    elements: Math.max(first.elements.length, ...rooms.map(({ elements }) => elements)),
    fields: Math.max(first.slots.length, ...rooms.map(({ fields }) => fields)),
  };
  // More than there is in one object: then just what is needed.
  return { ...first, room: room.elements + room.fields <= most ? room : { elements: 0, fields: 0 } };
}

const originOf = (value: Value): IrValue | undefined => (value.representation === "boxed" ? value.ir : value.boxed);
