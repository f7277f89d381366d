// SPDX-License-Identifier: MIT
import type { Mode } from "./engine.js";
import type { EventKind } from "./events.js";

/** 1 is the program's fault, 2 is the caller's or ours. */
export const EXIT = { ok: 0, programError: 1, usage: 2 } as const;

/** `--stress=types:SEED`: what the optimizer predicts is wrong, so that its guards fail all the time. */
export interface Stress {
  readonly mispredict?: number;
}

export function parseStress(text: string): Stress {
  const types = /^types(?::(\d+))?$/.exec(text);
  if (types === null) throw new Error(`unknown stress '${text}': use types or types:SEED`);
  return { mispredict: Number(types[1] ?? 1) };
}

/** `-e CODE` or `-l MODULE`. */
export interface Step {
  readonly kind: "code" | "module";
  readonly text: string;
}

/** The options of `yugong run`. */
export interface RunOptions {
  /** What to run before the file. */
  readonly steps: readonly Step[];
  /** The words before the file on the command line. */
  readonly before: readonly string[];
  readonly mode: Mode;
  readonly trace?: readonly EventKind[];
  /** A file for all events, as lines of JSON. */
  readonly events?: string;
  readonly stats?: boolean;
  readonly hot?: number;
  /** Ways of provoking the optimizer, see parseStress. */
  readonly stress?: Stress;
}
