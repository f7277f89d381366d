// SPDX-License-Identifier: MIT
/**
 * The command line as set-up bundles it (bin/setup/bundle.mjs): some files in place of a hundred, and beside each what V8 has compiled of
 * it, its code cache, so that a process begins with little to resolve, read or compile. A cache that another version of Node, or other flags,
 * have made is refused by V8, and the file is compiled as any other.
 */
"use strict";
const { readFileSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join } = require("node:path");
const { Script } = require("node:vm");

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** The bundle's folder in `dist`, if it was made after what it was made of. */
function freshBundle(dist) {
  const folder = join(dist, "bundle");
  const [made, built] = [modified(join(folder, "cli.cjs")), modified(join(dist, ".tsbuildinfo"))];
  return made !== undefined && built !== undefined && made >= built ? folder : undefined;
}

const cacheOf = (file) => `${file}.cache`;

function readCache(file) {
  try {
    return readFileSync(cacheOf(file));
  } catch {
    return undefined;
  }
}

/**
 * Makes Node load the bundle's files with their code caches.
 *
 * @returns the scripts by file, as they are loaded
 */
function useCaches(folder) {
  const scripts = new Map();
  Module._extensions[".cjs"] = (module, filename) => {
    const source = readFileSync(filename, "utf8");
    if (dirname(filename) !== folder) {
      module._compile(source, filename);
      return;
    }
    const script = new Script(Module.wrap(source), { filename, cachedData: readCache(filename) });
    scripts.set(filename, script);
    script.runInThisContext()(module.exports, Module.createRequire(filename), module, filename, folder);
  };
  return scripts;
}

function writeCaches(scripts) {
  for (const [file, script] of scripts) writeFileSync(cacheOf(file), script.createCachedData());
}

module.exports = { freshBundle, useCaches, writeCaches };
