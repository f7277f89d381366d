// SPDX-License-Identifier: MIT
/** What batches of programs are made of, and what comes out of them. */
import type { EngineOptions } from "../../runtime/engine-options.js";

export interface Program {
  /** What errors call it. */
  readonly file: string;
  /** One character a byte. */
  readonly source: string;
  /** What it is given as `...`. */
  readonly args?: readonly string[];
}

/** What a program did; texts have one character a byte. */
export interface Outcome {
  readonly output: string;
  /** The message that ended the program, without the traceback. */
  readonly error?: string;
  /** How the process died under it, or that it took too long. Never a result: a bug, in whoever ran it. */
  readonly crash?: string;
}

/** How to run a batch: the options of the engines. */
export type EngineMode = Omit<EngineOptions, "events">;

export function sameOutcome(one: Outcome, other: Outcome): boolean {
  return one.output === other.output && one.error === other.error && one.crash === other.crash;
}
