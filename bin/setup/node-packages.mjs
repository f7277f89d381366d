// SPDX-License-Identifier: MIT
/** npm packages, and the one among them that has to be compiled. */
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { execute, query, SetupError } from "./processes.mjs";
import { inRoot } from "./stamps.mjs";

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(inRoot(file), "utf8")).packages;
  } catch {
    return undefined;
  }
}

/** Whether node_modules holds exactly what the lockfile says; packages for other platforms may be absent. */
function isInstalled() {
  const locked = packagesIn("package-lock.json");
  const installed = packagesIn("node_modules/.package-lock.json");
  if (!locked || !installed) return false;
  return Object.entries(locked).every(
    ([path, { version, optional }]) =>
      path === "" || (installed[path]?.version === version && existsSync(inRoot(path))) || (optional && !installed[path]),
  );
}

export async function installNodePackages(log) {
  if (isInstalled()) return;
  // npm 11 may hold install scripts back and npm 10 runs them; we never want them: llvm-bindings is compiled in a step of its own,
  // with progress, and can be resumed.
  await execute(log, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    failure: "npm ci failed",
    advice: "Check the network and npm's registry setting.",
  });
}

/** typedoc, and the TypeScript that it needs, in a folder of their own; see docs/api/package.json. */
export async function installApiDocsTools(log) {
  const folder = inRoot("build/api-docs-tools");
  mkdirSync(folder, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(inRoot(`docs/api/${file}`), join(folder, file));
  await execute(log, "npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: folder,
    failure: "npm ci failed",
    advice: "Check the network and npm's registry setting.",
  });
}

const LLVM_BINDINGS = "node_modules/llvm-bindings";

/** Headers that are installed with Node, of its very version, save a download. */
function installedHeaders() {
  const prefixes = [dirname(dirname(process.execPath)), "/usr", "/usr/local"];
  return prefixes.find((prefix) => {
    const file = join(prefix, "include/node/node_version.h");
    if (!existsSync(file)) return false;
    const text = readFileSync(file, "utf8");
    const number = (name) => text.match(new RegExp(`#define NODE_${name}_VERSION (\\d+)`))?.[1];
    return `${number("MAJOR")}.${number("MINOR")}.${number("PATCH")}` === process.versions.node;
  });
}

/** The environment for cmake-js, which looks for npm's `nodedir` setting; llvm-bindings' own CMake files look for cmake-js on the PATH. */
export function cmakeJsEnvironment() {
  const nodedir = process.env.npm_config_nodedir ?? installedHeaders();
  const path = `${inRoot("node_modules/.bin")}${delimiter}${process.env.PATH ?? ""}`;
  return { ...process.env, PATH: path, ...(nodedir ? { npm_config_nodedir: nodedir } : {}) };
}

export function cmakeJs(log, args, options) {
  return execute(log, process.execPath, [inRoot("node_modules/cmake-js/bin/cmake-js"), ...args], { env: cmakeJsEnvironment(), ...options });
}

const loads = () => query(process.execPath, ["-e", `require(${JSON.stringify(inRoot(LLVM_BINDINGS))})`]) !== undefined;

export async function buildLlvmBindings(log) {
  if (existsSync(inRoot(`${LLVM_BINDINGS}/build/Release/llvm-bindings.node`)) && loads()) return;
  const advice = "It needs llvm-14-dev, zlib1g-dev, cmake and g++; and Node's headers, which are downloaded unless they are installed.";
  // A build folder that was never configured to the end is taken for a configured one.
  const configured = ["build.ninja", "Makefile"].some((file) => existsSync(inRoot(`${LLVM_BINDINGS}/build/${file}`)));
  await cmakeJs(log, [configured ? "build" : "rebuild"], { cwd: inRoot(LLVM_BINDINGS), failure: "llvm-bindings does not build", advice });
  if (!loads())
    throw new SetupError("llvm-bindings has been built but does not load.", { advice: `Remove ${LLVM_BINDINGS}/build and start again.` });
}
