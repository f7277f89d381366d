// SPDX-License-Identifier: MIT
// `npm test`: set-up, the C++ tests under ctest, the others under vitest. Arguments go to vitest: `npm test -- test/programs`.
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { inRoot } from "./setup/stamps.mjs";
import { setUp } from "./setup.mjs";

function run(title, command, args) {
  process.stderr.write(`\n${title}\n`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"], cwd: inRoot(".") });
  const ok = status === 0;
  process.stderr.write(`${title}: ${ok ? "passed" : "FAILED"} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
  return ok;
}

const filters = process.argv.slice(2);
if (await setUp({ tests: true, quiet: true })) {
  // Both run, whatever the first says: one failure must not hide another.
  const results = [];
  if (filters.length === 0) {
    const parallel = `${availableParallelism()}`;
    results.push(
      run("C++ tests", "ctest", [
        "--test-dir",
        "build",
        "--output-on-failure",
        "--parallel",
        parallel,
        "--timeout",
        "120",
        "--no-tests=error",
      ]),
    );
  }
  results.push(run("TypeScript tests", process.execPath, [inRoot("node_modules/vitest/vitest.mjs"), "run", ...filters]));
  process.exitCode = results.every(Boolean) ? 0 : 1;
} else {
  process.exitCode = 1;
}
