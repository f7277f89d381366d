// SPDX-License-Identifier: MIT
/**
 * Bundles the command line: dist/runtime/cli.js and all that it imports become dist/bundle/cli.cjs and the parts that some commands need.
 * CommonJS, because only that is loaded with a code cache (bin/bundle.js). The caches are written after programs have run, so they have the
 * functions that a run needs, the optimizer's among them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
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
 * The compiler is a file of its own, which is loaded when it is first called, there and then: `import()` of what is in the bundle would have to be
 * waited for. A program that comes from the bytecode cache needs none.
 */
const FRONT_END = "front-end";
const lazyFrontEnd = {
  name: "lazy front end",
  resolveId(id, importer) {
    if (id === `./${FRONT_END}.cjs`) return { id, external: true };
    return importer !== undefined && id === `./${FRONT_END}.js` ? `\0${FRONT_END}` : undefined;
  },
  load: (id) =>
    id === `\0${FRONT_END}` ? `exports.compileChunk = (source) => require("./${FRONT_END}.cjs").compileChunk(source);` : undefined,
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

/** commander starts programs for some of its commands, of which ours are none: what that takes of Node is loaded if it does. */
const commander = {
  name: "commander",
  resolveId: (id, importer) => (id === "node:child_process" && importer?.includes("/commander/") ? "\0child_process" : undefined),
  load: (id) => (id === "\0child_process" ? `exports.spawn = (...args) => require("node:child_process").spawn(...args);` : undefined),
};

async function makeBundle() {
  const bundle = await rolldown({
    input: { cli: join(root, "dist", "runtime", "cli.js"), [FRONT_END]: join(root, "dist", "runtime", `${FRONT_END}.js`) },
    platform: "node",
    external: ["llvm-bindings"],
    plugins: [chevrotain, lazyFrontEnd, version, commander],
  });
  await bundle.write({ dir: folder, format: "cjs", entryFileNames: "[name].cjs", chunkFileNames: "[name].cjs" });
  await bundle.close();
}

/** Programs with a bit of everything, short. */
const TRAINING = [
  ["richards.lua", "2"],
  ["scheduler.lua", "200", "20"],
  ["n-body.lua", "5000"],
];

/** Each program is compiled, and comes from the bytecode cache the second time. */
async function makeCaches() {
  const { useCaches, writeCaches } = require("../bundle.js");
  const scripts = useCaches(folder);
  const { main } = require(join(folder, "cli.cjs"));
  process.env.YUGONG_CACHE = mkdtempSync(join(tmpdir(), "yugong-training-"));
  try {
    for (const [program, ...args] of [...TRAINING, ...TRAINING]) await main(["run", join(root, "programs", program), ...args]);
  } finally {
    rmSync(process.env.YUGONG_CACHE, { recursive: true });
  }
  writeCaches(scripts);
}

rmSync(folder, { recursive: true, force: true });
await makeBundle();
await makeCaches();
