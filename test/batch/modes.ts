// SPDX-License-Identifier: MIT
/** The ways of running a program that must not change what it does. */
import type { EngineMode } from "./outcome.js";

export const MODES: Readonly<Record<string, EngineMode>> = {
  interpreter: { mode: "interpreter" },
  eager: { mode: "eager" },
  "interpreter, collecting at every safepoint": { mode: "interpreter", stress: { collectEvery: 1 } },
  "eager, collecting at every safepoint": { mode: "eager", stress: { collectEvery: 1 } },
  "wrong predictions": { mode: "eager", hotThreshold: 1, stress: { mispredict: 3 } },
  "failing guards": { mode: "eager", hotThreshold: 1, stress: { failingGuards: { first: 2, period: 3 } } },
};
