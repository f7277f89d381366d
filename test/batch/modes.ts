// SPDX-License-Identifier: MIT
/** The ways of running a program that must not change what it does. Names have no commas: lists of them do. */
import { parseStress } from "../../runtime/stress.js";
import type { EngineMode } from "./outcome.js";

/** Scanning a stack at every safepoint takes its square: an overflow comes soon, but not before 5000 calls, the interpreter's rebuilt ones included. */
const STACK_BYTES = 3 * 2 ** 20;
const collecting: EngineMode = { mainStackBytes: STACK_BYTES, coroutineStackBytes: STACK_BYTES, stress: { collectEvery: 1 } };

export const MODES: Readonly<Record<string, EngineMode>> = {
  interpreter: { mode: "interpreter" },
  eager: { mode: "eager" },
  "interpreter + gc": { mode: "interpreter", ...collecting },
  "eager + gc": { mode: "eager", ...collecting },
};

/** Where optimized code is entered and left all the time, which costs many times as much, or the optimizer stops all the time. */
export const STRESSED_MODES: Readonly<Record<string, EngineMode>> = {
  "wrong predictions": { mode: "eager", hotThreshold: 1, stress: { mispredict: 3 } },
  "failing guards": { mode: "eager", hotThreshold: 1, stress: { failingGuards: { first: 2, period: 3 } } },
  "lost callers": { mode: "eager", hotThreshold: 1, stress: { disturbedCalls: { first: 1, period: 2 } } },
  "slices of an instruction": { mode: "eager", hotThreshold: 1, stress: { sliceInstructions: 1 } },
};

export const ALL_MODES: Readonly<Record<string, EngineMode>> = { ...MODES, ...STRESSED_MODES };

/** What `npm run stress` goes through: each mechanism alone, and with the others. */
export const STRESSES: readonly string[] = [
  "deopt:1",
  "deopt:7+osr",
  "deopt-from:50+osr",
  "osr",
  "gc",
  "invalidate:1",
  "invalidate:3+osr",
  "slices:1",
  "slices:7+osr",
  "types:1",
  "types:2+osr",
  "deopt:2+gc",
  "invalidate:1+gc",
  "slices:2+gc",
  "types:3+gc",
  "deopt:5+invalidate:2+osr",
  "slices:20+types:1+deopt:3",
  "types:4+deopt:3+invalidate:3+gc+osr",
  "stacks",
  "stacks:1500+invalidate:2",
  "stacks+deopt:3+gc",
];

/** A mode by its name here, or what `--stress` takes, with `+` for its commas: "deopt:7+gc". */
function modeNamed(name: string): EngineMode {
  const known = ALL_MODES[name];
  if (known !== undefined) return known;
  const stress = parseStress(name.replaceAll("+", ","));
  return { mode: "eager", ...(stress.collectEvery !== undefined && collecting), stress };
}

/** Of a list with commas. */
export const modesIn = (list: string): Readonly<Record<string, EngineMode>> => modesNamed(list.split(","));

/** @throws Error when one is neither a mode nor stress */
export function modesNamed(names: readonly string[]): Readonly<Record<string, EngineMode>> {
  return Object.fromEntries(names.map((name) => [name, modeNamed(name)]));
}
