// SPDX-License-Identifier: MIT
/** What the optimizer is good for over whole processes: every program of programs/ with it, and by the interpreter alone. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { AS_SHIPPED, runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";

export interface TierComparison {
  readonly programs: number;
  readonly optimizedSeconds: number;
  readonly interpretedSeconds: number;
  /** Programs that take longer with the optimizer. */
  readonly slower: number;
  readonly failed: readonly string[];
  readonly rows: readonly { readonly name: string; readonly optimizedSeconds: number; readonly interpretedSeconds: number }[];
}

export function compareTiers(progress: (text: string) => void): TierComparison {
  const rows: { name: string; optimizedSeconds: number; interpretedSeconds: number }[] = [];
  const failed: string[] = [];
  for (const name of readdirSync(join(projectRoot, "programs")).filter((file) => file.endsWith(".lua"))) {
    progress(`programs/${name}, with the optimizer and without …`);
    const file = join("programs", name);
    const optimized = runInChild(file, { ...AS_SHIPPED, timeoutMs: 120_000 });
    const interpreted = runInChild(file, { mode: "interpreter", timeoutMs: 120_000 });
    if (optimized.exitCode !== 0 || interpreted.exitCode !== 0 || !optimized.stdout.equals(interpreted.stdout)) failed.push(name);
    else rows.push({ name, optimizedSeconds: optimized.milliseconds / 1000, interpretedSeconds: interpreted.milliseconds / 1000 });
  }
  return {
    programs: rows.length,
    optimizedSeconds: rows.reduce((sum, row) => sum + row.optimizedSeconds, 0),
    interpretedSeconds: rows.reduce((sum, row) => sum + row.interpretedSeconds, 0),
    slower: rows.filter((row) => row.optimizedSeconds > row.interpretedSeconds).length,
    failed,
    rows,
  };
}
