// SPDX-License-Identifier: MIT
/** What the optimizer is good for over whole processes: every program of programs/ with it, and by the interpreter alone. */
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Mode } from "../../runtime/engine-options.js";
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

/** As users run it, with Node's start and all that comes after the last line of output. */
function run(file: string, mode: Mode): { status: number | null; stdout: Buffer; seconds: number } {
  const start = performance.now();
  const { status, stdout } = spawnSync(process.execPath, [join("bin", "yugong"), "run", `--mode=${mode}`, file], {
    cwd: projectRoot,
    timeout: 120_000,
    maxBuffer: 2 ** 28,
  });
  return { status, stdout, seconds: (performance.now() - start) / 1000 };
}

export function compareTiers(progress: (text: string) => void): TierComparison {
  const rows: { name: string; optimizedSeconds: number; interpretedSeconds: number }[] = [];
  const failed: string[] = [];
  for (const name of readdirSync(join(projectRoot, "programs")).filter((file) => file.endsWith(".lua"))) {
    progress(`programs/${name}, with the optimizer and without …`);
    const file = join("programs", name);
    run(file, "interpreter"); // from now on its bytecode is in the cache
    const optimized = run(file, "default");
    const interpreted = run(file, "interpreter");
    if (optimized.status !== 0 || interpreted.status !== 0 || !optimized.stdout.equals(interpreted.stdout)) failed.push(name);
    else rows.push({ name, optimizedSeconds: optimized.seconds, interpretedSeconds: interpreted.seconds });
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
