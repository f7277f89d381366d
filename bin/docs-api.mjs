// SPDX-License-Identifier: MIT
/**
 * `npm run docs:api`: the references of the public interfaces, made from their docstrings.
 *
 *     build/api/typescript/   of what the package exports, by typedoc
 *     build/api/c/            of yugong.h, yugong.hpp and the other public headers, by doxygen
 *
 * A public item without a docstring is an error, so that the references stay complete.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { query, SetupError } from "./setup/processes.mjs";
import { Progress } from "./setup/progress.mjs";
import { inRoot, isUpToDate, markDone } from "./setup/stamps.mjs";
import { steps } from "./setup/steps.mjs";

const say = (text) => process.stderr.write(`${text}\n`);

/** Whether typedoc is there; it is not among the project's own packages, see docs/api/package.json. */
async function prepareTypedoc() {
  const step = steps.find(({ id }) => id === "api-docs-tools");
  if (isUpToDate(step)) return true;
  const progress = new Progress(1);
  try {
    await progress.run(step, (log) => step.run(log));
    markDone(step);
    return true;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    progress.fail(error);
    return false;
  }
}

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: inRoot("."), stdio: ["ignore", "inherit", "inherit"] });
  return status === 0;
}

async function typescriptReference() {
  if (!(await prepareTypedoc())) return false;
  return run(process.execPath, [inRoot("build/api-docs-tools/node_modules/typedoc/bin/typedoc"), "--options", "docs/api/typedoc.json"]);
}

function cReference() {
  if (query("doxygen", ["-v"]) === undefined) {
    say("docs:api: the reference for C and C++ needs doxygen: apt-get install doxygen");
    return false;
  }
  rmSync(inRoot("build/api/c"), { recursive: true, force: true });
  mkdirSync(inRoot("build/api"), { recursive: true });
  return run("doxygen", ["docs/api/Doxyfile"]);
}

const made = [await typescriptReference(), cReference()];
if (made.every(Boolean)) say("build/api/typescript/index.html, build/api/c/index.html");
else process.exitCode = 1;
