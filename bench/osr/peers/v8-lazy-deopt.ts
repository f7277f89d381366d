// SPDX-License-Identifier: MIT
/** Lazy deopts in V8, of the function that sections/lazy-deopt.ts has: `node --allow-natives-syntax v8-lazy-deopt.js SIZES`. */
import type { PeerFigure } from "../peers.js";
import { clockNanoseconds, evaluate, type Generated, isOptimized, now, optimize, prepare, report } from "./v8.js";

interface Sizes {
  readonly affected: readonly number[];
  readonly samples: number;
}

interface Site {
  readonly wait: Generated;
  /** What `wait` does in its innermost call. */
  readonly pauses: (() => void)[];
  readonly change: () => void;
}

let sites = 0;

function site(frames: number): { site: Site; right: boolean } {
  const variable = `step${sites++}`;
  const made = evaluate(`globalThis.${variable} = 1;
    const pauses = [() => {}];
    function wait(n) { if (n === 0) { pauses[0](); return ${variable}; } return wait(n - 1) + ${variable}; }
    return { wait, pauses, change: () => { ${variable} = 10; } };`) as unknown as Site;
  prepare(made.wait);
  // Many functions at one call: none is inlined, and none is expected.
  for (let at = 0; at < 20; at++) {
    made.pauses[0] = evaluate("return () => {}") as () => void;
    made.wait(frames);
  }
  return { site: made, right: optimize(made.wait, () => made.wait(frames)) };
}

function measure(frames: number, samples: number, clock: number): PeerFigure[] {
  const parameters = { "affected frames": frames };
  let right = true;
  const invalidations: number[] = [];
  const returns: number[] = [];
  let before = 0n;
  let after = 0n;
  /** From the end of the pause to the return of the outermost call, in nanoseconds. */
  const unwind = ({ wait, pauses }: Site, pause: () => void, expected: number): number => {
    pauses[0] = pause;
    right = wait(frames - 1) === expected && right;
    return Number(now() - after) - clock;
  };
  for (let at = 0; at < samples; at++) {
    const { site: one, right: isRight } = site(frames);
    right &&= isRight;
    const deoptimizing = unwind(
      one,
      () => {
        before = now();
        one.change();
        after = now();
      },
      10 * frames,
    );
    invalidations.push(Number(after - before) - clock);
    right &&= !isOptimized(one.wait);
    const pause = (): void => {
      after = now();
    };
    unwind(one, pause, 10 * frames);
    returns.push((deoptimizing - unwind(one, pause, 10 * frames)) / frames);
  }
  return [
    { name: "invalidation", parameters, samples: invalidations, right },
    { name: "return", parameters, samples: returns, right },
  ];
}

const sizes = JSON.parse(process.argv[2]!) as Sizes;
const clock = clockNanoseconds();
report(sizes.affected.flatMap((frames) => measure(frames, sizes.samples, clock)));
