// SPDX-License-Identifier: MIT
/** What the peers in V8 share. They run under `node --allow-natives-syntax`, whose syntax is in strings, because it is no JavaScript. */
import type { PeerFigure } from "../peers.js";

// biome-ignore lint/suspicious/noExplicitAny: generated functions, of any parameters
export type Generated = (...args: any[]) => any;

let evaluations = 0;

/** V8 shares functions, and what it has learnt about them, between equal sources: no two are. */
export const evaluate = (source: string): Generated => new Function(`${source}\n// ${evaluations++}`)() as Generated;

const prepareIt = evaluate("return (f) => %PrepareFunctionForOptimization(f)");
const optimizeIt = evaluate("return (f) => %OptimizeFunctionOnNextCall(f)");
const statusOf = evaluate("return (f) => %GetOptimizationStatus(f)");

/** Bits of V8's OptimizationStatus (src/runtime/runtime.h): optimized, and by the optimizing compiler that is under test. */
const OPTIMIZED = 1 << 4;
const TURBOFANNED = 1 << 6;

export const prepare = (f: Generated): void => prepareIt(f);
export const isOptimized = (f: Generated): boolean => (statusOf(f) & (OPTIMIZED | TURBOFANNED)) !== 0;

/** `call` is made with `f` optimized; whether it is afterwards. */
export function optimize(f: Generated, call: () => unknown): boolean {
  optimizeIt(f);
  call();
  return isOptimized(f);
}

export const now = process.hrtime.bigint;

/** What reading the clock twice takes, in nanoseconds: the least of many. */
export function clockNanoseconds(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < 10_000; at++) {
    const start = now();
    least = Math.min(least, Number(now() - start));
  }
  return least;
}

export const report = (figures: readonly PeerFigure[]): void => void process.stdout.write(JSON.stringify(figures));
