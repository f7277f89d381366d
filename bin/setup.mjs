// SPDX-License-Identifier: MIT
/**
 * `npm run setup`: brings a fresh checkout to the point where programs run, step by step, and does only what is missing.
 * Plain JavaScript without dependencies, because nothing is installed when it starts.
 *
 *     node bin/setup.mjs [--tests] [--quiet]
 *
 * --tests builds the C++ tests, too; --quiet says nothing when there is nothing to do.
 */
import { pathToFileURL } from "node:url";
import { withLock } from "./setup/lock.mjs";
import { Progress } from "./setup/progress.mjs";
import { isUpToDate, markDone, missingOutputs } from "./setup/stamps.mjs";
import { SetupError, steps } from "./setup/steps.mjs";

/** Brings everything up to date; returns whether that worked. All messages go to stderr. */
export async function setUp({ tests = false, quiet = false } = {}) {
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20) {
    process.stderr.write(`Node 20 or newer is needed; this is ${process.version}.\n`);
    return false;
  }
  const wanted = steps.filter((step) => tests || !step.onlyForTests);
  const progress = new Progress(wanted.length);
  // A step is also out of date when one before it is: the fingerprint of each includes what those before it made.
  if (wanted.every(isUpToDate)) {
    if (!quiet) progress.say("Set-up: nothing to do.");
    return true;
  }
  return withLock(progress, async () => {
    for (const step of wanted) {
      if (isUpToDate(step)) {
        progress.skip(step.title);
        continue;
      }
      try {
        await progress.run(step, async (log) => {
          await step.run(log);
          const missing = missingOutputs(step);
          if (missing.length > 0) throw new SetupError(`${step.title}: the step ended well but did not make ${missing.join(", ")}`);
        });
      } catch (error) {
        if (!(error instanceof SetupError)) throw error;
        progress.fail(error);
        return false;
      }
      markDone(step);
    }
    return true;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const options = process.argv.slice(2);
  const unknown = options.find((option) => !["--tests", "--quiet"].includes(option));
  if (unknown) {
    process.stderr.write(`setup: unknown option ${unknown}; there are --tests and --quiet\n`);
    process.exitCode = 2;
  } else {
    process.exitCode = (await setUp({ tests: options.includes("--tests"), quiet: options.includes("--quiet") })) ? 0 : 1;
  }
}
