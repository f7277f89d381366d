// SPDX-License-Identifier: MIT
/** Measurements as tables: for terminals, and in Markdown. */
import { plainTable } from "../table.js";
import { type Measurement, medianSeconds, RUNNERS, type RunnerName, type Samples } from "./measure.js";
import { GROUPS } from "./programs.js";
import { geometricMean, spreadPercent } from "./statistics.js";
import type { TierComparison } from "./tiers.js";

type Row = readonly string[];

const COMPARED: readonly RunnerName[] = ["luajit", "node"];
const HEAD: Row = ["program", ...RUNNERS.map((runner) => `${runner} ms`), "± %", "÷ luajit", "÷ node", "cold s", "÷ luajit", "÷ node"];

const milliseconds = (seconds: number): string => (seconds * 1000).toPrecision(3);

/** A first run is one of ours: a peer's cold runs are all like its first. */
function ratio(measurement: Measurement, peer: RunnerName, what: Samples): number | undefined {
  const ours = medianSeconds(measurement, "yugong", what);
  const theirs = medianSeconds(measurement, peer, what === "firstSeconds" ? "coldSeconds" : what);
  return ours === undefined || theirs === undefined ? undefined : ours / theirs;
}

const ratioText = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? "" : value.toFixed(2));

function programRow(measurement: Measurement): Row {
  const { program, results } = measurement;
  const cells = RUNNERS.map((runner) => {
    const result = results.find((each) => each.runner === runner);
    if (result === undefined) return "";
    const seconds = medianSeconds(measurement, runner, "seconds");
    return seconds === undefined ? "error" : milliseconds(seconds);
  });
  const ours = results.find(({ runner }) => runner === "yugong");
  const cold = medianSeconds(measurement, "yugong", "coldSeconds");
  return [
    `${program.name} ${program.size}`,
    ...cells,
    ours === undefined || ours.error !== undefined ? "" : spreadPercent(ours.seconds).toFixed(0),
    ...COMPARED.map((peer) => ratioText(ratio(measurement, peer, "seconds"))),
    cold === undefined ? "" : cold.toFixed(2),
    ...COMPARED.map((peer) => ratioText(ratio(measurement, peer, "coldSeconds"))),
  ];
}

function meanRatio(measurements: readonly Measurement[], peer: RunnerName, what: Samples): string {
  const ratios = measurements.map((each) => ratio(each, peer, what)).filter((value) => value !== undefined);
  return ratioText(geometricMean(ratios));
}

function meanRow(label: string, measurements: readonly Measurement[]): Row {
  const mean = (peer: RunnerName, what: Samples): string => meanRatio(measurements, peer, what);
  const steady = COMPARED.map((peer) => mean(peer, "seconds"));
  const cold = COMPARED.map((peer) => mean(peer, "coldSeconds"));
  return [label, ...RUNNERS.map(() => ""), "", ...steady, "", ...cold];
}

function rowsOf(measurements: readonly Measurement[]): Row[] {
  const rows: Row[] = [];
  for (const group of GROUPS) {
    const members = measurements.filter(({ program }) => program.group === group);
    if (members.length > 0) rows.push(...members.map(programRow), meanRow(`geometric mean, ${group}`, members));
  }
  rows.push(meanRow("geometric mean, all", measurements));
  return rows;
}

function notes(measurements: readonly Measurement[], rounds: number, tiers: TierComparison | undefined): string[] {
  const errors = measurements.flatMap(({ program, results }) =>
    results.filter(({ error }) => error !== undefined).map(({ runner, error }) => `${program.name}, ${runner}: ${error}`),
  );
  const lines = [
    `Milliseconds of an iteration in steady state: medians of ${rounds} interleaved rounds (lua5.1 and luajit -joff: one iteration). ± is the`,
    "distance of the quartiles of yugong's samples. ÷ is yugong's time in times of the peer's: below 1, yugong is faster. Cold is a",
    "process that runs one iteration without a warm-up, with its start and all compilation; its bytecode is in the cache, as it is from a",
    `program's second run on. The very first run of a program, geometric mean: ${COMPARED.map((peer) => `÷ ${peer} ${meanRatio(measurements, peer, "firstSeconds")}`).join(", ")}.`,
    ...errors.map((error) => `error: ${error}`),
  ];
  if (tiers !== undefined) {
    lines.push(
      `programs/ at their default sizes, ${tiers.programs} whole processes one after the other: ${tiers.optimizedSeconds.toFixed(1)} s with the optimizer, ` +
        `${tiers.interpretedSeconds.toFixed(1)} s by the interpreter alone; ${tiers.slower} programs are slower with it.`,
      ...tiers.failed.map((name) => `error: programs/${name} failed or printed something else`),
    );
  }
  return lines;
}

export function terminalReport(measurements: readonly Measurement[], rounds: number, tiers: TierComparison | undefined): string {
  const table = plainTable(HEAD);
  table.push(...rowsOf(measurements).map((row) => [...row]));
  return [table.toString(), ...notes(measurements, rounds, tiers)].join("\n");
}

export function markdownReport(measurements: readonly Measurement[], rounds: number, tiers: TierComparison | undefined): string {
  const line = (row: Row): string => `| ${row.join(" | ")} |`;
  const rule = line(HEAD.map((_, index) => (index === 0 ? "---" : "---:")));
  return [line(HEAD), rule, ...rowsOf(measurements).map(line), "", ...notes(measurements, rounds, tiers)].join("\n");
}
