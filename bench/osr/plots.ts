// SPDX-License-Identifier: MIT
/** Figures as SVG, made by Observable Plot over a document of linkedom's: nothing is left to be drawn when the page is shown. */
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { groupsOf, numberText } from "./markdown.js";
import { type Figure, plural, type Section } from "./report.js";
import { GROUPS as EAGER } from "./sections/eager-deopt.js";
import { GROUPS as LAZY } from "./sections/lazy-deopt.js";
import { GROUPS as OSR } from "./sections/osr-entry.js";
import { GROUPS as WALKING } from "./sections/walking.js";

export interface Drawing {
  readonly title: string;
  /** HTML: an SVG, perhaps with a legend. */
  readonly html: string;
}

/** Of Okabe and Ito: told apart by the colour-blind too, on light and on dark ground. */
const COLORS = ["#1f86c9", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#8c8c8c", "#b8860b"];
const WIDTH = 760;

type Options = NonNullable<Parameters<typeof Plot.plot>[0]>;

function draw(title: string, options: Options): Drawing {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const plot = Plot.plot({ document, width: WIDTH, style: { fontSize: "12px", background: "none", overflow: "visible" }, ...options });
  return { title, html: plot.outerHTML };
}

/** A scale of ratios where all are positive and far from each other. */
function scaleOf(values: readonly number[]): "log" | "linear" {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low > 0 && high / low > 15 ? "log" : "linear";
}

const TICKS = [0.1, 0.2, 0.5, 1, 2, 5];

/** 1, 2, 5, 10, …: what falls into the range. */
function logTicks(values: readonly number[]): number[] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const ticks: number[] = [];
  const step = high / low > 1e4 ? [1] : TICKS.slice(3);
  for (let power = -3; power < 9; power++) for (const each of step) ticks.push(each * 10 ** power);
  return ticks.filter((tick) => tick >= low * 0.8 && tick <= high * 1.2);
}

const tickText = (tick: number): string => (tick >= 1000 ? `${tick / 1000}k` : `${Number(tick.toPrecision(3))}`);

interface Interval {
  readonly q1: number;
  readonly median: number;
  readonly q3: number;
}

/** Medians decide on the scale; quartiles that it cannot show (of differences, which may be negative) are drawn to its end. */
function fitted<Point extends Interval>(points: readonly Point[]): Point[] {
  const medians = points.map(({ median }) => median);
  if (scaleOf(medians) === "linear") return [...points];
  const end = Math.min(...medians) / 2;
  return points.map((point) => ({ ...point, q1: Math.max(point.q1, end) }));
}

const valuesOf = (points: readonly Interval[]): number[] => points.flatMap(({ q1, median, q3 }) => [q1, median, q3]);

/** Room for the ticks' numbers, and below them for what they are. */
const BELOW = { marginBottom: 48 } as const;
const LABEL_OFFSET = 44;

function axis(label: string, values: readonly number[]): Plot.ScaleOptions {
  const type = scaleOf(values);
  return { label, type, grid: true, nice: type === "linear", ...(type === "log" ? { ticks: logTicks(values), tickFormat: tickText } : {}) };
}

/** Median and quartiles of each figure of a group, one under the other. */
function intervals(group: string, figures: readonly Figure[]): Drawing {
  const all = figures.map(({ by, name, summary, parameters, unit }) => {
    const extra = figures.filter((other) => other.by === by && other.name === name).length > 1;
    const sizes = Object.entries(parameters).map(([what, size]) => `${size} ${what}`);
    const label = `${by === "yugong" ? "" : `${by}: `}${name}${extra ? ` (${sizes.join(", ")})` : ""}`;
    return { label, by, unit, ...summary };
  });
  const rows = fitted(all);
  const longest = Math.max(...rows.map(({ label }) => label.length));
  const marginLeft = Math.min(440, 24 + 6.4 * longest);
  return draw(group, {
    marginLeft,
    marginRight: 60,
    ...BELOW,
    height: 70 + 20 * rows.length,
    x: { ...axis(`${rows[0]?.unit} →`, valuesOf(rows)), labelOffset: LABEL_OFFSET },
    y: { label: null, domain: rows.map(({ label }) => label) },
    color: { domain: [...new Set(rows.map(({ by }) => by))], range: COLORS, legend: new Set(rows.map(({ by }) => by)).size > 1 },
    marks: [
      Plot.ruleY(rows, { y: "label", x1: "q1", x2: "q3", stroke: "by", strokeWidth: 4, strokeOpacity: 0.45 }),
      Plot.dot(rows, { y: "label", x: "median", fill: "by", r: 4 }),
      Plot.text(rows, { y: "label", x: "q3", text: ({ median }: { median: number }) => numberText(median), textAnchor: "start", dx: 8 }),
    ],
  });
}

interface Curves {
  readonly title: string;
  readonly figures: readonly Figure[];
  /** The parameter along the x axis. */
  readonly along: string;
  /** A line each. */
  readonly line: (figure: Figure) => string;
}

/** Medians against a size, with the quartiles around them. */
function curves({ title, figures, along, line }: Curves): Drawing | undefined {
  const all = figures
    .filter(({ parameters }) => parameters[along] !== undefined)
    .map((figure) => ({ size: figure.parameters[along]!, line: line(figure), by: figure.by, unit: figure.unit, ...figure.summary }));
  const points = fitted(all);
  if (new Set(points.map(({ size }) => size)).size < 2) return undefined;
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
  return draw(title, {
    height: 400,
    marginLeft: 64,
    ...BELOW,
    x: { label: `${along} →`, labelOffset: LABEL_OFFSET, type: scaleOf(sizes), ticks: sizes, tickFormat: tickText, grid: true },
    y: axis(`↑ ${points[0]?.unit}`, valuesOf(points)),
    color: { domain: [...new Set(points.map((point) => point.line))], range: COLORS, legend: true },
    marks: [
      Plot.ruleX(points, { x: "size", y1: "q1", y2: "q3", stroke: "line", strokeWidth: 5, strokeOpacity: 0.35 }),
      Plot.line(points, { x: "size", y: "median", stroke: "line", strokeWidth: 2 }),
      Plot.dot(points, { x: "size", y: "median", fill: "line", r: 3.5 }),
    ],
  });
}

/** Which part of the samples is at most so large. */
function distributions(title: string, figures: readonly Figure[]): Drawing | undefined {
  const measured = figures.filter(({ samples }) => samples.length > 1);
  if (measured.length === 0) return undefined;
  const points = measured.flatMap(({ by, name, samples }) => {
    const sorted = [...samples].sort((a, b) => a - b);
    return sorted.map((value, index) => ({ value, share: ((index + 1) * 100) / sorted.length, line: `${by}, ${name}` }));
  });
  const values = points.map(({ value }) => value).filter((value) => value > 0);
  return draw(title, {
    height: 340,
    marginLeft: 56,
    ...BELOW,
    x: { ...axis(`${measured[0]?.unit} →`, values), labelOffset: LABEL_OFFSET },
    y: { label: "↑ % of the samples that are at most so large", grid: true, domain: [0, 100] },
    color: { domain: [...new Set(points.map(({ line }) => line))], range: COLORS, legend: true },
    marks: [
      Plot.line(
        points.filter(({ value }) => value > 0),
        { x: "value", y: "share", stroke: "line", strokeWidth: 2, curve: "step-after" },
      ),
    ],
  });
}

/** Phases on top of each other, a bar for each size. */
function phases(title: string, figures: readonly Figure[], label: (figure: Figure) => string): Drawing {
  const rows = figures.map((figure) => ({ bar: label(figure), phase: figure.name, time: Math.max(0, figure.summary.median) }));
  const bars = [...new Set(rows.map(({ bar }) => bar))];
  return draw(title, {
    height: 90 + 22 * bars.length,
    marginLeft: 150,
    ...BELOW,
    x: { label: "ns →", labelOffset: LABEL_OFFSET, tickFormat: tickText, grid: true },
    y: { label: null, domain: bars },
    color: { domain: [...new Set(rows.map(({ phase }) => phase))], range: COLORS, legend: true },
    marks: [Plot.barX(rows, { y: "bar", x: "time", fill: "phase" })],
  });
}

/** A file of its own, which follows the reader's light or dark ground: names at the ends of the lines instead of a legend. */
function standalone({ title, figures, along, line }: Curves): string {
  const points = fitted(
    figures.map((figure) => ({ size: figure.parameters[along]!, line: line(figure), unit: figure.unit, ...figure.summary })),
  );
  const sizes = [...new Set(points.map(({ size }) => size))].sort((a, b) => a - b);
  const { html } = draw(title, {
    height: 400,
    marginLeft: 64,
    marginRight: 170,
    ...BELOW,
    x: { label: `${along} →`, labelOffset: LABEL_OFFSET, type: "log", ticks: sizes, tickFormat: tickText, grid: true },
    y: axis(`↑ ${points[0]?.unit}`, valuesOf(points)),
    color: { domain: [...new Set(points.map((point) => point.line))], range: COLORS },
    marks: [
      Plot.ruleX(points, { x: "size", y1: "q1", y2: "q3", stroke: "line", strokeWidth: 5, strokeOpacity: 0.35 }),
      Plot.line(points, { x: "size", y: "median", stroke: "line", strokeWidth: 2 }),
      Plot.dot(points, { x: "size", y: "median", fill: "line", r: 3.5 }),
      Plot.text(points, Plot.selectLast({ x: "size", y: "median", z: "line", text: "line", fill: "line", textAnchor: "start", dx: 9 })),
    ],
  });
  const ground = "svg { color: #1d1d1b; } @media (prefers-color-scheme: dark) { svg { color: #e6e6e2; } }";
  return html
    .replace(/<style>.*?<\/style>/s, `<title>${title}</title><style>${ground}</style>`)
    .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
}

/** What an eager deopt costs, for the README; undefined when section 2 was not measured. */
export function headlineSvg(sections: readonly Section[]): string | undefined {
  const figures = sections.flatMap((section) => [
    ...isIn(inGroup(section, EAGER.later), "inlined frames", [1, 16]),
    ...inGroup(section, EAGER.sideExit),
  ]);
  if (figures.length === 0) return undefined;
  return standalone({
    title: "Eager deoptimization: nanoseconds against live values",
    figures,
    along: "live values",
    line: ({ by, parameters }) => (by === "LuaJIT" ? "LuaJIT, side exit" : `${by}, ${plural(parameters["inlined frames"], "frame")}`),
  });
}

const inGroup = ({ figures }: Section, ...groups: readonly string[]): Figure[] => figures.filter(({ group }) => groups.includes(group));
const isIn = (figures: readonly Figure[], parameter: string, sizes: readonly number[]): Figure[] =>
  figures.filter(({ parameters }) => sizes.includes(parameters[parameter]!));

function eagerDrawings(section: Section): (Drawing | undefined)[] {
  const later = inGroup(section, EAGER.later);
  const first = inGroup(section, EAGER.first);
  const both = (figures: readonly Figure[], when: string) => figures.map((figure) => ({ ...figure, by: `${figure.by}, ${when}` }));
  return [
    curves({
      title: "Cost against live values",
      figures: [...isIn(later, "inlined frames", [1, 4, 16]), ...inGroup(section, EAGER.sideExit)],
      along: "live values",
      line: ({ by, parameters }) => (by === "LuaJIT" ? "LuaJIT, side exit" : `${by}, ${plural(parameters["inlined frames"], "frame")}`),
    }),
    curves({
      title: "Cost against inlining depth",
      figures: [...isIn(later, "live values", [4, 64]), ...isIn(both(first, "first"), "live values", [4])],
      along: "inlined frames",
      line: ({ by, parameters }) => `${by}, ${plural(parameters["live values"], "value")}`,
    }),
    distributions(
      "Distribution, 4 live values in one frame",
      [...both(first, "the first"), ...both(later, "later ones")].filter(
        ({ parameters }) => parameters["live values"] === 4 && parameters["inlined frames"] === 1,
      ),
    ),
    phases(
      "Where the time goes",
      inGroup(section, EAGER.phases),
      ({ parameters }) => `${plural(parameters["inlined frames"], "frame")}, ${plural(parameters["live values"], "value")}`,
    ),
  ];
}

function lazyDrawings(section: Section): (Drawing | undefined)[] {
  const where = ({ name }: Figure): string => (name.includes("suspended") ? "suspended stack" : "running stack");
  return [
    curves({
      title: "Cost of a frame against stack depth",
      figures: inGroup(section, LAZY.return, LAZY.barrier),
      along: "affected frames",
      line: (figure) => `${figure.by}, ${where(figure)}${figure.group === LAZY.barrier ? ", in the barrier's function" : ""}`,
    }),
    curves({
      title: "Cost of the invalidation against stack depth",
      figures: inGroup(section, LAZY.invalidation),
      along: "affected frames",
      line: (figure) => `${figure.by}, ${where(figure)}`,
    }),
    distributions(
      "Distribution of invalidations, 10 frames",
      inGroup(section, LAZY.invalidation).filter(({ parameters }) => parameters["affected frames"] === 10),
    ),
  ];
}

/** Groups whose figures are shown as curves or bars only. */
const DRAWN_OTHERWISE = new Set<string>([
  ...[EAGER.phases, EAGER.later, EAGER.first, EAGER.sideExit],
  ...[LAZY.return, LAZY.barrier, LAZY.invalidation],
  ...[OSR.phases, WALKING.walk],
]);

export function drawingsOf(section: Section): Drawing[] {
  const special: (Drawing | undefined)[] = [];
  if (inGroup(section, EAGER.later).length > 0) special.push(...eagerDrawings(section));
  if (inGroup(section, LAZY.invalidation).length > 0) special.push(...lazyDrawings(section));
  if (inGroup(section, OSR.phases).length > 0)
    special.push(
      phases("Where the time goes", inGroup(section, OSR.phases), ({ parameters }) => plural(parameters["live values"], "local")),
    );
  if (inGroup(section, WALKING.walk).length > 0)
    special.push(
      curves({
        title: "A frame of a walk against stack depth",
        figures: inGroup(section, WALKING.walk),
        along: "stack depth",
        line: ({ name }) => name.replace(/, \d+ frames$/, ""),
      }),
    );
  const plain = [...groupsOf(section)]
    .filter(([group]) => !DRAWN_OTHERWISE.has(group))
    .map(([group, figures]) => intervals(group, figures));
  return [...special.filter((drawing) => drawing !== undefined), ...plain];
}
