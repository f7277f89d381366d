// SPDX-License-Identifier: MIT
/**
 * Where the time of leaving and entering optimized code went: measurements of the native side (native/language/probes.h), by phase. For
 * benchmarks; an engine takes them when it is made with `probes`.
 */
import type { NativeEngine } from "./native.js";

const KINDS = ["deopt", "lazy-deopt", "osr-entry", "invalidate"] as const;
/** What is measured. */
export type ProbeKind = (typeof KINDS)[number];

/** In the order of time; the borders between them are drawn in native/language/probes.h. */
export const PHASES = ["stub", "find", "read", "rebuild", "record", "resume"] as const;
/**
 * - stub: from the guard's exit to the helper on the host stack
 * - find: the frame, its call site, its frame state
 * - read: the values
 * - rebuild: pop the frame, push those that take its place
 * - record: the event, the count of failures
 * - resume: back on the language stack, to the first instruction of what was pushed
 */
export type Phase = (typeof PHASES)[number];

/** One measurement. */
export interface ProbeRecord {
  /** What was measured. */
  readonly kind: ProbeKind;
  /** Frames that were rebuilt; of an invalidation, frames that wait. */
  readonly frames: number;
  /** Values that were read; of an invalidation, coroutines that were deoptimized on the spot. */
  readonly values: number;
  /** Nanoseconds, from some point of time on; an eager deopt's at its guard's exit, all others' in the helper. */
  readonly started: number;
  /** By the same clock. */
  readonly ended: number;
  /**
   * Nanoseconds of each phase that the kind has, without what taking the time takes. The processor's counter may go in steps of 10 ns (AMD's
   * does), so that a single phase may come out as zero or below; means do not.
   */
  readonly phases: Readonly<Partial<Record<Phase, number>>>;
  /** Of all phases together. */
  readonly nanoseconds: number;
}

const BORDERS = PHASES.length + 1;
const LENGTH = 3 + BORDERS;

export function takeProbes(native: NativeEngine): ProbeRecord[] {
  const words = native.takeProbes();
  const overhead = words[0]!;
  const records: ProbeRecord[] = [];
  for (let at = 1; at < words.length; at += LENGTH) records.push(recordOf(words.subarray(at, at + LENGTH), overhead));
  return records;
}

function recordOf(words: Float64Array, overhead: number): ProbeRecord {
  const borders = [...words.subarray(3)];
  const present = borders.filter((time) => !Number.isNaN(time));
  const phases: Partial<Record<Phase, number>> = {};
  let nanoseconds = 0;
  for (const [index, phase] of PHASES.entries()) {
    const duration = borders[index + 1]! - borders[index]! - overhead;
    if (Number.isNaN(duration)) continue;
    phases[phase] = duration;
    nanoseconds += duration;
  }
  const [started, ended] = [present[0] ?? Number.NaN, present.at(-1) ?? Number.NaN];
  // An invalidation has no phases.
  if (Object.keys(phases).length === 0) nanoseconds = ended - started - overhead;
  return { kind: KINDS[words[0]!]!, frames: words[1]!, values: words[2]!, started, ended, phases, nanoseconds };
}
