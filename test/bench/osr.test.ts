// SPDX-License-Identifier: MIT
/** `npm run bench:osr -- --quick`: its operations do what they should, and its reports have the shape that readers expect. No times. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeMachine } from "../../bench/osr/machine.js";
import { markdownReport, numberText } from "../../bench/osr/markdown.js";
import { trimmedMean } from "../../bench/osr/options.js";
import { drawingsOf } from "../../bench/osr/plots.js";
import { type Figure, type Report, SectionBuilder, summarize } from "../../bench/osr/report.js";
import { evaluateTargets } from "../../bench/osr/targets.js";
import { projectRoot } from "../../runtime/native.js";

const MEASURED = [3, 4];

function benchmark(args: readonly string[]) {
  return spawnSync(process.execPath, [join("dist", "bench", "osr.js"), ...args], { cwd: projectRoot, encoding: "utf8" });
}

it("a report that cannot be written is told before anything is measured", () => {
  const began = performance.now();
  for (const [tool, ...args] of [
    ["osr", "--out", "/dev/null/reports"],
    ["osr", "--out", "/proc/reports/osr"],
    ["osr", "--out", tmpdir(), "--plot", "/dev/null/plot.svg"],
    ["language", "--json", "/dev/null/report.json"],
    ["language", "--markdown", tmpdir()],
  ] as const) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join("dist", "bench", `${tool}.js`), ...args], {
      cwd: projectRoot,
      encoding: "utf8",
    });
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^bench:\w+: cannot (write|make) \/.*: ((Not|Is) a|No such file or) directory\n$/);
  }
  expect(performance.now() - began).toBeLessThan(30_000);
});

describe(`a quick run of sections ${MEASURED.join(" and ")}`, () => {
  let directory: string;
  let output: string;
  let report: Report;
  const textOf = (file: string): string => readFileSync(join(directory, file), "utf8");

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "yugong-osr-"));
    const { status, stdout, stderr } = benchmark(["--quick", "--sections", MEASURED.join(","), "--out", directory]);
    output = stdout;
    // A wrong result makes it fail.
    expect(status, stdout + stderr).toBe(0);
    report = JSON.parse(textOf("report.json")) as Report;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("checks results in every section, and all are right", () => {
    expect(report.sections.map(({ number }) => number)).toEqual(MEASURED);
    for (const { checks } of report.sections) {
      expect(checks.length).toBeGreaterThan(1);
      expect(checks.filter(({ passed }) => !passed)).toEqual([]);
    }
  });

  it("has for every figure who, what, its unit, its spread and its samples", () => {
    for (const { by, group, name, unit, summary, samples } of report.sections.flatMap(({ figures }) => figures)) {
      for (const text of [by, group, name]) expect(text).not.toBe("");
      expect(["ns", "µs", "ms", "%", "bytes"]).toContain(unit);
      const { n, lowest, q1, median, q3, highest } = summary;
      expect(n).toBeGreaterThan(0);
      expect([lowest, q1, median, q3, highest]).toEqual([lowest, q1, median, q3, highest].sort((a, b) => a - b));
      expect(samples.length).toBeGreaterThan(0);
    }
  });

  it("has ours and V8's figures, for one frame and for many", () => {
    const groups = new Set(report.sections.flatMap(({ figures }) => figures.map(({ by, group }) => `${by}: ${group}`)));
    for (const by of ["yugong", "V8"]) {
      expect(groups).toContain(`${by}: invalidation`);
      expect(groups).toContain(`${by}: OSR entry, the code is there`);
    }
    const affected = report.sections[0]!.figures.map(({ parameters }) => parameters["affected frames"]);
    expect(new Set(affected)).toEqual(new Set([1, 10, 200]));
  });

  it("says on which machine, with what, and what was aimed at", () => {
    expect(report.machine.node).toBe(process.version);
    expect(report.machine.processors).toBeGreaterThan(0);
    expect(report.command).toContain("--quick");
    expect(report.targets.length).toBeGreaterThanOrEqual(2);
    for (const { value, limit, passed } of report.targets) expect(passed).toBe(value <= limit);
  });

  it("writes the same as Markdown and as one page without anything to be loaded", () => {
    const [markdown, html] = [textOf("report.md"), textOf("report.html")];
    for (const { title } of report.sections) {
      expect(markdown).toContain(title);
      expect(html).toContain(title);
    }
    expect(html.match(/<svg/g)!.length).toBeGreaterThan(6);
    expect(html).not.toMatch(/<script|<link|(src|href)="(?!#)|NaN/);
    expect(output).toContain("report.html");
  });
});

it("refuses sections that are not there and counts that are none", () => {
  expect(benchmark(["--sections", "2,99"]).stderr).toContain("There is no section 99.");
  expect(benchmark(["--rounds", "0"]).stderr).toContain("a whole number from 1 to ");
});

describe("reports", () => {
  const builder = new SectionBuilder(2, "Title", ["About."]);
  builder.check("fine", true);
  builder.check("twice", true);
  builder.check("twice", false);
  builder.missing("Peer", "is not installed");
  for (const size of [1, 10, 100]) {
    const parameters = { "live values": size, "inlined frames": 1 };
    builder.figure({ group: "eager deopt, later ones at a site", name: `${size}`, unit: "ns", parameters }, [
      size * 10,
      size * 11,
      size * 30,
    ]);
  }
  builder.figure({ group: "other", by: "Peer", name: "nothing", unit: "ns" }, [Number.NaN]);
  const section = builder.finish();

  it("a check has passed when it did each time", () => {
    expect(section.checks).toEqual([
      { text: "fine", passed: true },
      { text: "twice", passed: false },
    ]);
  });

  it("figures without samples are missing", () => {
    expect(section.figures).toHaveLength(3);
    expect(section.missing).toEqual(["Peer: is not installed", "Peer, other, nothing: nothing was measured"]);
  });

  it("the worst figure that is meant decides on a target", () => {
    expect(evaluateTargets([section])).toEqual([
      { text: "eager deopt of one frame with up to 16 values, warm", unit: "ns", value: 110, limit: 200, passed: true },
    ]);
  });

  it("sizes are drawn on axes with units, far ones by ratios", () => {
    const [drawing] = drawingsOf(section);
    expect(drawing?.title).toBe("Cost against live values");
    for (const text of ["live values →", "↑ ns", ">100<", ">1k<"]) expect(drawing?.html).toContain(text);
  });

  it("wrong results are told loudly", () => {
    const report: Report = {
      command: "c",
      date: "d",
      quick: false,
      rounds: 1,
      sections: [section],
      targets: [],
      machine: describeMachine(),
    };
    expect(markdownReport(report)).toContain("- **WRONG**: twice");
  });

  it("samples are summed up by quartiles", () => {
    expect(summarize([4, 1, 3, 2, 5])).toEqual({ n: 5, median: 3, q1: 2, q3: 4, lowest: 1, highest: 5 });
    expect(trimmedMean([...Array.from({ length: 38 }, () => 2), 1e9, -1e9])).toBe(2);
  });

  it("numbers have three digits that count", () => {
    expect([0.1234, 12.34, 123.4, 12345].map(numberText)).toEqual(["0.12", "12.3", "123", "12 345"]);
  });

  it("keeps samples in the order of time, not too many", () => {
    const many = new SectionBuilder(1, "", []);
    many.figure(
      { group: "g", name: "n", unit: "ns" },
      Array.from({ length: 10_000 }, (_, index) => index),
    );
    const [figure] = many.finish().figures as [Figure];
    expect(figure.summary.n).toBe(10_000);
    expect(figure.samples.length).toBeLessThan(1000);
    expect(figure.samples[1]).toBeGreaterThan(0);
  });
});
