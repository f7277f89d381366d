// SPDX-License-Identifier: MIT
/** A report as Markdown, and its short form for terminals. */
import Table from "cli-table3";
import { headlines } from "./headlines.js";
import { machineLine } from "./machine.js";
import type { Figure, Report, Section, Target } from "./report.js";

/** Three digits that count; no exponent. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString("en-US").replaceAll(",", " ");
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  return value.toFixed(2);
}

const HEAD = ["who", "what", "median", "quartiles", "lowest", "n"] as const;

/** Cells in the order of HEAD. */
function cells({ by, name, unit, summary }: Figure): string[] {
  const { median, q1, q3, lowest, n } = summary;
  return [by, name, `${numberText(median)} ${unit}`, `${numberText(q1)} … ${numberText(q3)}`, numberText(lowest), `${n}`];
}

export function groupsOf({ figures }: Section): ReadonlyMap<string, Figure[]> {
  const groups = new Map<string, Figure[]>();
  for (const figure of figures) {
    const members = groups.get(figure.group) ?? [];
    groups.set(figure.group, members);
    members.push(figure);
  }
  return groups;
}

export const targetText = ({ text, unit, value, limit, passed }: Target): string =>
  `${passed ? "reached" : "missed"}: ${text}: ${numberText(value)} ${unit} (at most ${numberText(limit)})`;

const row = (columns: readonly string[]): string => `| ${columns.join(" | ")} |`;

function sectionText(section: Section): string[] {
  const lines = [`## ${section.number}. ${section.title}`, "", ...section.about, ""];
  lines.push(...section.checks.map(({ text, passed }) => `- ${passed ? "right" : "**WRONG**"}: ${text}`));
  lines.push(...section.missing.map((text) => `- missing: ${text}`));
  for (const [group, members] of groupsOf(section)) {
    lines.push("", `### ${group}`, "", row(HEAD), row(HEAD.map((_, index) => (index < 2 ? "---" : "---:"))));
    lines.push(...members.map((figure) => row(cells(figure))));
    lines.push(...new Set(members.flatMap(({ note }) => (note === undefined ? [] : ["", note]))));
  }
  return [...lines, ""];
}

/** As in the README. */
function headlineTable(sections: readonly Section[]): string[] {
  const measured = headlines(sections);
  if (measured.length === 0) return [];
  const text = ({ summary, unit }: Figure): string => `${numberText(summary.median)} ${unit}`;
  return [
    row(["", "yugong", "others"]),
    row(["---", "---:", "---"]),
    ...measured.map(({ text: what, ours, others }) =>
      row([what, text(ours), others.map((figure) => `${figure.by} ${text(figure)}`).join(", ")]),
    ),
    "",
  ];
}

export function markdownReport(report: Report): string {
  const lines = [
    "# What on-stack replacement costs",
    "",
    `\`${report.command}\`, ${report.date}. ${report.quick ? "A quick run: the figures mean little. " : ""}Median, quartiles, lowest and number of samples of each figure.`,
    "",
    `${machineLine(report.machine)}.`,
    "",
    ...headlineTable(report.sections),
    ...report.targets.map((target) => `- ${targetText(target)}`),
    "",
    ...report.sections.flatMap(sectionText),
  ];
  return lines.join("\n");
}

export function terminalReport({ sections, targets, machine }: Report): string {
  const parts = sections.map((section) => {
    const table = new Table({ head: ["", ...HEAD], style: { head: [], border: [], compact: true } });
    for (const [group, members] of groupsOf(section)) {
      for (const [index, figure] of members.entries()) table.push([index === 0 ? group : "", ...cells(figure)]);
    }
    const wrong = section.checks.filter(({ passed }) => !passed).map(({ text }) => `WRONG: ${text}`);
    const missing = section.missing.map((text) => `missing: ${text}`);
    return [`${section.number}. ${section.title} (${section.seconds.toFixed(0)} s)`, table.toString(), ...wrong, ...missing, ""].join("\n");
  });
  return [...parts, ...targets.map(targetText), "", machineLine(machine)].join("\n");
}
