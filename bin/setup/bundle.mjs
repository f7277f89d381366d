// SPDX-License-Identifier: MIT
/**
 * Bundles the command line: dist/runtime/cli.js and all that it imports become dist/bundle/cli.cjs and the parts that some commands need.
 * CommonJS, because only that is loaded with a code cache (bin/bundle.js). The caches are written after programs have run, so they have the
 * functions that a run needs, the optimizer's among them.
 */
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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

/** commander starts programs for some of its commands, of which ours are none: what that takes of Node is loaded if it does. */
const commander = {
  name: "commander",
  resolveId: (id, importer) => (id === "node:child_process" && importer?.includes("/commander/") ? "\0child_process" : undefined),
  load: (id) => (id === "\0child_process" ? `exports.spawn = (...args) => require("node:child_process").spawn(...args);` : undefined),
};

async function makeBundle() {
  const bundle = await rolldown({
    input: join(root, "dist", "runtime", "cli.js"),
    platform: "node",
    external: ["llvm-bindings"],
    plugins: [chevrotain, commander],
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

async function makeCaches() {
  const { useCaches, writeCaches } = require("../bundle.js");
  const scripts = useCaches(folder);
  const { main } = require(join(folder, "cli.cjs"));
  for (const [program, ...args] of TRAINING) await main(["run", join(root, "programs", program), ...args]);
  writeCaches(scripts);
}

rmSync(folder, { recursive: true, force: true });
await makeBundle();
await makeCaches();
