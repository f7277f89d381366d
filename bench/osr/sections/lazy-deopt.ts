// SPDX-License-Identifier: MIT
/** Section 3: code is invalidated while frames of it wait. */
import { Engine } from "../../../runtime/engine.js";
import { EventStream } from "../../../runtime/events.js";
import type { ProbeRecord } from "../../../runtime/probes.js";
import { type OsrOptions, trimmedMean } from "../options.js";
import { runV8, withPeer } from "../peers.js";
import { plural, type Section, SectionBuilder } from "../report.js";

export const AFFECTED = [1, 10, 200] as const;

export const GROUPS = {
  return: "lazy deopt, from the return into one frame to the next, a frame",
  barrier: "lazy deopt, in the barrier's function, a frame",
  suspended: "deopt of the frame that a suspended coroutine sleeps in",
  invalidation: "invalidation",
} as const;

const THRESHOLD = 100;

/**
 * `waitN(n)` waits with n frames above it, each of which adds the global `stepN`, while the innermost does `pause`; then the sum of all is
 * returned. Code that relies on stepN being what it is becomes invalid when it is assigned. `pause` is one of many functions, so that nobody
 * inlines it.
 */
function definitions(site: number, isSuspended: boolean): string {
  const pause = isSuspended ? "coroutine.yield()" : "pauses[which]()";
  return `step${site} = 1
    function wait${site}(n)
      if n == 0 then ${pause} return step${site} end
      return wait${site}(n - 1) + step${site}
    end`;
}

const PRELUDE = `pauses = {} which = 1
  for i = 1, 8 do pauses[i] = assert(loadstring("return function() end"))() end`;

/** Calls with so many frames, often enough for both functions and none of their loops to be compiled. */
function warmUp(site: number, isSuspended: boolean): string {
  const call = isSuspended ? `local co = coroutine.wrap(wait${site}) co(3) co()` : `which = i % 8 + 1 wait${site}(3)`;
  return `for i = 1, ${THRESHOLD - 10} do ${call} end`;
}

/** The innermost of `frames` frames waits; the code is invalidated; the sum comes back, in which new steps count ten. */
function event(site: number, frames: number, isSuspended: boolean): string {
  const change = `step${site} = 10`;
  return isSuspended
    ? `local co = coroutine.wrap(wait${site}) co(${frames - 1}) ${change} return co()`
    : `pauses[1] = function() ${change} end which = 1 return wait${site}(${frames - 1})`;
}

interface Samples {
  readonly returns: number[];
  readonly barriers: number[];
  readonly suspended: number[];
  readonly invalidations: number[];
}

async function measureOne(section: SectionBuilder, frames: number, isSuspended: boolean, sites: number): Promise<Samples> {
  const samples: Samples = { returns: [], barriers: [], suspended: [], invalidations: [] };
  const events = new EventStream(4096);
  const engine = await Engine.create({
    mode: "eager",
    probes: 2 * frames + 64,
    hotThreshold: THRESHOLD,
    inlineDepth: 0,
    events,
  });
  try {
    engine.run(PRELUDE);
    for (let site = 0; site < sites; site++) {
      engine.run(definitions(site, isSuspended));
      for (let part = 0; part < 2; part++) engine.run(warmUp(site, isSuspended));
      engine.takeProbes();
      const before = events.count("suspended-deopt");
      const [sum] = engine.run(event(site, frames, isSuspended));
      collect(section, engine.takeProbes(), frames, isSuspended, samples);
      if (isSuspended) {
        section.check("a suspended coroutine's frame is replaced on the spot", events.count("suspended-deopt") === before + 1);
        samples.suspended.push(events.of("suspended-deopt").at(-1)?.nanoseconds ?? Number.NaN);
      }
      section.check("frames of invalid code go on with the new value", sum === 10 * frames);
    }
  } finally {
    engine.dispose();
  }
  return samples;
}

function collect(section: SectionBuilder, records: readonly ProbeRecord[], frames: number, isSuspended: boolean, samples: Samples): void {
  // A coroutine that sleeps in its innermost frame has that one replaced at once.
  const waiting = isSuspended ? frames - 1 : frames;
  const invalidation = records.find(({ kind }) => kind === "invalidate");
  section.check("the frames that wait are found", invalidation?.frames === waiting && invalidation.values === (isSuspended ? 1 : 0));
  samples.invalidations.push(invalidation?.nanoseconds ?? Number.NaN);
  const deopts = records.filter(({ kind }) => kind === "lazy-deopt");
  section.check("each frame that waits is left when control returns into it", deopts.length === waiting);
  if (deopts.length === 0) return;
  samples.barriers.push(trimmedMean(deopts.map(({ nanoseconds }) => nanoseconds)));
  const [first, last] = [deopts[0]!, deopts.at(-1)!];
  if (deopts.length > 1) samples.returns.push((last.started - first.started) / (deopts.length - 1));
}

async function measureOurs(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): Promise<void> {
  for (const isSuspended of [false, true]) {
    for (const frames of AFFECTED) {
      const where = isSuspended ? "suspended" : "running";
      progress(`lazy deopt, ${frames} frames, ${where}`);
      const samples = await measureOne(section, frames, isSuspended, quick ? 2 : 10 * rounds);
      const name = `${plural(frames, "frame")}, ${where} stack`;
      const parameters = { "affected frames": frames };
      const figure = (group: string, list: readonly number[]) => section.figure({ group, name, unit: "ns", parameters }, list);
      figure(GROUPS.invalidation, samples.invalidations);
      if (samples.barriers.length > 0) figure(GROUPS.barrier, samples.barriers);
      if (samples.returns.length > 0) figure(GROUPS.return, samples.returns);
      if (isSuspended) figure(GROUPS.suspended, samples.suspended);
    }
  }
}

function measureV8(section: SectionBuilder, { quick, rounds, progress }: OsrOptions): void {
  progress("lazy deopt, V8");
  const sizes = JSON.stringify({ affected: AFFECTED, samples: quick ? 2 : 10 * rounds });
  for (const { name, parameters, samples, right } of runV8("v8-lazy-deopt", [sizes])) {
    section.check("V8: frames of invalid code go on with the new value", right);
    const group = name === "invalidation" ? GROUPS.invalidation : GROUPS.return;
    section.figure(
      { group, by: "V8", name: `${plural(parameters["affected frames"], "frame")}, running stack`, unit: "ns", parameters },
      samples,
    );
  }
}

export async function lazyDeopt(options: OsrOptions): Promise<Section> {
  const section = new SectionBuilder(3, "Lazy deoptimization: code becomes invalid while frames of it wait", [
    "A recursive function relies on a global variable's value; the innermost call assigns it. Frames of the code get return barriers, and are replaced when control returns into them.",
    'Each sample is another function, in whose code nothing was left before. "From the return into one frame to the next" has everything in it: the barrier, the rebuilding, and what the interpreter then runs of the function.',
    "On suspended stacks, the assignment is made while a coroutine sleeps in the innermost call: the frame that sleeps is replaced at once, the others when it goes on.",
    "V8: the assignment deoptimizes the code that depends on the variable; from its end to the return of the outermost call, less the same once the code is interpreted, by the number of frames.",
  ]);
  await measureOurs(section, options);
  withPeer(section, "V8", () => measureV8(section, options));
  return section.finish();
}
