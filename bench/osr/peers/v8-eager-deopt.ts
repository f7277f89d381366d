// SPDX-License-Identifier: MIT
/** Eager deopts in V8, of the same functions as sections/eager-deopt.ts has: `node --allow-natives-syntax v8-eager-deopt.js SIZES`. */
import type { PeerFigure } from "../peers.js";
import { clockNanoseconds, evaluate, type Generated, isOptimized, now, optimize, prepare, report } from "./v8.js";

interface Sizes {
  readonly live: readonly number[];
  readonly frames: readonly number[];
  readonly first: number;
  readonly bursts: number;
}

const BURST = 50;

interface Site {
  readonly f: Generated;
  readonly args: readonly number[];
}

/** The outermost function, optimized, with all others inlined. */
function site(live: number, frames: number): { site: Site; right: boolean } {
  const extra = Array.from({ length: live - 1 }, (_, index) => `a${index}`);
  const lines: string[] = [];
  for (let at = frames; at >= 1; at--) {
    const parameters = at === 1 ? ["x", ...extra] : ["x"];
    const compute = at === frames ? "x + 1" : `f${at + 1}(x)`;
    const kept = at === 1 && extra.length > 0 ? `[${extra.join(", ")}]` : "r";
    lines.push(`function f${at}(${parameters.join(", ")}) { const r = ${compute}; if (r === undefined) return ${kept}; return r; }`);
  }
  const names = Array.from({ length: frames }, (_, index) => `f${index + 1}`);
  const all = evaluate(`${lines.join("\n")}\nreturn [${names.join(", ")}]`) as unknown as Generated[];
  const f = all[0]!;
  const args = extra.map((_, index) => index + 0.5);
  for (const each of all) prepare(each);
  for (let at = 0; at < 20; at++) f(at, ...args);
  return { site: { f, args }, right: optimize(f, () => f(1, ...args)) };
}

/** In one shape for all: spreading is part of what both sides of a difference have. */
const run = ({ f, args }: Site): number => f(0.5, ...args);

function measure(live: number, frames: number, sizes: Sizes, clock: number): PeerFigure[] {
  let right = true;
  const make = (): Site => {
    const made = site(live, frames);
    right &&= made.right;
    return made.site;
  };
  const time = (work: () => void): number => {
    const start = now();
    work();
    return Number(now() - start) - clock;
  };
  const first = Array.from({ length: sizes.first }, () => {
    const one = make();
    const call = (): void => {
      right = run(one) === 1.5 && right;
    };
    const deoptimizing = time(call);
    right &&= !isOptimized(one.f);
    return deoptimizing - time(call);
  });
  const later = Array.from({ length: sizes.bursts }, () => {
    const sites = Array.from({ length: BURST }, make);
    const pass = (): void => {
      for (const one of sites) right = run(one) === 1.5 && right;
    };
    const deoptimizing = time(pass);
    right &&= sites.every(({ f }) => !isOptimized(f));
    return (deoptimizing - time(pass)) / BURST;
  });
  const parameters = { "live values": live, "inlined frames": frames };
  return [
    { name: "first", parameters, samples: first, right },
    { name: "later", parameters, samples: later, right },
  ];
}

const sizes = JSON.parse(process.argv[2]!) as Sizes;
const clock = clockNanoseconds();
report(sizes.frames.flatMap((frames) => sizes.live.flatMap((live) => measure(live, frames, sizes, clock))));
