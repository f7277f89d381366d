// SPDX-License-Identifier: MIT
/**
 * An Explanation as text: source line by source line, what it became.
 *
 *     6 │ sum = sum + scale(list[i])
 *
 *         pc  bytecode                         seen                  known
 *          5  GETINDEX  r7 r0 r6               array[int]            r7: boxed
 *
 *         IR as built                                  │ IR after the passes
 *         assembly                                     │ call sites: where values live, and what a deopt builds
 */
import pc from "picocolors";
import { withLine } from "../../lang/bytecode.js";
import type { Part } from "../unit-parts.js";
import type {
  BytecodeLine,
  CallSite,
  Deopt,
  Explanation,
  FunctionName,
  IrText,
  LineGroup,
  LiveValue,
  StackPicture,
  Unit,
} from "./explanation.js";

export interface TextOptions {
  /** In columns; at least LEAST_WIDTH are used. */
  readonly width: number;
  readonly color: boolean;
  readonly parts: readonly Part[];
  /** Which unit, instead of the one that the explanation shows; from 0. */
  readonly unit?: number;
  /** Whether to go through the recorded deopts, step by step. */
  readonly deopts: boolean;
}

/** Where nobody says how wide a terminal is. */
export const DEFAULT_WIDTH = 120;
/** In less, two columns of text do not fit beside each other. */
export const LEAST_WIDTH = 40;
const indent = 5;

/** @throws RangeError when there is no unit of that number */
export function explanationText(explanation: Explanation, options: TextOptions): string {
  const unit = explanation.units[options.unit ?? explanation.shown];
  if (unit === undefined) throw new RangeError(`there are units 1 to ${explanation.units.length}`);
  const writer = new TextWriter(explanation, unit, { ...options, width: Math.max(LEAST_WIDTH, options.width) });
  return `${writer.write().join("\n")}\n`;
}

const nameText = ({ name, line }: FunctionName): string => withLine(name, line);
export const unitText = ({ kind, line }: Pick<Unit, "kind" | "line">): string =>
  kind === "loop" ? `loop at line ${line}` : "whole function";

class TextWriter {
  private readonly colors: ReturnType<typeof pc.createColors>;
  private readonly sites: ReadonlyMap<number, CallSite>;

  constructor(
    private readonly explanation: Explanation,
    private readonly unit: Unit,
    private readonly options: TextOptions,
  ) {
    this.colors = pc.createColors(options.color);
    this.sites = new Map(unit.sites.map((site) => [site.csid, site]));
  }

  write(): string[] {
    const { deopts } = this.unit;
    return [
      ...this.heading(),
      ...this.unit.lines.flatMap((group, index) => this.line(group, this.unit.lines[index - 1])),
      ...(this.options.deopts && deopts.length > 0 ? deopts.flatMap((deopt) => this.deopt(deopt)) : []),
    ];
  }

  private has(part: Part): boolean {
    return this.options.parts.includes(part);
  }

  // ---- heading

  private heading(): string[] {
    const { bold, dim, yellow } = this.colors;
    const { explanation, unit } = this;
    const source = explanation.sources[unit.activations[0]?.source ?? 0]?.name ?? "?";
    const lines = [bold(`${explanation.function.name}`) + dim(`  ${withLine(source, explanation.function.line)}`), ""];
    for (const note of explanation.notes) lines.push(...wrap(note, this.options.width - 2).map((text) => `  ${yellow(text)}`), "");
    for (const [index, each] of explanation.units.entries()) {
      const about = `${index + 1}  ${unitText(each).padEnd(18)}  ${`${each.bytes} bytes`.padEnd(11)}  ${each.address}  ${each.milliseconds.toFixed(1)} ms`;
      const fate = each.isPreview ? "never ran" : each.discarded === undefined ? "in use" : `discarded: ${each.discarded}`;
      lines.push(each === unit ? `▸ ${bold(about)}  ${fate}` : dim(`  ${about}  ${fate}`));
    }
    lines.push("");
    const times = new Map<string, number>();
    for (const { function: inlined, inlinedInto } of unit.activations) {
      const into = inlinedInto && unit.activations[inlinedInto.activation];
      if (!inlinedInto || !into) continue;
      const what = `${nameText(inlined)} into ${into.function.name} at line ${inlinedInto.line}`;
      times.set(what, (times.get(what) ?? 0) + 1);
    }
    for (const [what, count] of times) lines.push(`  inlined  ${what}${count === 1 ? "" : ` (${count} times)`}`);
    if (unit.entry.length > 0) lines.push(`  entry    ${unit.entry.join(", ")}`);
    if (explanation.others.length > 0) {
      const others = `also compiled (--function NAME): ${explanation.others.map(nameText).join(", ")}`;
      lines.push(...wrap(others, this.options.width - 2).map((text) => dim(`  ${text}`)));
    }
    return [...lines, ""];
  }

  // ---- lines

  private line(group: LineGroup, before: LineGroup | undefined): string[] {
    const { bold, cyan, dim } = this.colors;
    const source = this.explanation.sources[group.source];
    const lines: string[] = [];
    if (before !== undefined && before.source !== group.source) lines.push("", dim(source?.name ?? "?"));
    if (before !== undefined && (before.source !== group.source || before.line + 1 < group.line)) lines.push(dim(`${"⋮".padStart(4)}`));
    const details = this.details(group);
    const text = (source?.lines[group.line - 1] ?? "").trimEnd();
    const head = `${String(group.line).padStart(4)} │ `;
    if (details.length === 0) return [...lines, dim(`${head}${text}`)];
    const rule = dim("─".repeat(Math.max(0, this.options.width - head.length - text.length - 1)));
    lines.push(`${cyan(head)}${bold(text)} ${rule}`, "");
    return [...lines, ...details];
  }

  private details(group: LineGroup): string[] {
    const { unit } = this;
    const blocks: string[][] = [];
    if (this.has("bytecode") && group.bytecode.length > 0)
      blocks.push(this.bytecode(group.bytecode.map((index) => unit.bytecode[index] as BytecodeLine)));
    if (this.has("ir") && group.irBefore.length + group.irAfter.length > 0) {
      blocks.push(
        this.sideBySide(
          ["IR as built", ...this.ir(unit.irBefore, group.irBefore)],
          ["IR after the passes", ...this.ir(unit.irAfter, group.irAfter)],
        ),
      );
    }
    if (this.has("asm") || this.has("stackmaps")) {
      const rows = this.assembly(group);
      if (rows.length > 0) blocks.push(rows);
    }
    return blocks.flatMap((block) => [...block.map((row) => `${" ".repeat(indent)}${row}`.trimEnd()), ""]);
  }

  private bytecode(lines: readonly BytecodeLine[]): string[] {
    const { dim, green } = this.colors;
    const width = this.options.width - indent;
    const columns = [4, Math.floor(width * 0.36), Math.floor(width * 0.26)] as const;
    const rows = [dim(`${"pc".padStart(3)}  ${"bytecode".padEnd(columns[1])}${"seen".padEnd(columns[2])}known`)];
    let activation = 0;
    for (const line of lines) {
      if (line.activation !== activation) {
        activation = line.activation;
        const { function: inlined, inlinedInto } = this.unit.activations[activation] ?? {};
        if (inlined && inlinedInto) rows.push(dim(`     ${inlined.name}, inlined at line ${inlinedInto.line}`));
      }
      if (line.header !== undefined) rows.push(`  >  ${green(`loop: ${line.header}`)}`);
      const cells = [
        wrap(line.text, columns[1] - 1),
        wrap(line.feedback, columns[2] - 1),
        wrap(line.types, width - columns[0] - columns[1] - columns[2] - 1),
      ];
      for (let at = 0; at < Math.max(1, ...cells.map((cell) => cell.length)); at++) {
        const [text = "", seen = "", known = ""] = cells.map((cell) => cell[at] ?? "");
        rows.push(
          `${(at === 0 ? String(line.pc) : "").padStart(3)}  ${text.padEnd(columns[1])}${dim(seen.padEnd(columns[2]))}${green(known)}`,
        );
      }
    }
    return rows;
  }

  private ir(lines: readonly IrText[], indexes: readonly number[]): string[] {
    return withGaps(indexes).map((index) => {
      if (index === undefined) return "⋮";
      const { text, isLabel, csid } = lines[index] as IrText;
      return `${isLabel ? "" : "  "}${text}${csid === undefined ? "" : ` ${this.mark(csid)}`}`;
    });
  }

  private mark(csid: number): string {
    return `${this.sites.get(csid)?.kind === "call" ? "●" : "◆"}${csid}`;
  }

  /** Instructions, and beside each call what its record says. */
  private assembly({ assembly, sites }: LineGroup): string[] {
    const width = this.half();
    const left: string[] = [this.has("asm") ? "assembly" : ""];
    const right: string[] = [this.has("stackmaps") ? "call sites: where values live, what a deopt builds" : ""];
    const shown = new Set<number>();
    for (const index of withGaps(assembly)) {
      const line = index === undefined ? undefined : this.unit.assembly[index];
      const site = line?.csid === undefined ? undefined : this.sites.get(line.csid);
      if (site !== undefined && this.has("stackmaps")) {
        while (left.length < right.length) left.push("");
        while (right.length < left.length) right.push("");
        right.push(...this.site(site, width));
        shown.add(site.csid);
      }
      if (this.has("asm")) left.push(...(line === undefined ? ["⋮"] : wrap(`${`+${line.offset}`.padEnd(6)} ${line.text}`, width, 9)));
    }
    if (this.has("stackmaps")) {
      const removed = sites.map((index) => this.unit.sites[index] as CallSite).filter(({ csid }) => !shown.has(csid));
      for (const site of removed) right.push(`${this.mark(site.csid)} ${site.kind} (${site.reason}): removed by LLVM`);
    }
    if (left.length === 1 && right.length === 1) return [];
    return this.sideBySide(left, right);
  }

  private site(site: CallSite, width: number): string[] {
    const what = site.kind === "guard" ? `guard, ${site.reason}` : "call";
    const rows = [`${this.mark(site.csid)} ${what}`];
    for (const frame of site.frames) {
      const how = frame.mode === "execute" ? "executes" : "completes";
      rows.push(
        ...wrap(`${frame.function.name}:${frame.line} ${how} ${frame.pc} ${frame.instruction.replace(/\s+/g, " ")}`, width - 2, 2).map(
          (row) => `  ${row}`,
        ),
      );
      const values = [frame.closure, ...frame.values, ...frame.varargs, ...frame.results].map(liveText).join(", ");
      rows.push(...wrap(values, width - 4).map((row) => `    ${row}`));
    }
    for (const { name, parts } of site.objects)
      rows.push(...wrap(`${name}: ${parts.map(liveText).join(", ")}`, width - 2, 2).map((row) => `  ${row}`));
    return rows;
  }

  private half(): number {
    return Math.floor((this.options.width - indent - 3) / 2);
  }

  private sideBySide(left: readonly string[], right: readonly string[]): string[] {
    const { dim } = this.colors;
    const width = this.half();
    const [lefts, rights] = [left, right].map((rows) => rows.flatMap((row) => (row === "" ? [row] : wrap(row, width, 6)))) as [
      string[],
      string[],
    ];
    return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, index) => {
      const [a, b] = [lefts[index] ?? "", rights[index] ?? ""];
      const row = `${a.padEnd(width)} ${dim("│")} ${b}`;
      return index === 0 ? `${dim(a.padEnd(width))} ${dim("│")} ${dim(b)}` : row;
    });
  }

  // ---- recorded deopts

  private deopt({ title, csid, kind, steps }: Deopt): string[] {
    const { bold, dim } = this.colors;
    const head = `deopt in this run: ${title}`;
    const lines = [bold(head) + dim(`  ${kind}, ${this.mark(csid)}`), ""];
    for (const [index, step] of steps.entries()) {
      lines.push(`  ${index + 1}. ${bold(step.title)}`, ...wrap(step.text, this.options.width - 5).map((row) => `     ${row}`), "");
      lines.push(...this.stack(step.stack), "");
    }
    return lines;
  }

  /** From high addresses to low; the words of frames that the step is about, of those something is known of. */
  private stack({ frames, sp }: StackPicture): string[] {
    const { bold, dim, green, red, yellow } = this.colors;
    const paint = { there: (text: string) => text, going: red, new: green, resumed: green };
    const lines: string[] = [];
    for (const frame of frames) {
      const size = dim(`  ${frame.words.length + frame.cut} words`);
      lines.push(
        `     ${dim(frame.address)}  ${paint[frame.state](frame.title)}${size}${frame.state === "there" ? "" : dim(`  ${frame.state}`)}`,
      );
      if (frame.state !== "new" && !frame.words.some(({ isMarked }) => isMarked)) continue;
      let unknown = frame.cut;
      const flush = (): void => {
        if (unknown > 0) lines.push(dim(`       ${" ".repeat(14)}  │ ${unknown} more ${unknown === 1 ? "word" : "words"}`));
        unknown = 0;
      };
      for (let index = frame.words.length - 1; index >= 0; index--) {
        const { word, label, value, origin, isMarked } = frame.words[index] as (typeof frame.words)[number];
        if (label === "" && !isMarked) {
          unknown++;
          continue;
        }
        flush();
        const address = `0x${(BigInt(frame.address) + 8n * BigInt(index)).toString(16)}`;
        const row = `${word.padEnd(18)}  ${label}${value === "" ? "" : ` = ${value}`}${origin === undefined ? "" : `  ${origin}`}`;
        lines.push(`       ${dim(address)}  │ ${isMarked ? yellow(row) : row}`);
      }
      flush();
    }
    return [...lines, bold(`     ${sp}  ◂ sp`)];
  }
}

/** "r1 sum int32 in [rsp+16]" */
function liveText({ register, name, representation, location }: LiveValue): string {
  const what = [register, name].filter(Boolean).join(" ");
  if (representation === "constant") return `${what} = ${location}`;
  return representation === "virtual" ? `${what} is ${location}` : `${what} ${representation} in ${location}`;
}

/** Indexes, with undefined where some are left out between two. */
function withGaps(indexes: readonly number[]): (number | undefined)[] {
  return indexes.flatMap((index, at) => (at > 0 && indexes[at - 1] !== index - 1 ? [undefined, index] : [index]));
}

/** Breaks at spaces; what is longer than a line is cut into pieces. Rows after the first are indented by `hang`. */
function wrap(text: string, width: number, hang = 0): string[] {
  const rows: string[] = [];
  let rest = text;
  for (let room = width; rest.length > room; room = width - hang) {
    const space = rest.lastIndexOf(" ", room);
    const at = space > room / 3 ? space : room;
    rows.push(rest.slice(0, at));
    rest = rest.slice(at).trimStart();
  }
  if (rest !== "") rows.push(rest);
  return rows.map((row, index) => (index === 0 ? row : `${" ".repeat(hang)}${row}`));
}
