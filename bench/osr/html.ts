// SPDX-License-Identifier: MIT
/** A report as one self-contained page: no scripts, nothing to be loaded, readable in light and dark. */
import { machineLine } from "./machine.js";
import { groupsOf, numberText, targetText } from "./markdown.js";
import { drawingsOf } from "./plots.js";
import type { Figure, Report, Section } from "./report.js";

const STYLE = `
:root { color-scheme: light dark; --ground: #fdfdfc; --text: #1d1d1b; --quiet: #62625e; --line: #d8d8d2; --good: #1a7f45; --bad: #c0392b; --plot-background: var(--ground); }
@media (prefers-color-scheme: dark) { :root { --ground: #17181a; --text: #e6e6e2; --quiet: #a2a29c; --line: #3a3b3e; --good: #56c987; --bad: #ff8372; } }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 60rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .5rem; } h2 { margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.3rem; } h3 { margin: 1.8rem 0 .3rem; font-size: 1rem; }
p { margin: .4rem 0; } .quiet { color: var(--quiet); } code { font-size: .92em; }
ul { padding-left: 1.2rem; } .good::marker { color: var(--good); } .bad { color: var(--bad); }
nav a { margin-right: 1rem; } a { color: inherit; }
figure { margin: 0; } .plot { overflow-x: auto; color: var(--text); } svg { max-width: 100%; height: auto; }
details { margin: .6rem 0; } summary { cursor: pointer; color: var(--quiet); }
.table { overflow-x: auto; } table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; } th, td { padding: .15rem .7rem .15rem 0; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; } th:first-child, td:first-child, th:nth-child(2), td:nth-child(2) { text-align: left; }
`;

/** As HTML; a number's groups of digits stay in one line. */
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/(?<=\d) (?=\d{3}\b)/g, "\u202f");

function figureRow({ by, name, unit, summary }: Figure): string {
  const { median, q1, q3, lowest, highest, n } = summary;
  const numbers = [median, q1, q3, lowest, highest].map((value) => `<td>${numberText(value)}</td>`);
  return `<tr><td>${escaped(by)}</td><td>${escaped(name)}</td><td>${unit}</td>${numbers.join("")}<td>${n}</td></tr>`;
}

function tables(section: Section): string {
  const head = ["who", "what", "unit", "median", "quartile", "quartile", "lowest", "highest", "n"]
    .map((text) => `<th>${text}</th>`)
    .join("");
  return [...groupsOf(section)]
    .map(
      ([group, figures]) =>
        `<h3>${escaped(group)}</h3><div class="table"><table><thead><tr>${head}</tr></thead><tbody>${figures.map(figureRow).join("")}</tbody></table></div>`,
    )
    .join("\n");
}

function sectionPart(section: Section): string {
  const remarks = [
    ...section.checks.map(
      ({ text, passed }) => `<li class="${passed ? "good" : "bad"}">${passed ? "right" : "WRONG"}: ${escaped(text)}</li>`,
    ),
    ...section.missing.map((text) => `<li class="bad">missing: ${escaped(text)}</li>`),
  ];
  const drawings = drawingsOf(section).map(({ title, html }) => `<h3>${escaped(title)}</h3><div class="plot">${html}</div>`);
  return `<h2 id="section-${section.number}">${section.number}. ${escaped(section.title)}</h2>
${section.about.map((text) => `<p>${escaped(text)}</p>`).join("\n")}
<ul>${remarks.join("")}</ul>
${drawings.join("\n")}
<details><summary>All figures</summary>${tables(section)}</details>`;
}

export function htmlReport(report: Report): string {
  const { sections, targets, machine, command, date, quick } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What on-stack replacement costs</title>
<style>${STYLE}</style>
<h1>What on-stack replacement costs</h1>
<p class="quiet"><code>${escaped(command)}</code>, ${date.slice(0, 16).replace("T", " ")} UTC. ${escaped(machineLine(machine))}.</p>
<p class="quiet">Dots are medians; the bars around them reach from quartile to quartile.${quick ? " A quick run: the figures mean little." : ""}</p>
<ul>${targets.map((target) => `<li class="${target.passed ? "good" : "bad"}">${escaped(targetText(target))}</li>`).join("")}</ul>
<nav>${sections.map(({ number, title }) => `<a href="#section-${number}">${number}. ${escaped(title)}</a>`).join(" ")}</nav>
${sections.map(sectionPart).join("\n")}
</html>
`;
}
