// SPDX-License-Identifier: MIT
/**
 * `npm run stress [-- options]` (`-- --help` lists them): the whole suite (suite.ts) under stress, beside the stock interpreter. Each program that
 * disagrees is saved in fuzz/, with how to run it again and how to find the guard. Exits with 1 when one did.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { projectRoot } from "../../runtime/native.js";
import { argumentParser, wholeNumber } from "../../runtime/option-values.js";
import { STRESS_USAGE } from "../../runtime/stress.js";
import { compare, type Disagreement, firstDifference } from "./compare.js";
import { ALL_MODES, modesIn, modesNamed, STRESSES } from "./modes.js";
import { readSuite, type TestProgram } from "./suite.js";

const { modes, only, limit } = new Command("stress")
  .description("The whole suite under stress, beside lua5.1.")
  .addOption(
    new Option("--modes <list>", `of ${Object.keys(ALL_MODES).join(", ")}; or of ${STRESS_USAGE}, several at once with +`)
      .argParser(argumentParser(modesIn))
      .default(modesNamed(STRESSES), STRESSES.join(",")),
  )
  .option("--only <text>", "the programs whose place is the text or contains it", "")
  .option("--limit <seconds>", "of CPU time: a program that takes longer has failed", wholeNumber(1), 60)
  .parse()
  .opts<{ modes: ReturnType<typeof modesNamed>; only: string; limit: number }>();
const suite = readSuite();
const exactly = suite.filter(({ where }) => where === only);
const programs = exactly.length > 0 ? exactly : suite.filter(({ where }) => where.includes(only));
if (programs.length === 0) throw new RangeError(`no program's place contains '${only}'`);

const BATCH = 50;
const write = (line: string): void => void process.stdout.write(`${line}\n`);

function report({ where, source, args = [] }: TestProgram, { mode, ours, expected }: Disagreement): void {
  const path = join("fuzz", `${where.replace(/\.lua\b/, "").replaceAll(/[/:]/g, "-")}.lua`);
  mkdirSync(join(projectRoot, "fuzz"), { recursive: true });
  writeFileSync(join(projectRoot, path), source, "latin1");
  write(`\n${where}, ${mode}: ${firstDifference(ours, expected)}`);
  if (ours.crash !== undefined) write(ours.crash.replaceAll(/^/gm, "  | "));
  write(`  again: npm run stress -- --modes '${mode}' --only ${where}`);
  if (!(mode in ALL_MODES)) write(`  the guard: npm run bisect -- --stress=${mode.replaceAll("+", ",")} ${[path, ...args].join(" ")}`);
}

let disagreeing = 0;
for (const [mode, options] of Object.entries(modes)) {
  const started = Date.now();
  let [disagree, unusable] = [0, 0];
  for (let from = 0; from < programs.length; from += BATCH) {
    const batch = programs.slice(from, from + BATCH);
    const comparison = await compare(batch, { [mode]: options }, limit);
    for (const disagreement of comparison.disagreements) report(batch[batch.indexOf(disagreement.program as TestProgram)]!, disagreement);
    disagree += comparison.disagreements.length;
    unusable += comparison.unusable.length;
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  write(`${mode}: ${programs.length} programs in ${seconds} s, ${disagree} disagree${unusable === 0 ? "" : `, ${unusable} unusable`}`);
  disagreeing += disagree;
}
process.exitCode = disagreeing === 0 ? 0 : 1;
