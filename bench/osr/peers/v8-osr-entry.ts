// SPDX-License-Identifier: MIT
/**
 * OSR entries in V8: `node --allow-natives-syntax --no-concurrent-osr --interrupt-budget=… v8-osr-entry.js SIZES`. V8 keeps the code of a loop in
 * a cache, and an interpreted call enters it at its first back-edge. The budget keeps V8 from optimizing the function as a whole.
 */
import type { PeerFigure } from "../peers.js";
import { clockNanoseconds, evaluate, type Generated, isOptimized, now, prepare, report } from "./v8.js";

const CALLS = 500;
const ROUNDS = 3;

interface Loop {
  readonly run: Generated;
  /** What the next run asks for in its second round. */
  readonly wish: { osr: boolean };
}

function loop(): Loop {
  const made = evaluate(`const wish = { osr: false };
    return {
      wish,
      run(rounds, step) {
        let sum = 0;
        for (let i = 0; i < rounds; i++) {
          sum = (sum + step) | 0;
          if (wish.osr && i === 1) { wish.osr = false; %OptimizeOsr(); }
        }
        return sum;
      },
    };`) as unknown as Loop;
  prepare(made.run);
  made.run(100, 1);
  return made;
}

const samples = (JSON.parse(process.argv[2]!) as { samples: number }).samples;
const clock = clockNanoseconds();
let right = true;

function nanosecondsOfACall({ run }: Loop, rounds: number): number {
  const start = now();
  for (let at = 0; at < CALLS; at++) right = run(rounds, 2) === 2 * rounds && right;
  return (Number(now() - start) - clock) / CALLS;
}

const entries: number[] = [];
const compiled: number[] = [];
for (let at = 0; at < samples; at++) {
  const [entering, interpreted] = [loop(), loop()];
  entering.wish.osr = true;
  const start = now();
  right = entering.run(100, 2) === 200 && right;
  compiled.push(Number(now() - start) - clock);
  nanosecondsOfACall(entering, ROUNDS);
  nanosecondsOfACall(interpreted, 1);
  // The latter ends before its first back-edge; the former's further rounds are of optimized code, a nanosecond each.
  entries.push(nanosecondsOfACall(entering, ROUNDS) - nanosecondsOfACall(interpreted, 1));
  // Not as a whole; and what has entered is faster where there are many rounds.
  right &&= !isOptimized(entering.run) && !isOptimized(interpreted.run);
  const long = ({ run }: Loop): number => {
    let least = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 5; attempt++) {
      const begun = now();
      run(20_000, 2);
      least = Math.min(least, Number(now() - begun));
    }
    return least;
  };
  right &&= long(entering) < long(interpreted) / 2;
}
const figures: readonly PeerFigure[] = [
  { name: "entry", parameters: {}, samples: entries, right },
  { name: "compiled", parameters: {}, samples: compiled, right },
];
report(figures);
