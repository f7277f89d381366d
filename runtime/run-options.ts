// SPDX-License-Identifier: MIT
import type { FileAccess, Mode } from "./engine.js";
import type { EventKind } from "./events.js";
import type { Stress } from "./stress.js";

/** 1 is the program's fault, 2 is the caller's or ours. */
export const EXIT = { ok: 0, programError: 1, usage: 2 } as const;

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
  /** A file for a timeline, in the format of Chrome and Perfetto. */
  readonly traceJson?: string;
  readonly stats?: boolean;
  readonly hot?: number;
  /** See EngineOptions. */
  readonly compileShare?: number;
  /** Which files the program may open. */
  readonly files: FileAccess;
  /** Ways of provoking the optimizer, see runtime/stress.ts. */
  readonly stress?: Stress;
}
