// SPDX-License-Identifier: MIT
/**
 * `npm run bench:osr [-- options]` (`-- --help` lists them): what on-stack replacement costs, in all its parts, beside what others offer.
 *
 * One file a section in bench/osr/sections; each measures its peers in the same run, and says so where there are none. Results are checked
 * first: a figure of something that does not do what it should is worth nothing.
 */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { FileError, openReport, Report as ReportFile, reasonOf } from "../runtime/given-files.js";
import { projectRoot } from "../runtime/native.js";
import { wholeNumber } from "../runtime/option-values.js";
import { htmlReport } from "./osr/html.js";
import { describeMachine } from "./osr/machine.js";
import { markdownReport, terminalReport } from "./osr/markdown.js";
import { headlineSvg } from "./osr/plots.js";
import type { Report, Section } from "./osr/report.js";
import { SECTIONS } from "./osr/sections.js";
import { evaluateTargets } from "./osr/targets.js";

const program = new Command("bench:osr")
  .description("What on-stack replacement, deoptimization and swapping stacks cost, by part, beside what others offer.")
  .option("--sections <numbers>", `which of ${SECTIONS.map(({ number, title }) => `${number} ${title}`).join(", ")}`, parseSections)
  .option("--rounds <count>", "how often everything is repeated", wholeNumber(1), 3)
  .option("--quick", "one round and few samples: to see whether everything works", false)
  .option("--plot <file>", "the README's plot as SVG; needs section 2")
  .option("--out <directory>", "where report.json, report.md and report.html go", "bench-osr")
  .parse();

function parseSections(text: string): number[] {
  const numbers = text.split(",").map(wholeNumber(1));
  const unknown = numbers.find((number) => !SECTIONS.some((section) => section.number === number));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no section ${unknown}.`);
  return numbers;
}

interface Options {
  readonly quick: boolean;
  readonly sections?: number[];
  readonly rounds: number;
  readonly out: string;
  readonly plot?: string;
}

/** One line on a terminal, written over and over. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** With those that it is in. (With `recursive`, mkdirSync of Node 20 does not return from what /proc says.) */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  try {
    mkdirSync(directory);
  } catch (error) {
    throw new FileError(`cannot make ${directory}: ${reasonOf(error)}`, 2);
  }
}

async function main(): Promise<number> {
  const { quick, sections: wanted, out, plot, ...options } = program.opts<Options>();
  const rounds = quick ? 1 : options.rounds;
  // Before what takes long.
  const directory = resolve(out);
  makeDirectory(directory);
  const [json, markdown, html] = ["json", "md", "html"].map((ending) => new ReportFile(join(directory, `report.${ending}`)));
  const drawing = openReport(plot);
  const machine = describeMachine();
  const sections: Section[] = [];
  for (const { number, title, measure } of SECTIONS) {
    if (wanted !== undefined && !wanted.includes(number)) continue;
    const prefix = `${number} ${title}: `;
    sections.push(await measure({ quick, rounds, progress: (text) => progress(prefix + text) }));
  }
  progress("");
  const command = ["npm run bench:osr", ...(process.argv.length > 2 ? ["--", ...process.argv.slice(2)] : [])].join(" ");
  const report: Report = { command, date: new Date().toISOString(), quick, rounds, machine, sections, targets: evaluateTargets(sections) };
  json?.write(`${JSON.stringify(report, null, 1)}\n`);
  markdown?.write(markdownReport(report));
  html?.write(htmlReport(report));
  const svg = headlineSvg(sections);
  if (svg !== undefined) drawing?.write(`${svg}\n`);
  process.stdout.write(
    `${terminalReport(report)}\nWritten: report.json, report.md, report.html in ${relative(projectRoot, directory) || "."}\n`,
  );
  return sections.every(({ checks }) => checks.every(({ passed }) => passed)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof FileError)) throw error;
  process.stderr.write(`bench:osr: ${error.message}\n`);
  process.exitCode = error.exitCode;
}
