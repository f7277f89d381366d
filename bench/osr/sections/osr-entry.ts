// SPDX-License-Identifier: MIT
/** Section 4: from a loop of the interpreter into optimized code. */
import { Engine } from "../../../runtime/engine.js";
import { EventStream } from "../../../runtime/events.js";
import { PHASES, type ProbeRecord } from "../../../runtime/probes.js";
import { type OsrOptions, trimmedMean } from "../options.js";
import { runV8, withPeer } from "../peers.js";
import { plural, type Section, SectionBuilder } from "../report.js";

export const GROUPS = {
  entry: "OSR entry, the code is there",
  phases: "phases of an OSR entry",
  compiled: "OSR entry with the compilation of the loop",
} as const;

/** Activations that enter the loop's code one after the other, and how many of them find caches cold. */
const ACTIVATIONS = 400;
const COLD = 20;
const LONG = 2000;

/**
 * `nest(n)` has n more activations of itself started in its loop's first round; all are interpreted, because nothing is hot yet. Then the
 * innermost goes through many rounds: its loop is compiled, and its frame enters. So does, after as many rounds, the one around it. From
 * then on the code is there and the loop hot (the function gets code, too, because it has been called often, for calls that do not come): each of the others enters at its first back-edge after the call in it has returned.
 */
function program(values: number): string {
  const names = Array.from({ length: values }, (_, index) => `v${index}`);
  return `local function nest(n)
      local ${names.join(", ")} = ${names.map(() => "n").join(", ")}
      local rounds, sum = n < 2 and ${LONG} or 3, 0
      for i = 1, rounds do
        if i == 1 and n > 0 then sum = nest(n - 1) end
        sum = sum + 1
        if sum < 0 then return ${names.join(", ")} end
      end
      return sum
    end
    return nest(${ACTIVATIONS})`;
}

const EXPECTED = 2 * LONG + 3 * (ACTIVATIONS - 1);

interface Burst {
  readonly entries: readonly ProbeRecord[];
  /** Milliseconds: the compilation, with what loads the compiler the first time. */
  readonly compiling: number;
}

async function burst(section: SectionBuilder, engine: Engine, events: EventStream, values: number): Promise<Burst> {
  const before = events.count("compile");
  const [sum] = engine.run(program(values));
  section.check("loops compute what they should", sum === EXPECTED);
  const entries = engine.takeProbes().filter(({ kind }) => kind === "osr-entry");
  section.check("each activation enters once", entries.length === ACTIVATIONS + 1);
  const loops = events
    .of("compile")
    .slice(before - events.count("compile"))
    .filter(({ pc }) => pc >= 0);
  section.check("the loop is compiled once", loops.length === 1);
  return { entries, compiling: loops[0]?.milliseconds ?? Number.NaN };
}

async function measureOurs(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): Promise<void> {
  for (const values of [1, 16, 64]) {
    progress(`OSR entry, ${values} values`);
    const events = new EventStream(4096);
    const engine = await Engine.create({
      mode: "eager",
      probes: ACTIVATIONS + 64,
      hotThreshold: ACTIVATIONS + 8,
      inlineDepth: 0,
      events,
    });
    const name = plural(values, "local");
    const totals: number[] = [];
    const compilations: number[] = [];
    const byPhase = PHASES.map((phase) => ({ phase, times: [] as number[] }));
    try {
      for (let at = 0; at < (quick ? 2 : 8 * rounds); at++) {
        const { entries, compiling } = await burst(section, engine, events, values);
        const warm = entries.slice(COLD);
        totals.push(trimmedMean(warm.map(({ nanoseconds }) => nanoseconds)));
        for (const { phase, times } of byPhase) times.push(trimmedMean(warm.map(({ phases }) => phases[phase] ?? Number.NaN)));
        // The very first one loads the compiler.
        if (at > 0) compilations.push(compiling + (entries[0]?.nanoseconds ?? Number.NaN) / 1e6);
      }
    } finally {
      engine.dispose();
    }
    const parameters = { "live values": values };
    section.figure({ group: GROUPS.entry, name, unit: "ns", parameters }, totals);
    for (const { phase, times } of byPhase)
      if (times.some(Number.isFinite)) section.figure({ group: GROUPS.phases, name: phase, unit: "ns", parameters }, times);
    section.figure({ group: GROUPS.compiled, name, unit: "ms", parameters }, compilations);
  }
}

function measureV8(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): void {
  progress("OSR entry, V8");
  const sizes = JSON.stringify({ samples: quick ? 2 : 10 * rounds });
  for (const { name, samples, right } of runV8("v8-osr-entry", [sizes], ["--no-concurrent-osr"])) {
    section.check("V8: loops compute what they should, in optimized code", right);
    if (name === "entry") section.figure({ group: GROUPS.entry, by: "V8", name: "2 locals", unit: "ns" }, samples);
    else
      section.figure(
        { group: GROUPS.compiled, by: "V8", name: "2 locals", unit: "ms" },
        samples.map((time) => time / 1e6),
      );
  }
}

export async function osrEntry(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(4, "OSR entry: from a back-edge into optimized code", [
    `${ACTIVATIONS} activations of a function wait in each other's loops; once the loop has been compiled, each enters the code at its next back-edge. A sample is the mean (of the middle 90 %) of such a series.`,
    'From the helper\'s entry to the first instruction of the optimized loop. The host call that leads to the helper, some nanoseconds, is in "stub" of section 2 and in section 5.',
    "With the compilation: of one loop of 10 to 200 instructions, on the same thread.",
    "V8: a function that is never optimized as a whole, but has code for its loop in the cache, which it enters at the first back-edge: a call of three rounds, less a call of one round that is only interpreted. V8's optimized code takes the interpreter's frame over as it is; ours has another frame, so the one is popped and the other pushed.",
  ]);
  await measureOurs(section, options);
  withPeer(section, "V8", () => measureV8(section, options));
  return section.finish();
}
