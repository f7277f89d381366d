// SPDX-License-Identifier: MIT
/** The stock interpreters, as oracles. */
import { spawnSync } from "node:child_process";
import { projectRoot } from "../../runtime/native.js";

export interface PeerResult {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a program by lua5.1 (or another peer) and waits for it. */
export function runPeer(file: string, args: readonly string[] = [], { peer = "lua5.1", cwd = projectRoot } = {}): PeerResult {
  const child = spawnSync(peer, [file, ...args], { cwd, maxBuffer: 2 ** 28, stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
  if (child.error) throw new Error(`${peer} does not start (npm run setup installs it): ${child.error.message}`);
  return { stdout: child.stdout, stderr: child.stderr.toString("utf8"), exitCode: child.status };
}
