// SPDX-License-Identifier: MIT
/**
 * `npm run fuzz [-- options]` (`-- --help` lists them): random programs beside lua5.1. A program that disagrees is saved in fuzz/, as it was and made smaller, with how to run it again. Exits with 1 when one did.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, Option } from "commander";
import { projectRoot } from "../../runtime/native.js";
import { argumentParser, wholeNumber } from "../../runtime/option-values.js";
import { compare, type Disagreement, firstDifference } from "../batch/compare.js";
import { ALL_MODES, modesIn, modesNamed } from "../batch/modes.js";
import type { Program } from "../batch/outcome.js";
import { GRAMMARS, generateProgram } from "./generator.js";
import { shrink } from "./shrink.js";

const {
  programs: count,
  seed: first,
  modes,
  grammar,
} = new Command("fuzz")
  .description("Random programs beside lua5.1.")
  .option("--programs <count>", "how many", wholeNumber(1), 1000)
  .option("--seed <number>", "of the first; the others' follow", wholeNumber(0), 1)
  .addOption(
    new Option("--modes <list>", "in which to run each; `npm run stress -- --help` has them")
      .argParser(argumentParser(modesIn))
      .default(ALL_MODES, Object.keys(ALL_MODES).join(",")),
  )
  .addOption(new Option("--grammar <name>", "of all programs, instead of taking turns").choices(Object.keys(GRAMMARS)))
  .parse()
  .opts<{ programs: number; seed: number; modes: ReturnType<typeof modesNamed>; grammar?: string }>();
const folder = join(projectRoot, "fuzz");
const BATCH = 50;

const programOf = (seed: number): Program => ({ file: `seed-${seed}.lua`, source: generateProgram(seed, grammar) });
async function report({ program, mode, ours, expected }: Disagreement): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const name = program.file.replace(/\.lua$/, "");
  const path = join("fuzz", `${name}-${mode.replaceAll(" ", "-")}.lua`);
  const write = (file: string, source: string): void => writeFileSync(join(projectRoot, file), source, "latin1");
  write(path, program.source);
  const seed = /\d+/.exec(name)?.[0];
  process.stdout.write(`\n${program.file}, ${mode}: ${firstDifference(ours, expected)}\n`);
  process.stdout.write(`  again: npm run fuzz -- --programs 1 --seed ${seed} --modes '${mode}'${grammar ? ` --grammar ${grammar}` : ""}\n`);
  const small = await shrink(program.source, async (sources) => {
    const candidates = sources.map((source): Program => ({ file: program.file, source }));
    const { disagreements } = await compare(candidates, modesNamed([mode]));
    return candidates.map((candidate) => disagreements.some((other) => other.program === candidate));
  });
  const smallPath = path.replace(/\.lua$/, ".small.lua");
  write(smallPath, small);
  process.stdout.write(`  made smaller, from ${program.source.split("\n").length} lines to ${small.split("\n").length}: ${smallPath}\n`);
}

let [done, unusable, disagreeing] = [0, 0, 0];
const started = Date.now();
while (done < count) {
  const programs = Array.from({ length: Math.min(BATCH, count - done) }, (_, index) => programOf(first + done + index));
  const comparison = await compare(programs, modes);
  for (const disagreement of comparison.disagreements) await report(disagreement);
  done += programs.length;
  unusable += comparison.unusable.length;
  disagreeing += new Set(comparison.disagreements.map(({ program }) => program)).size;
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  process.stdout.write(`${done} programs in ${seconds} s, ${disagreeing} disagree${unusable === 0 ? "" : `, ${unusable} unusable`}\n`);
}
process.exitCode = disagreeing === 0 ? 0 : 1;
