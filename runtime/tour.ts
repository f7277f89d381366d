// SPDX-License-Identifier: MIT
/**
 * `yugong tour`: some programs, each with its output and, under it, what the engine did meanwhile; a table at the end. Laid out for
 * terminals of 100 columns.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Table from "cli-table3";
import pc from "picocolors";
import { type ChildResult, runInChild } from "./child.js";
import type { EngineEvent, EventKind } from "./events.js";
import { projectRoot } from "./native.js";
import { EXIT } from "./run-options.js";
import { formatEvent } from "./trace.js";

const WIDTH = 100;
const SHOWN_OUTPUT_LINES = 24;
const SHOWN_EVENTS = 14;

const STOPS: readonly string[] = [
  "fib.lua",
  "mandelbrot.lua",
  "n-body.lua",
  "scheduler.lua",
  "osr-integer-overflow.lua",
  "osr-inlined-guard.lua",
  "osr-reentry.lua",
  "osr-suspended-coroutine.lua",
];

interface Stop {
  readonly program: string;
  readonly interpreted: ChildResult;
  readonly optimized: ChildResult;
}

const write = (text: string): void => void process.stdout.write(text);
const count = (events: readonly EngineEvent[], ...kinds: EventKind[]): number => events.filter(({ kind }) => kinds.includes(kind)).length;

/** The comment that a program opens with: its first line as a title, the paragraphs up to the usage line as an explanation. */
function introduction(program: string): { title: string; explanation: string[] } {
  const lines = readFileSync(join(projectRoot, "programs", program), "utf8").split("\n");
  const comment = lines
    .slice(
      0,
      lines.findIndex((line) => !line.startsWith("--")),
    )
    .map((line) => line.slice(2).trim());
  const body = comment.slice(1).filter((line) => line !== "" && !line.startsWith("Usage:"));
  return { title: wrap(comment[0] ?? program, WIDTH - 2).join("\n"), explanation: wrap(body.join(" "), WIDTH - 2) };
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

const expandTabs = (line: string): string => line.replace(/[^\t]*\t/g, (text) => text.slice(0, -1).padEnd(Math.ceil(text.length / 8) * 8));

function outputLines(result: ChildResult): string[] {
  const lines = result.stdout
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => expandTabs(line).slice(0, WIDTH - 4));
  if (lines.length <= SHOWN_OUTPUT_LINES) return lines;
  const shown = lines.slice(0, SHOWN_OUTPUT_LINES - 1);
  return [...shown, pc.dim(`… ${lines.length - shown.length} more lines`)];
}

/** What makes two events the same for the digest: everything but times and counts. */
function sameness(event: EngineEvent): string {
  const { time: _, ...rest } = event;
  if (rest.kind === "deopt") return JSON.stringify({ ...rest, nanoseconds: 0, siteCount: 0, coroutine: 0 });
  if (rest.kind === "suspended-deopt") return JSON.stringify({ ...rest, nanoseconds: 0, coroutine: 0 });
  if (rest.kind === "osr-entry") return JSON.stringify({ ...rest, coroutine: 0 });
  return `${event.time}`;
}

/** The events, equal ones between two compilations as one line, and no more lines than are read. */
export function digest(events: readonly EngineEvent[], color: boolean): string[] {
  const groups: { event: EngineEvent; times: number }[] = [];
  let open = new Map<string, { event: EngineEvent; times: number }>();
  for (const event of events) {
    if (event.kind === "compile" || event.kind === "invalidate") open = new Map();
    const same = sameness(event);
    const group = open.get(same);
    if (group) group.times++;
    else {
      const first = { event, times: 1 };
      open.set(same, first);
      groups.push(first);
    }
  }
  const chosen = choose(groups.map(({ event }) => event));
  const lines: string[] = [];
  let next = 0;
  for (const index of [...chosen, groups.length]) {
    if (index > next) lines.push(pc.createColors(color).dim(`          …  ${index - next} more of the kind`));
    const group = groups[index];
    if (group) lines.push(formatEvent(group.event, { color, brief: true }) + (group.times > 1 ? `  × ${group.times}` : ""));
    next = index + 1;
  }
  return lines;
}

/** Which events to show, as ascending indexes: the first of each kind, the rare ones, and then as many as there is room for. */
function choose(events: readonly EngineEvent[]): number[] {
  const seen = new Set<EventKind>();
  const ranked = events.map((event, index) => {
    const isFirst = !seen.has(event.kind);
    seen.add(event.kind);
    const isRare = event.kind === "suspended-deopt" || event.kind === "give-up" || (event.kind === "deopt" && event.frames > 1);
    return { index, rank: isFirst ? 0 : isRare ? 1 : 2 };
  });
  ranked.sort((a, b) => a.rank - b.rank || a.index - b.index);
  return ranked
    .slice(0, SHOWN_EVENTS)
    .map(({ index }) => index)
    .sort((a, b) => a - b);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;
const ratio = (stop: Stop): string =>
  stop.optimized.milliseconds > 0 ? (stop.interpreted.milliseconds / stop.optimized.milliseconds).toFixed(1) : "?";

function failure({ program, interpreted, optimized }: Stop): string | undefined {
  for (const [mode, result] of [
    ["interpreted", interpreted],
    ["optimized", optimized],
  ] as const) {
    if (result.exitCode !== 0)
      return `${program}, ${mode}, ended with ${result.signal ?? `exit code ${result.exitCode}`}: ${result.stderr.trim()}`;
  }
  return interpreted.stdout.equals(optimized.stdout) ? undefined : `${program} printed something else when it was optimized`;
}

function show(stop: Stop): void {
  for (const line of outputLines(stop.optimized)) write(`  ${pc.dim("│")} ${line}\n`);
  write(`\n${digest(stop.optimized.events, pc.isColorSupported).join("\n")}\n`);
  write(
    `\n  ${seconds(stop.interpreted.milliseconds)} interpreted, ${pc.bold(seconds(stop.optimized.milliseconds))} optimized: ${pc.bold(`${ratio(stop)} times`)} as fast, same output\n\n`,
  );
}

function summary(stops: readonly Stop[]): string {
  const table = new Table({
    head: ["program", "interpreted", "optimized", "ratio", "compiled", "OSR", "deopts", "swaps"],
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right"],
    style: { head: pc.isColorSupported ? ["bold"] : [], border: pc.isColorSupported ? ["gray"] : [], compact: true },
  });
  for (const stop of stops) {
    const { events } = stop.optimized;
    const swaps = events.find((event) => event.kind === "swaps")?.swaps ?? 0;
    table.push([
      stop.program.replace(/\.lua$/, ""),
      seconds(stop.interpreted.milliseconds),
      seconds(stop.optimized.milliseconds),
      ratio(stop),
      count(events, "compile"),
      count(events, "osr-entry"),
      count(events, "deopt", "suspended-deopt"),
      swaps.toLocaleString("en-US"),
    ]);
  }
  return table.toString();
}

/** Returns the exit code. */
export async function tour(): Promise<number> {
  const stops: Stop[] = [];
  const failures: string[] = [];
  for (const [index, program] of STOPS.entries()) {
    const { title, explanation } = introduction(program);
    const heading = `━━ ${index + 1}/${STOPS.length} programs/${program} `;
    write(`${pc.cyan(heading.padEnd(WIDTH, "━"))}\n${pc.bold(title)}\n${explanation.map(pc.dim).join("\n")}\n\n`);
    const file = join("programs", program);
    const stop: Stop = { program, interpreted: runInChild(file, { mode: "interpreter" }), optimized: runInChild(file) };
    stops.push(stop);
    const problem = failure(stop);
    if (problem === undefined) show(stop);
    else {
      failures.push(problem);
      write(`${pc.red(problem)}\n\n`);
    }
  }
  write(`${summary(stops)}\n`);
  write(pc.dim("Times are in the engine, from its start to the program's end; each program ran once in each mode.\n"));
  write(`\nTry:  npm start -- programs/n-queens.lua 10      bin/yugong run --trace programs/osr-type-change.lua      npm test\n`);
  for (const problem of failures) process.stderr.write(`yugong: ${problem}\n`);
  return failures.length === 0 ? EXIT.ok : EXIT.programError;
}
