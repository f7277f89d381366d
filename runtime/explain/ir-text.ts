// SPDX-License-Identifier: MIT
/**
 * LLVM's text of a function, line by line, each with where it is from; without what only LLVM reads.
 *
 *     call void @yl_deopt(i64 %co) #5 [ "deopt"(i64 %x, i32 %y) ], !dbg !17
 *     attributes #5 = { "statepoint-id"="4099" }
 *
 * is `call void @yl_deopt(i64 %co) [%x, i32 %y]`, of call site 4099, from the place that !17 says (see jit/optimizer/unit-notes.ts).
 */

/** Where something is from: an instruction of an activation. `pc` is absent where only the line is known. */
export interface Place {
  readonly activation: number;
  readonly line: number;
  readonly pc?: number;
}

export interface IrLine {
  readonly text: string;
  readonly isLabel: boolean;
  readonly place?: Place;
  /** The call site that the call is. */
  readonly csid?: number;
}

/** Metadata by number: `!17 = !DILocation(line: 6, …)` → "DILocation", fields. */
class Metadata {
  private readonly nodes = new Map<string, string>();

  constructor(module: string) {
    for (const [, name, text] of module.matchAll(/^(!\d+) = (?:distinct )?(!DI\w+\(.*\))$/gm))
      this.nodes.set(name as string, text as string);
  }

  private field(node: string, name: string): string | undefined {
    return new RegExp(`[(\\s]${name}: ("(?:[^"\\\\]|\\\\.)*"|[^,)]*)`).exec(this.nodes.get(node) ?? "")?.[1];
  }

  /** The place that a DILocation says. */
  place(location: string): Place | undefined {
    const line = Number(this.field(location, "line") ?? 0);
    const file = this.field(this.field(location, "scope") ?? "", "file") ?? "";
    const activation = /activation (\d+)/.exec(this.field(file, "directory") ?? "");
    if (line === 0 || activation === null) return undefined;
    return { activation: Number(activation[1]), line, pc: Number(this.field(location, "column") ?? 0) };
  }
}

/** Number of the activation in the "directory/name" of a line table. */
export function activationOf(file: string): number {
  const match = /(?:^|\/)activation (\d+)\//.exec(file);
  return match === null ? 0 : Number(match[1]);
}

/**
 * A module as LLVM's tools take it, with comments in place of debug information: `comment` says what to write before lines from another
 * place than the ones above.
 */
export function commentedIr(module: string, comment: (place: Place) => string): string {
  const metadata = new Metadata(module);
  let last = "";
  return module
    .split("\n")
    .filter((line) => !/^!(llvm\.(dbg\.cu|module\.flags) = |\d+ = (distinct )?!DI|\d+ = !\{i32 2, !"Debug Info Version)/.test(line))
    .flatMap((line) => {
      const place = / !dbg (!\d+)/.exec(line);
      const text = line.replace(/,? !dbg !\d+/g, "");
      const found = place === null ? undefined : metadata.place(place[1] as string);
      const about = found === undefined ? last : comment(found);
      const isNew = about !== last;
      last = about;
      return isNew ? [`  ; ${about}`, text] : [text];
    })
    .join("\n");
}

/** The lines of the function `symbol`. */
export function irLines(module: string, symbol: string): IrLine[] {
  const start = module.search(new RegExp(`^define [^\\n]*@${symbol}\\(`, "m"));
  if (start < 0) return [];
  const body = module.slice(module.indexOf("\n", start) + 1, module.indexOf("\n}", start));
  const metadata = new Metadata(module);
  const sites = new Map<string, number>();
  for (const [, group, csid] of module.matchAll(/^attributes (#\d+) = \{[^}]*"statepoint-id"="(\d+)"/gm))
    sites.set(group as string, Number(csid));
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => irLine(line, metadata, sites));
}

function irLine(line: string, metadata: Metadata, sites: ReadonlyMap<string, number>): IrLine {
  const label = /^([\w.$-]+):/.exec(line);
  if (label !== null) return { text: `${label[1]}:`, isLabel: true };
  const place = metadata.place(/!dbg (!\d+)/.exec(line)?.[1] ?? "");
  const group = / (#\d+)(?= \[|,|$)/.exec(line)?.[1];
  const csid = group === undefined ? undefined : sites.get(group);
  return { text: readable(line), isLabel: false, ...(place && { place }), ...(csid !== undefined && { csid }) };
}

function readable(line: string): string {
  return line
    .trim()
    .replace(/, !\w[\w.]* !\d+/g, "")
    .replace(/, align \d+/g, "")
    .replace(/ #\d+(?= \[|,|$)/g, "")
    .replace(/\[ "deopt"\((.*)\) \]/, (_, operands: string) => `[${operands.replace(/\bi64 /g, "")}]`)
    .replace(/%tbaa\.(\w+)\.(\d*)/g, (_, name: string, number: string) => `%${name}${number}`)
    .replace(/%likely\.(\d*)/g, (_, number: string) => `%likely${number}`);
}
