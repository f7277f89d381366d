// SPDX-License-Identifier: MIT
/** Programs in a process each: a crash is a result, output is captured as bytes, and one run cannot warm up another. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CompileMode, Mode } from "./engine-options.js";
import type { EngineEvent } from "./events.js";
import { projectRoot } from "./native.js";
import { COMPILE_SHARE } from "./tiering-policy.js";

export interface ChildResult {
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly events: readonly EngineEvent[];
  /** In the engine, from its start to the program's end; without the start of Node. */
  readonly milliseconds: number;
}

export interface ChildOptions {
  readonly args?: readonly string[];
  readonly mode?: Mode;
  readonly hot?: number;
  /** Tests compile at once and whatever is hot: what is compiled must not depend on how busy the machine is. */
  readonly compile?: CompileMode;
  readonly compileShare?: number;
  readonly stress?: string;
  /** What `--dump` is to print to standard error. */
  readonly dump?: string;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

/** Compiling in the background, as the machine has time for it: which code runs when is another matter in each run. */
export const AS_SHIPPED: ChildOptions = { compile: "background", compileShare: COMPILE_SHARE };

const MAX_OUTPUT_BYTES = 256 * 2 ** 20;

function readEvents(path: string): EngineEvent[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return []; // the program died, or was never compiled
  }
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as EngineEvent);
}

/** Runs a program by `bin/yugong run` and waits for it. */
export function runInChild(
  file: string,
  {
    args = [],
    mode = "default",
    hot,
    compile = "blocking",
    compileShare,
    stress,
    dump,
    cwd = projectRoot,
    timeoutMs = 60_000,
  }: ChildOptions = {},
): ChildResult {
  const folder = mkdtempSync(join(tmpdir(), "yugong-"));
  const eventsFile = join(folder, "events.jsonl");
  try {
    // Tests give programs files in folders of their own.
    const options = [
      `--mode=${mode}`,
      `--compile=${compile}`,
      `--compile-share=${compileShare ?? "all"}`,
      "--files=all",
      `--events=${eventsFile}`,
      ...(hot === undefined ? [] : [`--hot=${hot}`]),
    ];
    if (stress !== undefined) options.push(`--stress=${stress}`);
    if (dump !== undefined) options.push(`--dump=${dump}`);
    const child = spawnSync(process.execPath, [join(projectRoot, "bin", "yugong"), "run", ...options, file, ...args], {
      cwd,
      timeout: timeoutMs,
      maxBuffer: MAX_OUTPUT_BYTES,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const events = readEvents(eventsFile);
    return {
      stdout: child.stdout ?? Buffer.alloc(0),
      stderr: child.stderr?.toString("utf8") ?? "",
      exitCode: child.status,
      signal: child.signal,
      events,
      milliseconds: events.at(-1)?.time ?? 0,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
