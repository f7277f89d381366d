// SPDX-License-Identifier: MIT
/** A unit's bytecode, IR, instructions and call sites, grouped by the source lines that they are for. */
import type { IrText, LineGroup, Unit, Where } from "./explanation.js";

type Lists = Pick<LineGroup, "bytecode" | "irBefore" | "irAfter" | "assembly" | "sites">;
type MutableGroup = Pick<LineGroup, "source" | "line"> & { readonly [List in keyof Lists]: number[] };

export function withLines(unit: Omit<Unit, "lines">): Unit {
  const groups = new Map<string, MutableGroup>();
  const groupAt = (source: number, line: number): MutableGroup => {
    const key = `${source}:${line}`;
    const group = groups.get(key) ?? { source, line, bytecode: [], irBefore: [], irAfter: [], assembly: [], sites: [] };
    groups.set(key, group);
    return group;
  };
  const add = (list: keyof Lists, places: readonly (Where | undefined)[]): void => {
    for (const [index, where] of places.entries()) {
      if (where !== undefined) groupAt(unit.activations[where.activation]?.source ?? 0, where.line)[list].push(index);
    }
  };
  add("bytecode", unit.bytecode);
  add("irBefore", placesOf(unit.irBefore));
  add("irAfter", placesOf(unit.irAfter));
  add(
    "assembly",
    unit.assembly.map(({ where }) => where),
  );
  add("sites", unit.sites);
  for (const [number, { source }] of unit.activations.entries()) {
    const lines = unit.bytecode.filter(({ activation }) => activation === number).map(({ line }) => line);
    for (let line = Math.min(...lines); line <= Math.max(...lines); line++) groupAt(source, line);
  }
  return { ...unit, lines: [...groups.values()].sort((a, b) => a.source - b.source || a.line - b.line) };
}

/** What has no place is where the instruction before it is; a label, where the one behind it is. */
function placesOf(lines: readonly IrText[]): (Where | undefined)[] {
  const places: (Where | undefined)[] = [];
  let last = lines.find(({ where }) => where !== undefined)?.where;
  for (const { isLabel, where } of lines) {
    if (!isLabel) last = where ?? last;
    places.push(isLabel ? undefined : last);
  }
  for (let index = lines.length - 1; index >= 0; index--) places[index] ??= places[index + 1];
  return places;
}
