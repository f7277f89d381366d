// SPDX-License-Identifier: MIT
/** Section 2: a guard fails. */
import { Engine } from "../../../runtime/engine.js";
import { EventStream } from "../../../runtime/events.js";
import { PHASES, type ProbeRecord } from "../../../runtime/probes.js";
import { type OsrOptions, trimmedMean } from "../options.js";
import { runLuaJit, runV8, withPeer } from "../peers.js";
import { plural, type Section, SectionBuilder } from "../report.js";

export const LIVE_VALUES = [1, 4, 16, 64] as const;
export const INLINED_FRAMES = [1, 2, 4, 8, 16] as const;

export const GROUPS = {
  later: "eager deopt, later ones at a site",
  first: "eager deopt, the first at a site",
  phases: "phases of an eager deopt",
  whole: "a call that is deoptimized, against the same call interpreted",
  sideExit: "LuaJIT: side exit and way back into the trace",
} as const;

/** Deopts of a burst: fewer than the rounds after which the loop that makes the calls would be compiled itself. */
const BURST = 600;
/** Of these, the first ones find caches cold. */
const COLD = 20;
const THRESHOLD = 1000;

interface Shape {
  readonly live: number;
  readonly frames: number;
}

/**
 * `f1` takes `live` parameters, calls `f2`, …, and the innermost adds. All are inlined into f1. Each parameter is live at the addition,
 * because an unlikely way returns them all.
 */
function definitions({ live, frames }: Shape): string {
  const extra = Array.from({ length: live - 1 }, (_, index) => `a${index}`);
  const lines: string[] = [];
  for (let at = frames; at >= 1; at--) {
    const parameters = at === 1 ? ["x", ...extra] : ["x"];
    const compute = at === frames ? "x + 1" : `f${at + 1}(x)`;
    const kept = at === 1 && extra.length > 0 ? extra.join(", ") : "r";
    lines.push(`local function f${at}(${parameters.join(", ")}) local r = ${compute} if r == nil then return ${kept} end return r end`);
  }
  return `${lines.join("\n")}\nf = f1`;
}

/** The sum of f(i + fraction) for i = 1 … rounds; the seconds that takes. */
function driver({ live }: Shape, rounds: number, fraction: number): string {
  const extra = Array.from({ length: live - 1 }, (_, index) => `, ${index + 0.5}`).join("");
  return `local f, sum, clock = f, 0, os.clock
    local start = clock()
    for i = 1, ${rounds} do sum = sum + f(i + ${fraction}${extra}) end
    return sum, clock() - start`;
}

const sumOf = (rounds: number, fraction: number): number => (rounds * (rounds + 1)) / 2 + rounds * (1 + fraction);

async function engineFor(optimize: boolean, probes: number): Promise<Engine> {
  return Engine.create({
    mode: optimize ? "eager" : "interpreter",
    probes,
    ...(optimize && { hotThreshold: THRESHOLD }),
    failureLimit: 1e9,
    inlineDepth: 32,
    events: new EventStream(64),
  });
}

function warmUp(engine: Engine, shape: Shape): void {
  engine.run(definitions(shape));
  for (let part = 0; part < 2; part++) engine.run(driver(shape, 0.6 * THRESHOLD, 0));
}

interface Samples {
  readonly first: number[];
  readonly later: number[];
  readonly byPhase: Map<string, number[]>;
}

function push(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key) ?? [];
  map.set(key, list);
  list.push(value);
}

/** A fresh site: its first deopt, and bursts of later ones, each of which is one sample. */
async function measureSite(section: SectionBuilder, shape: Shape, bursts: number, samples: Samples): Promise<void> {
  const engine = await engineFor(true, BURST + 16);
  try {
    warmUp(engine, shape);
    engine.takeProbes();
    for (let burst = 0; burst < bursts; burst++) {
      const [sum] = engine.run(driver(shape, BURST, 0.5));
      section.check("deoptimized calls compute what they should", sum === sumOf(BURST, 0.5));
      const records = engine.takeProbes().filter(({ kind }) => kind === "deopt");
      section.check("each call of a burst is deoptimized once", records.length === BURST);
      section.check(
        "as many frames are rebuilt as were inlined",
        records.every(({ frames }) => frames === shape.frames),
      );
      section.check(
        "all live values are read",
        records.every(({ values }) => values >= shape.live),
      );
      collect(records, burst === 0, samples);
    }
  } finally {
    engine.dispose();
  }
}

function collect(records: readonly ProbeRecord[], isFirst: boolean, { first, later, byPhase }: Samples): void {
  if (isFirst && records[0] !== undefined) first.push(records[0].nanoseconds);
  const warm = records.slice(COLD);
  later.push(trimmedMean(warm.map(({ nanoseconds }) => nanoseconds)));
  for (const phase of PHASES) push(byPhase, phase, trimmedMean(warm.map(({ phases }) => phases[phase] ?? Number.NaN)));
}

/** Without probes: calls that are deoptimized take so much longer than the same calls in an engine that only interprets. */
async function measureWhole(section: SectionBuilder, shape: Shape, rounds: number): Promise<number[]> {
  const [optimizing, interpreting] = [await engineFor(true, 0), await engineFor(false, 0)];
  try {
    warmUp(optimizing, shape);
    interpreting.run(definitions(shape));
    const nanosecondsOf = (engine: Engine): number => {
      const [sum, seconds] = engine.run(driver(shape, BURST, 0.5));
      section.check("deoptimized calls compute what they should", sum === sumOf(BURST, 0.5));
      return (Number(seconds) * 1e9) / BURST;
    };
    nanosecondsOf(optimizing);
    nanosecondsOf(interpreting);
    return Array.from({ length: rounds }, () => nanosecondsOf(optimizing) - nanosecondsOf(interpreting));
  } finally {
    optimizing.dispose();
    interpreting.dispose();
  }
}

async function measureOurs(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): Promise<void> {
  const [sites, bursts] = quick ? [1, 2] : [4 * rounds, 3];
  for (const frames of INLINED_FRAMES) {
    for (const live of LIVE_VALUES) {
      progress(`eager deopt, ${live} values, ${frames} frames`);
      const samples: Samples = { first: [], later: [], byPhase: new Map() };
      for (let site = 0; site < sites; site++) await measureSite(section, { live, frames }, bursts, samples);
      const parameters = { "live values": live, "inlined frames": frames };
      const name = `${plural(live, "value")}, ${plural(frames, "frame")}`;
      section.figure({ group: GROUPS.later, name, unit: "ns", parameters }, samples.later);
      section.figure({ group: GROUPS.first, name, unit: "ns", parameters }, samples.first);
      for (const [phase, times] of samples.byPhase) section.figure({ group: GROUPS.phases, name: phase, unit: "ns", parameters }, times);
      if (live === 4 || frames === 1)
        section.figure(
          { group: GROUPS.whole, name, unit: "ns", parameters },
          await measureWhole(section, { live, frames }, quick ? 3 : 10 * rounds),
        );
    }
  }
}

function measureV8(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): void {
  progress("eager deopt, V8");
  const sizes = JSON.stringify({
    live: LIVE_VALUES,
    frames: INLINED_FRAMES,
    first: quick ? 2 : 4 * rounds,
    bursts: quick ? 2 : 5 * rounds,
  });
  for (const { name, parameters, samples, right } of runV8("v8-eager-deopt", [sizes])) {
    const group = name === "first" ? GROUPS.first : GROUPS.later;
    section.check("V8: optimized functions are deoptimized by the call that is measured, and compute what they should", right);
    const text = `${plural(parameters["live values"], "value")}, ${plural(parameters["inlined frames"], "frame")}`;
    section.figure({ group, by: "V8", name: text, unit: "ns", parameters }, samples);
  }
}

function measureLuaJit(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): void {
  progress("side exits, LuaJIT");
  for (const { parameters, samples, right } of runLuaJit("side-exit", [`${quick ? 3 : 5 * rounds}`])) {
    section.check("LuaJIT: loops compute what they should", right);
    section.figure(
      { group: GROUPS.sideExit, by: "LuaJIT", name: plural(parameters["live values"], "value"), unit: "ns", parameters },
      samples,
    );
  }
}

export async function eagerDeopt(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(2, "Eager deoptimization: a guard fails", [
    "A function with inlined calls is compiled for int32 arguments; a call with 0.5 more fails the guard of the innermost addition, where all parameters are live.",
    `Ours is measured by the processor's time stamp counter at the borders of the phases, in the code itself; what reading it takes is subtracted. A sample of "later ones" is the mean (of the middle 90 %) of a burst of ${BURST - COLD} deopts; a sample of "the first" is one deopt of a fresh function in a fresh engine.`,
    "The code is not given up (failureLimit), so that every call of a burst is deoptimized at the same site.",
    'V8 gives code up at its first deopt: "later ones" are 50 functions deoptimized one right after the other, less the same calls once they are interpreted; "the first" is a single call once the function has been optimized, less such a call.',
    "LuaJIT leaves a trace by a side exit that never gets hot: an iteration with the exit and the way back into the trace, less one that stays in the trace.",
  ]);
  await measureOurs(section, options);
  withPeer(section, "V8", () => measureV8(section, options));
  withPeer(section, "LuaJIT", () => measureLuaJit(section, options));
  return section.finish();
}
