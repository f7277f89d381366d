// SPDX-License-Identifier: MIT
/**
 * The command line as set-up bundles it (bin/setup/bundle.mjs): some files in place of a hundred, and beside each what V8 has compiled of
 * it, its code cache, so that a process begins with little to resolve, read or compile. A cache that another version of Node, or other flags,
 * have made is refused by V8, and the file is compiled as any other.
 *
 * The files require each other by their names in the folder, which is all that there is to resolve: Node's loader would look for links, packages and
 * extensions, for a third of the time that they take. Each is what Node makes of a module, a function, so that nothing has to be put around it here,
 * which would be a copy of it; and ASCII, which takes V8 half the memory of other texts, and no time to decode.
 */
"use strict";
const { readFileSync, statSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { Script } = require("node:vm");

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

/** The bundle's folder in `dist`, if it was made after what it was made of. */
function freshBundle(dist) {
  const folder = join(dist, "bundle");
  const [made, built] = [modified(join(folder, "main.cjs")), modified(join(dist, ".tsbuildinfo"))];
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
 * @param folder a bundle's
 * @returns `load(name)`, which gives what a file of the bundle exports, and the scripts of those that were loaded, by file
 */
function openBundle(folder) {
  const modules = new Map();
  const scripts = new Map();
  const requireOthers = Module.createRequire(join(folder, "main.cjs"));
  const load = (id) => {
    if (!id.startsWith("./")) return requireOthers(id);
    let module = modules.get(id);
    if (module === undefined) {
      module = { exports: {} };
      modules.set(id, module);
      const filename = join(folder, id);
      const script = new Script(readFileSync(filename, "latin1"), { filename, cachedData: readCache(filename) });
      scripts.set(filename, script);
      script.runInThisContext()(module.exports, load, module, filename, folder);
    }
    return module.exports;
  };
  return { load, scripts };
}

function writeCaches(scripts) {
  for (const [file, script] of scripts) writeFileSync(cacheOf(file), script.createCachedData());
}

module.exports = { freshBundle, openBundle, writeCaches };
