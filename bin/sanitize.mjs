// SPDX-License-Identifier: MIT
/**
 * `npm run sanitize -- [arguments of npm run stress]`: programs of the suite by addons that AddressSanitizer and UndefinedBehaviorSanitizer watch,
 * in build/sanitized; in some modes that are not slow, unless `--modes` says in which. What they find kills the process, and so the program
 * disagrees; the report is in its outcome.
 *
 * Compiled code and the generated interpreter are not instrumented. What they hand to C++ is looked at there, and the heap says which of
 * its cells and buffers are in use (native/language/checked-memory.h).
 */
import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { cmakeJs } from "./setup/node-packages.mjs";
import { execute, query, SetupError } from "./setup/processes.mjs";
import { Progress } from "./setup/progress.mjs";
import { inRoot } from "./setup/stamps.mjs";
import { setUp } from "./setup.mjs";

const FOLDER = "build/sanitized";
const MODES = ["interpreter + gc", "eager + gc", "deopt:3", "invalidate:2+osr"];
/** The runtime comes before all else in the process. Node itself leaks on purpose. */
const ENVIRONMENT = {
  LD_PRELOAD: query("g++", ["-print-file-name=libasan.so"])?.trim() ?? "",
  ASAN_OPTIONS: "detect_leaks=0:abort_on_error=1",
  UBSAN_OPTIONS: "print_stacktrace=1",
  YUGONG_BUILD_DIR: FOLDER,
};

const step = {
  id: "sanitized-addons",
  title: "Addons for sanitizers",
  run: async (log) => {
    const failure = "The addons do not build with sanitizers";
    await cmakeJs(log, ["configure", "--out", FOLDER, "--CDYUGONG_SANITIZE=ON"], { failure });
    const jobs = ["--parallel", `${availableParallelism()}`];
    await execute(log, "cmake", ["--build", FOLDER, ...jobs, "--target", "addon", "--target", "yugong-llvm"], { failure });
  },
};

async function build() {
  if (!(await setUp({ quiet: true }))) return false;
  const progress = new Progress(1);
  try {
    await progress.run(step, step.run);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    progress.fail(error);
    return false;
  }
}

const given = process.argv.slice(2);
const modes = given.some((word) => word.startsWith("--modes")) ? [] : ["--modes", MODES.join(",")];
// Checks cost two to five times as much.
const limit = given.some((word) => word.startsWith("--limit")) ? [] : ["--limit", "300"];
if (await build()) {
  const { status } = spawnSync(process.execPath, [inRoot("dist/test/batch/stress.js"), ...modes, ...limit, ...given], {
    cwd: inRoot("."),
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...ENVIRONMENT },
  });
  process.exitCode = status ?? 1;
} else process.exitCode = 1;
