// SPDX-License-Identifier: MIT
import Benchmark from "benchmark";

export interface OsrOptions {
  /** One round and few samples: to see whether everything works; the figures mean little. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly progress: (text: string) => void;
}

/**
 * A steady operation, by the `benchmark` package: nanoseconds an operation, of each of its cycles.
 */
export function steady({ quick, rounds }: OsrOptions, operation: () => void): number[] {
  const { stats } = new Benchmark(
    operation,
    quick ? { maxTime: 0.05, minTime: 0.005, minSamples: 3 } : { maxTime: 0.5 * rounds },
  ).run() as Benchmark;
  return stats.sample.map((seconds) => seconds * 1e9);
}

/** The mean of the middle 90 %: robust against interruptions, and finer than the steps of the processor's clock. */
export function trimmedMean(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length / 20);
  const middle = sorted.slice(cut, sorted.length - cut);
  return middle.reduce((sum, sample) => sum + sample, 0) / middle.length;
}
