// SPDX-License-Identifier: MIT
/**
 * Bundles the command line: dist/runtime/main.js and all that it imports become dist/bundle/main.cjs and the parts that some commands need.
 * CommonJS, because only that is loaded with a code cache (bin/bundle.js). The caches are written after programs have run, so they have the
 * functions that a run needs, the optimizer's among them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import Module, { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = join(root, "dist", "bundle");
const require = createRequire(import.meta.url);

/** lang/chevrotain.ts finds Chevrotain's own bundle while it runs, which is too late here. */
const chevrotain = {
  name: "chevrotain",
  load(id) {
    if (id !== join(root, "dist", "lang", "chevrotain.js")) return undefined;
    const own = join(dirname(require.resolve("chevrotain")), "..", "chevrotain.min.mjs");
    return `export { createToken, EmbeddedActionsParser, EOF, Lexer } from ${JSON.stringify(own)};`;
  },
};

/**
 * Files of their own, which are loaded when they are first needed, by their names in the bundle: a module of dist for each. What several of them need
 * has a file, too, so each brings what those before it have not.
 */
const LATER = {
  "front-end": "runtime/front-end.js",
  semantics: "jit/semantics/instructions.js",
  walker: "jit/optimizer/walker.js",
  optimizer: "jit/optimizer/compile.js",
  tiering: "runtime/tiering.js",
};

/**
 * What stands in for the modules that ask for them, by module. They are loaded there and then: `import()` of what is in the bundle would have to be waited
 * for. A program that comes from the bytecode cache needs no compiler, and one that is soon over no optimizer.
 */
const LAZY = {
  "front-end": 'exports.compileChunk = (source) => require("./front-end.cjs").compileChunk(source);',
  "tiering-loader": `
    function* parts() {
      for (const part of ["semantics", "walker", "optimizer"]) {
        require("./" + part + ".cjs");
        yield;
      }
      return require("./tiering.cjs");
    }
    exports.prepareTiering = async () => parts();`,
};
const lazy = {
  name: "lazy",
  resolveId(id, importer) {
    if (Object.keys(LATER).some((name) => id === `./${name}.cjs`)) return { id, external: true };
    return importer === undefined
      ? undefined
      : Object.keys(LAZY)
          .map((name) => (id === `./${name}.js` ? `\0${name}` : undefined))
          .find(Boolean);
  },
  load: (id) => LAZY[id.slice(1)],
};

/** What the version of the bytecode is told by is not there any more when the bundle runs. */
const version = {
  name: "version",
  async load(id) {
    if (id !== join(root, "dist", "runtime", "build-version.js")) return undefined;
    const { buildVersion } = await import(pathToFileURL(id).href);
    return `export const buildVersion = () => ${JSON.stringify(buildVersion())};`;
  },
};

/** Outside ASCII there are characters of texts and comments: the escape means the same, and bin/bundle.js need not decode anything. */
const ascii = (code) => code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** commander starts programs for some of its commands, of which ours are none: what that takes of Node is loaded if it does. */
const commander = {
  name: "commander",
  resolveId: (id, importer) => (id === "node:child_process" && importer?.includes("/commander/") ? "\0child_process" : undefined),
  load: (id) => (id === "\0child_process" ? `exports.spawn = (...args) => require("node:child_process").spawn(...args);` : undefined),
};

async function makeBundle() {
  const bundle = await rolldown({
    input: Object.fromEntries(
      Object.entries({ main: "runtime/main.js", ...LATER }).map(([name, module]) => [name, join(root, "dist", module)]),
    ),
    platform: "node",
    external: ["llvm-bindings"],
    plugins: [chevrotain, lazy, version, commander],
  });
  const { output } = await bundle.generate({ format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "[name].cjs" });
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of output) writeFileSync(join(folder, fileName), Module.wrap(ascii(code)));
  await bundle.close();
}

/** Programs with a bit of everything, short. */
const TRAINING = [
  ["richards.lua", "2"],
  ["scheduler.lua", "200", "20"],
  ["n-body.lua", "5000"],
];

/** Whatever is hot is compiled, for the caches to have the optimizer, too. Each program's bytecode comes from its cache the second time. */
async function makeCaches() {
  const { openBundle, writeCaches } = require("../bundle.js");
  const { load, scripts } = openBundle(folder);
  const { main } = load("./main.cjs");
  process.env.YUGONG_CACHE = mkdtempSync(join(tmpdir(), "yugong-training-"));
  try {
    for (const [program, ...args] of [...TRAINING, ...TRAINING])
      await main(["run", "--compile-share=all", join(root, "programs", program), ...args]);
  } finally {
    rmSync(process.env.YUGONG_CACHE, { recursive: true });
  }
  writeCaches(scripts);
}

rmSync(folder, { recursive: true, force: true });
await makeBundle();
await makeCaches();
