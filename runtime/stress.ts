// SPDX-License-Identifier: MIT
/**
 * Stress modes: the engine leaves, enters and gives up optimized code when there is no reason to. A program must print the same bytes.
 *
 *     types[:SEED]     the optimizer predicts wrong types, differently for each SEED, so that its guards fail all the time
 *     deopt:N          every Nth executed guard fails although it holds
 *     deopt-at:K       only the Kth does
 *     deopt-from:K     the Kth and all after it do
 *     invalidate:N     at every Nth call, a frame that waits for a call loses its code: it is left when control returns into it
 *     osr[:N]          code is compiled and entered at the Nth chance (default: 1), a failed guard gives it up
 *     gc[:N]           a collection at every Nth safepoint (default: 1), and what is freed is overwritten
 *     slices[:N]       the optimizer stops after every N instructions that it has walked (default: 1), and the program goes on
 *     stacks[:BYTES]   a coroutine's stack goes on elsewhere when its frames take more (default: 512)
 *     until:K          nothing is done to guards or calls after the Kth
 *
 * Several are joined by commas. Guards are counted from 1, and the same in each run: `--stats` prints how many there were.
 */
import type { Injection } from "./native.js";

/** Ways of provoking the optimizer and the collector; the program must not notice. */
export interface Stress {
  /** Predict wrong types on purpose, differently for each number. */
  readonly mispredict?: number;
  /** Guards that fail although they hold. */
  readonly failingGuards?: Injection;
  /** Collect at every so many-th safepoint and overwrite what is freed. */
  readonly collectEvery?: number;
  /** The optimizer works in slices of so many instructions, between which the program goes on. */
  readonly sliceInstructions?: number;
  /** Frames of a coroutine that take more bytes lie on an extension of its stack (native/language/stack-extension.h). */
  readonly extendAfter?: number;
  /** Calls at which a waiting caller loses its code. */
  readonly disturbedCalls?: Injection;
  /** Instead of the mode's thresholds. */
  readonly hotThreshold?: number;
  /** The same. */
  readonly failureLimit?: number;
}

/** What `--stress` takes. */
export const STRESS_USAGE =
  "types[:SEED], deopt:N, deopt-at:K, deopt-from:K, invalidate:N, osr[:N], gc[:N], slices[:N], stacks[:BYTES], until:K";

export function parseStress(text: string): Stress {
  const parts = text.split(",").map((part) => parsePart(part));
  const { until, ...stress } = Object.assign({}, ...parts) as Stress & { until?: number };
  if (until === undefined) return stress;
  const { failingGuards, disturbedCalls } = stress;
  if (failingGuards === undefined && disturbedCalls === undefined)
    throw new Error("until:K needs deopt:N, deopt-from:K or invalidate:N beside it");
  return {
    ...stress,
    ...(failingGuards && { failingGuards: { ...failingGuards, last: until } }),
    ...(disturbedCalls && { disturbedCalls: { ...disturbedCalls, last: until } }),
  };
}

function parsePart(part: string): Stress & { until?: number } {
  const [, name, digits] = /^([a-z-]+)(?::(\d+))?$/.exec(part) ?? [];
  const number = digits === undefined ? undefined : Number(digits);
  if (name === "types") return { mispredict: number ?? 1 };
  if (name === "osr") return { hotThreshold: positive(part, number ?? 1), failureLimit: 1 };
  if (name === "stacks") return { extendAfter: positive(part, number ?? 512) };
  if (name === "gc") return { collectEvery: positive(part, number ?? 1) };
  if (name === "slices") return { sliceInstructions: positive(part, number ?? 1) };
  const count = number === undefined ? 0 : number;
  switch (name) {
    case "deopt":
      return { failingGuards: { first: positive(part, count), period: count } };
    case "deopt-at":
      return { failingGuards: { first: positive(part, count), period: 0 } };
    case "deopt-from":
      return { failingGuards: { first: positive(part, count), period: 1 } };
    case "invalidate":
      return { disturbedCalls: { first: positive(part, count), period: count } };
    case "until":
      return { until: count };
    default:
      throw new Error(`unknown stress '${part}': use ${STRESS_USAGE}, joined by commas`);
  }
}

function positive(part: string, count: number): number {
  if (count < 1) throw new Error(`stress '${part}' needs a number from 1 on`);
  return count;
}
