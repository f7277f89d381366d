// SPDX-License-Identifier: MIT
/**
 * `npm run bench [-- --rounds N] [-- --check]`: the same programs under yugong, luajit, luajit -joff and lua5.1, one after the other in
 * every round so that a busy machine disturbs all alike. Prints medians, and ratios of yugong's time to the others': below 1 is faster.
 *
 * Two times are taken: of the whole process, with the start of Node and all compilation; and inside the program, by os.clock around the
 * main work after a short warm-up. The programs print the latter as a last line "seconds <n>", which is not compared.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { projectRoot } from "../runtime/native.js";

interface Runner {
  readonly name: string;
  readonly command: readonly string[];
  /** lua5.1 takes as long as all others together. */
  readonly everyRound: boolean;
}

const RUNNERS: readonly Runner[] = [
  { name: "yugong", command: [process.execPath, join(projectRoot, "bin", "yugong"), "run"], everyRound: true },
  { name: "luajit", command: ["luajit"], everyRound: true },
  { name: "luajit -joff", command: ["luajit", "-joff"], everyRound: true },
  { name: "lua5.1", command: ["lua5.1"], everyRound: false },
];

interface Benchmark {
  readonly name: string;
  /** So large that luajit takes half a second; fib(35) is a size that people compare. */
  readonly size: number;
  /** What yugong's time may be at most, in times of the peer's, inside the program. */
  readonly targets: Readonly<Record<string, number>>;
}

const BENCHMARKS: readonly Benchmark[] = [
  { name: "fib", size: 35, targets: { luajit: 3, "luajit -joff": 1 } },
  { name: "mandelbrot", size: 3000, targets: { luajit: 2 } },
  { name: "n-body", size: 5_000_000, targets: { luajit: 2 } },
];

interface Sample {
  readonly output: string;
  readonly processSeconds: number;
  readonly programSeconds: number;
}

function measure(runner: Runner, benchmark: Benchmark): Sample {
  const [command, ...args] = runner.command as [string, ...string[]];
  const file = join("bench", "programs", `${benchmark.name}.lua`);
  const start = performance.now();
  const child = spawnSync(command, [...args, file, `${benchmark.size}`], {
    cwd: projectRoot,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const processSeconds = (performance.now() - start) / 1000;
  const match = /^([\s\S]*)seconds\t(\S+)\n$/.exec(child.stdout ?? "");
  if (child.status !== 0 || !match)
    throw new Error(`${runner.name} ${file} failed (${child.error?.message ?? child.signal ?? `exit code ${child.status}`})`);
  return { output: match[1] as string, processSeconds, programSeconds: Number(match[2]) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

interface Row {
  readonly benchmark: Benchmark;
  readonly runner: Runner;
  readonly processSeconds: number;
  readonly programSeconds: number;
}

/** One line on a terminal, written over and over. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function run(benchmark: Benchmark, rounds: number): Row[] {
  const samples = new Map<Runner, Sample[]>(RUNNERS.map((runner) => [runner, []]));
  for (let round = 0; round < rounds; round++) {
    for (const runner of RUNNERS) {
      if (round > 0 && !runner.everyRound) continue;
      progress(`${benchmark.name}, round ${round + 1} of ${rounds}: ${runner.name} …`);
      samples.get(runner)?.push(measure(runner, benchmark));
    }
  }
  progress("");
  const outputs = new Set([...samples.values()].flat().map(({ output }) => output));
  if (outputs.size !== 1) throw new Error(`${benchmark.name}: the outputs differ:\n${[...outputs].join("---\n")}`);
  return [...samples].map(([runner, list]) => ({
    benchmark,
    runner,
    processSeconds: median(list.map((sample) => sample.processSeconds)),
    programSeconds: median(list.map((sample) => sample.programSeconds)),
  }));
}

/** Prints one benchmark's table lines; returns whether all targets were met. */
function report(rows: readonly Row[], table: InstanceType<typeof Table>): boolean {
  const ours = rows[0] as Row;
  let met = true;
  for (const row of rows) {
    const target = row.benchmark.targets[row.runner.name];
    const ratio = ours.programSeconds / row.programSeconds;
    const isMet = target === undefined || ratio <= target;
    met &&= isMet;
    table.push([
      row === ours ? `${row.benchmark.name} ${row.benchmark.size}` : "",
      row.runner.name,
      row.programSeconds.toFixed(3),
      row === ours ? "" : ratio.toFixed(2),
      row.processSeconds.toFixed(3),
      row === ours ? "" : (ours.processSeconds / row.processSeconds).toFixed(2),
      target === undefined ? "" : `≤ ${target.toFixed(1)} ${isMet ? "✓" : "✗"}`,
    ]);
  }
  return met;
}

const { values } = parseArgs({ options: { rounds: { type: "string", default: "5" }, check: { type: "boolean", default: false } } });
const table = new Table({
  head: ["program", "run by", "program s", "yugong ÷", "process s", "yugong ÷", "target"],
  colAligns: ["left", "left", "right", "right", "right", "right", "left"],
  style: { head: [], border: [], compact: true },
});
let met = true;
for (const benchmark of BENCHMARKS) met = report(run(benchmark, Math.max(1, Number(values.rounds) || 5)), table) && met;
process.stdout.write(
  `${table.toString()}\nMedians of ${values.rounds} interleaved rounds (lua5.1: one). "yugong ÷" is yugong's time in times of that line's: below 1, yugong is faster.\n`,
);
if (values.check && !met) process.exitCode = 1;
