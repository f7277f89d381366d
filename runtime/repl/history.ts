// SPDX-License-Identifier: MIT
/**
 * Lines of earlier sessions: $YUGONG_HISTORY, else yugong/history in the user's state directory (XDG). An empty $YUGONG_HISTORY: none.
 * A history that cannot be read or written is no reason not to start.
 */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

export const KEPT_LINES = 1000;
const OWNER_ONLY = 0o600;

/** Undefined: no history is kept. */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { YUGONG_HISTORY: chosen, XDG_STATE_HOME: state } = environment;
  if (chosen !== undefined) return chosen === "" ? undefined : chosen;
  return join(state?.startsWith("/") ? state : join(homedir(), ".local", "state"), "yugong", "history");
}

export class History {
  /** Oldest first. */
  lines: readonly string[] = [];

  constructor(private readonly file: string | undefined) {
    if (file === undefined) return;
    attempt(() => {
      const all = readFileSync(file, "utf8").split("\n").filter(Boolean);
      this.lines = all.slice(-KEPT_LINES);
      if (all.length > 2 * KEPT_LINES) writeFileSync(file, `${this.lines.join("\n")}\n`, { mode: OWNER_ONLY });
    });
  }

  /** Lines are written at once: a session may end in any way. */
  add(line: string): void {
    const { file } = this;
    if (line.trim() === "" || line === this.lines.at(-1)) return;
    this.lines = [...this.lines, line];
    if (file === undefined) return;
    attempt(() => {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${line}\n`, { mode: OWNER_ONLY });
    });
  }
}

function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
  }
}
