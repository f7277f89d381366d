// SPDX-License-Identifier: MIT
/**
 * `npm run bench:language [-- options] [NAME…]` (`-- --help` lists them): the same programs under yugong, LuaJIT with and without its JIT,
 * PUC Lua, Node and, where easily written, C; see bench/language.
 *
 * Every runner is warmed up and then reports the seconds of each iteration (steady state); another process runs one iteration without a
 * warm-up, whose whole wall time is taken (cold), our bytecode cache being as it is from a program's second run on. All runners take their turn in every round, so that a busy machine disturbs all alike.
 * What programs compute is compared: where a runner disagrees with most others or fails, its cell says so and counts for no mean.
 */
import { Command } from "commander";
import { FileError, openReport } from "../runtime/given-files.js";
import { wholeNumber } from "../runtime/option-values.js";
import { type Measurement, measureProgram, RUNNERS, type RunnerName } from "./language/measure.js";
import { type BenchmarkProgram, PROGRAMS } from "./language/programs.js";
import { markdownReport, terminalReport } from "./language/report.js";
import { compareTiers } from "./language/tiers.js";

const program = new Command("bench:language")
  .description("The same programs under yugong, LuaJIT with and without its JIT, PUC Lua, Node and, where easily written, C.")
  .argument("[NAME...]", "part of a program's name, or a group: numeric, object, coroutine")
  .option("--quick", "one round, short warm-ups; to see whether something works", false)
  .option("--rounds <count>", "interleaved rounds (default: 3, with --quick 1)", wholeNumber(1))
  .option("--json <file>", "all samples")
  .option("--markdown <file>", "the table of the terminal")
  .option("--no-tiers", "leave out the comparison of our tiers over programs/")
  .parse();

const values = program.opts<{ quick: boolean; rounds?: number; json?: string; markdown?: string; tiers: boolean }>();
const positionals = program.args;
const rounds = values.rounds ?? (values.quick ? 1 : 3);
const isSelected = ({ name, group }: BenchmarkProgram): boolean =>
  positionals.length === 0 || positionals.some((wanted) => name.includes(wanted) || group === wanted);
const selected = PROGRAMS.filter(isSelected);

/** One line on a terminal, written over and over. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function main(): number {
  if (selected.length === 0) {
    process.stderr.write(
      `bench:language: no program has a name like ${positionals.join(", ")}; there are ${PROGRAMS.map(({ name }) => name).join(", ")}\n`,
    );
    return 2;
  }
  // Before what takes long.
  const markdown = openReport(values.markdown);
  const json = openReport(values.json);
  const measurements: Measurement[] = selected.map((program, index) =>
    measureProgram(program, { rounds, quick: values.quick }, (runner: RunnerName, round) =>
      progress(`${index + 1} of ${selected.length}: ${program.name}, ${runner}, round ${round} of ${rounds} …`),
    ),
  );
  const tiers = !values.tiers || positionals.length > 0 ? undefined : compareTiers(progress);
  progress("");
  process.stdout.write(`${terminalReport(measurements, rounds, tiers)}\n`);
  markdown?.write(`${markdownReport(measurements, rounds, tiers)}\n`);
  json?.write(`${JSON.stringify({ date: new Date().toISOString(), rounds, runners: RUNNERS, measurements, tiers }, null, 2)}\n`);
  return measurements.some(({ results }) => results.some(({ error }) => error !== undefined)) ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  process.stderr.write(`bench:language: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
