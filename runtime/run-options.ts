// SPDX-License-Identifier: MIT
import type { PublishTarget } from "./core/code.js";
import type { CompileMode, FileAccess, Mode } from "./engine-options.js";
import type { EventKind } from "./events.js";
import type { Stress } from "./stress.js";
import type { Part } from "./unit-parts.js";

/** Not process.stdin: making that stream has reads of it not wait, and io.read would find the end of its input at once. */
export const STDIN = 0;

/** 1 is the program's fault, 2 is the caller's or ours. */
export const EXIT = { ok: 0, programError: 1, usage: 2 } as const;

/** `-e CODE` or `-l MODULE`. */
export interface Step {
  readonly kind: "code" | "module";
  readonly text: string;
}

/** `--stats`: for people, or JSON. */
export type StatsForm = "text" | "json";

/** What holds if no option says otherwise. */
export const RUN_DEFAULTS = { mode: "default", files: "tree", cache: true } as const;

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
  readonly stats?: StatsForm;
  /** A file for the statistics as JSON. */
  readonly statsJson?: string;
  /** How perf gets to know compiled code: /tmp/perf-PID.map, or a jitdump. */
  readonly perf?: "map" | "jitdump";
  /** Whether debuggers are told of compiled code and stacks. */
  readonly gdb?: boolean;
  /** What to print of each compiled unit: of one function's, or of all; to a file, or to standard error. */
  readonly dump?: readonly Part[];
  readonly function?: string;
  readonly dumpFile?: string;
  readonly hot?: number;
  /** See EngineOptions. */
  readonly compile?: CompileMode;
  readonly compileShare?: number;
  /** Which files the program may open. */
  readonly files: FileAccess;
  /** Whether what is compiled of files is kept for the next time. */
  readonly cache: boolean;
  /** Ways of provoking the optimizer, see runtime/stress.ts. */
  readonly stress?: Stress;
}

/** The options of `yugong repl`. */
export type ReplOptions = Pick<RunOptions, "mode" | "trace" | "hot" | "compile" | "compileShare" | "files" | "perf" | "gdb">;

/** Whom `--perf` and `--gdb` tell of code. */
export function publishTargets({ perf, gdb }: Pick<RunOptions, "perf" | "gdb">): PublishTarget[] {
  return [...(perf === undefined ? [] : [perf === "map" ? ("perf-map" as const) : perf]), ...(gdb ? ["gdb" as const] : [])];
}
