// SPDX-License-Identifier: MIT
// `npm start`: set-up, then the tour; `npm start -- FILE.lua [args]`: set-up, then that program.
import { spawnSync } from "node:child_process";
import { inRoot } from "./setup/stamps.mjs";
import { setUp } from "./setup.mjs";

if (await setUp({ quiet: true })) {
  const args = process.argv.slice(2);
  const { status, signal } = spawnSync(process.execPath, [inRoot("bin/yugong"), ...(args.length === 0 ? ["tour"] : args)], {
    stdio: "inherit",
  });
  if (signal) process.kill(process.pid, signal);
  process.exitCode = status ?? 1;
} else {
  process.exitCode = 1;
}
