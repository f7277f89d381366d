// SPDX-License-Identifier: MIT
/** Whether dist/ still is what the sources say; people edit and forget to build. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./native.js";
import { isTerminal } from "./terminal.js";

const STDERR = 2;
const SOURCE_FOLDERS = ["lang", "jit", "runtime"];

/** The time of the newest TypeScript source, in milliseconds. */
function newestSource(folder: string): number {
  let newest = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) newest = Math.max(newest, newestSource(path));
    else if (entry.name.endsWith(".ts")) newest = Math.max(newest, statSync(path).mtimeMs);
  }
  return newest;
}

/** A build newer than every source, or a checkout without sources, is fresh. */
export function isStale(): boolean {
  const built = statSync(join(projectRoot, "dist", ".tsbuildinfo"), { throwIfNoEntry: false });
  if (!built) return false;
  try {
    return SOURCE_FOLDERS.some((folder) => newestSource(join(projectRoot, folder)) > built.mtimeMs);
  } catch {
    return false;
  }
}

/** For people only: scripts and tests compare what we print. */
export function warnIfStale(): void {
  if (isTerminal(STDERR) && isStale())
    process.stderr.write("yugong: dist/ is older than the sources; `npm run setup` brings it up to date\n");
}
