// SPDX-License-Identifier: MIT
/**
 * `npm run bench:library [-- options]` (`-- --help` lists them): library functions in loops (bench/library.lua), under
 * yugong, lua5.1 and luajit, one after the other in every round so that a busy machine disturbs all alike. Prints medians in nanoseconds
 * an operation, and the ratios of yugong's time to the others': below 1 is faster.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Command } from "commander";
import { projectRoot } from "../runtime/native.js";
import { wholeNumber } from "../runtime/option-values.js";
import { plainTable } from "./table.js";

const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  yugong: [process.execPath, join(projectRoot, "bin", "yugong")],
  "lua5.1": ["lua5.1"],
  luajit: ["luajit"],
};

const values = new Command("bench:library")
  .description("Library functions in loops, under yugong, lua5.1 and luajit: nanoseconds an operation, and ratios.")
  .option("--rounds <count>", "interleaved rounds", wholeNumber(1), 3)
  .option("--scale <factor>", "how many times as long each loop runs", wholeNumber(1), 1)
  .option("--case <text>", "a part of the names of those to measure", "")
  .parse()
  .opts<{ rounds: number; scale: number; case: string }>();

/** Nanoseconds an operation by case. */
function measure(command: readonly string[]): Map<string, number> {
  const [program, ...args] = command as [string, ...string[]];
  const file = join("bench", "library.lua");
  const child = spawnSync(program, [...args, file, `${values.scale}`, values.case], {
    cwd: projectRoot,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0)
    throw new Error(`${program} ${file} failed (${child.error?.message ?? child.signal ?? `exit code ${child.status}`})`);
  const lines = child.stdout.trim().split("\n").filter(Boolean);
  return new Map(lines.map((line) => line.split("\t") as [string, string]).map(([name, time]) => [name, Number(time)]));
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

const samples = new Map<string, Map<string, number[]>>();
for (let round = 0; round < values.rounds; round++) {
  for (const [runner, command] of Object.entries(RUNNERS)) {
    for (const [name, time] of measure(command)) {
      const byRunner = samples.get(name) ?? new Map<string, number[]>();
      samples.set(name, byRunner);
      byRunner.set(runner, [...(byRunner.get(runner) ?? []), time]);
    }
  }
}

const names = Object.keys(RUNNERS);
const table = plainTable(["", ...names, ...names.slice(1).map((name) => `/ ${name}`)]);
for (const [name, byRunner] of samples) {
  const times = names.map((runner) => median(byRunner.get(runner) as number[]));
  const ours = times[0] as number;
  table.push([name, ...times.map((time) => time.toFixed(1)), ...times.slice(1).map((time) => (ours / time).toFixed(2))]);
}
process.stdout.write(`${table.toString()}\n`);
