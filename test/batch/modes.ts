// SPDX-License-Identifier: MIT
/** The ways of running a program that must not change what it does. Names have no commas: lists of them do. */
import type { EngineMode } from "./outcome.js";

/** Scanning a stack at every safepoint takes its square: an overflow comes soon. */
const collecting: EngineMode = { mainStackBytes: 2 ** 21, coroutineStackBytes: 2 ** 21, stress: { collectEvery: 1 } };

export const MODES: Readonly<Record<string, EngineMode>> = {
  interpreter: { mode: "interpreter" },
  eager: { mode: "eager" },
  "interpreter + gc": { mode: "interpreter", ...collecting },
  "eager + gc": { mode: "eager", ...collecting },
};

/** Where optimized code is entered and left all the time, which costs many times as much. */
export const STRESSED_MODES: Readonly<Record<string, EngineMode>> = {
  "wrong predictions": { mode: "eager", hotThreshold: 1, stress: { mispredict: 3 } },
  "failing guards": { mode: "eager", hotThreshold: 1, stress: { failingGuards: { first: 2, period: 3 } } },
  "lost callers": { mode: "eager", hotThreshold: 1, stress: { disturbedCalls: { first: 1, period: 2 } } },
};

export const ALL_MODES: Readonly<Record<string, EngineMode>> = { ...MODES, ...STRESSED_MODES };
