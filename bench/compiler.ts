// SPDX-License-Identifier: MIT
/**
 * What compiling costs: `npm run bench:compiler [-- NAME…]`.
 *
 * - The front end, once warm. A steady operation, so the `benchmark` package's method fits: it repeats until the mean's relative margin of
 *   error is small.
 * - The optimizer, in the processes in which it works: each of programs/ is run once as shipped, and its compile events are put together.
 *   The first unit of a process is apart, because the compiler itself is not warm then. Milliseconds are wall time, which on a busy machine has
 *   others' work in it; pauses are measured in CPU time of the program's thread, too.
 *
 * Wall time of whole programs is language.ts's subject.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Benchmark from "benchmark";
import { Command } from "commander";
import { compileSource } from "../lang/index.js";
import { AS_SHIPPED, runInChild } from "../runtime/child.js";
import type { CompileEvent } from "../runtime/events.js";
import { projectRoot } from "../runtime/native.js";
import { quantile } from "./language/statistics.js";
import { plainTable } from "./table.js";

const folder = join(projectRoot, "programs");
const all = readdirSync(folder).filter((name) => name.endsWith(".lua"));
const command = new Command("bench:compiler")
  .description("What compiling costs: the front end, a program of programs/ after the other, and the optimizer, over all of them.")
  .argument("[NAME...]", "part of a program's name, if not all are wanted")
  .parse();
const programs = all.filter((name) => command.args.length === 0 || command.args.some((wanted) => name.includes(wanted)));
if (programs.length === 0) command.error(`error: no program has a name like ${command.args.join(", ")}; there are ${all.join(", ")}`);

function frontEnd(): string {
  const table = plainTable(["program", "lines", "µs", "± %", "µs a line"]);
  for (const file of programs) {
    const source = readFileSync(join(folder, file), "latin1");
    if (compileSource(source, file).code.length === 0) throw new Error(`${file} compiles to nothing`);
    const { stats } = new Benchmark(file, () => compileSource(source, file), { maxTime: 0.5 }).run() as Benchmark;
    const lines = source.split("\n").length;
    const microseconds = stats.mean * 1e6;
    table.push([file, lines, microseconds.toFixed(0), stats.rme.toFixed(1), (microseconds / lines).toFixed(1)]);
  }
  return table.toString();
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** What the program waits for before LLVM takes over. */
const building = ({ cpuPauses }: CompileEvent): number => sumOf(cpuPauses.slice(0, -1));

/** What is measured of a unit, or of each of its parts, and in which form it is printed. */
const MEASURES: Readonly<Record<string, (event: CompileEvent) => number | readonly number[]>> = {
  "work a unit, ms": ({ milliseconds }) => milliseconds,
  "building IR, ms of CPU time": building,
  "from hot to used, ms": ({ latency }) => latency,
  "IR instructions": ({ irInstructions }) => irInstructions,
  "IR instructions a bytecode": ({ irInstructions, bytecodes }) => irInstructions / bytecodes,
  "work an IR instruction, µs": ({ milliseconds, irInstructions }) => (milliseconds * 1e3) / irInstructions,
  "building an IR instruction, µs": (event) => (building(event) * 1e3) / event.irInstructions,
  "code an IR instruction, bytes": ({ codeBytes, irInstructions }) => codeBytes / irInstructions,
  "pauses of the program, ms": ({ pauses }) => pauses,
  "  in CPU time": ({ cpuPauses }) => cpuPauses,
  "    a slice of IR": ({ cpuPauses }) => cpuPauses.slice(0, -1),
  "    a registration": ({ cpuPauses }) => cpuPauses.slice(-1),
};

/** What pauses are to stay below, in milliseconds. */
const LONG_PAUSE = 2;

/** Of each program as shipped: its compile events, and the pauses for units that came to nothing. */
function optimizer(): string {
  const first: CompileEvent[] = [];
  const others: CompileEvent[] = [];
  const wasted: number[] = [];
  for (const file of programs) {
    const { exitCode, events } = runInChild(join("programs", file), { ...AS_SHIPPED, timeoutMs: 120_000 });
    if (exitCode !== 0) throw new Error(`${file} exits with ${exitCode}`);
    const [one, ...more] = events.filter((event): event is CompileEvent => event.kind === "compile");
    if (one !== undefined) first.push(one);
    others.push(...more);
    wasted.push(...events.flatMap((event) => (event.kind === "give-up" ? (event.cpuPauses ?? []) : [])));
  }
  const table = plainTable(["", "number", "median", "90 %", "99 %", "most", "sum"]);
  const groups = [
    ["first unit of a process", first],
    ["all others", others],
  ] as const;
  for (const [title, units] of groups) {
    if (units.length === 0) continue;
    table.push([title, units.length, "", "", "", "", ""]);
    for (const [name, measure] of Object.entries(MEASURES)) {
      const values = units.flatMap(measure);
      const shown = [0.5, 0.9, 0.99, 1].map((part) => quantile(values, part).toPrecision(3));
      table.push([`  ${name}`, values.length, ...shown, / an? IR | a bytecode/.test(name) ? "" : sumOf(values).toFixed(0)]);
    }
  }
  const pauses = [...first, ...others].flatMap((event) => event.cpuPauses).concat(wasted);
  const long = pauses.filter((pause) => pause > LONG_PAUSE);
  const beyond = sumOf(long.map((pause) => pause - LONG_PAUSE)).toFixed(0);
  return `${table.toString()}
All pauses, in CPU time: ${pauses.length} of ${sumOf(pauses).toFixed(0)} ms; ${long.length} are longer than ${LONG_PAUSE} ms, by ${beyond} ms together.`;
}

console.log(frontEnd());
console.log(optimizer());
