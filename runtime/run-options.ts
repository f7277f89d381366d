// SPDX-License-Identifier: MIT
import type { Mode } from "./engine.js";
import type { EventKind } from "./events.js";

/** 1 is the program's fault, 2 is the caller's or ours. */
export const EXIT = { ok: 0, programError: 1, usage: 2 } as const;

/** The options of `yugong run`. */
export interface RunOptions {
  /** Code to run before the file. */
  readonly execute: readonly string[];
  readonly mode: Mode;
  readonly trace?: readonly EventKind[];
  /** A file for all events, as lines of JSON. */
  readonly events?: string;
  readonly stats?: boolean;
  readonly hot?: number;
}
