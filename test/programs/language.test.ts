// SPDX-License-Identifier: MIT
/** Programs a part of the language each: they print what lua5.1 prints, whichever tier runs them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type ChildOptions, runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { expectOutput, expectSuccess } from "../support/expectations.js";
import { type PeerResult, runPeer } from "../support/peers.js";

const folder = "test/programs/language";
const modes: Readonly<Record<string, ChildOptions>> = {
  interpreter: { mode: "interpreter" },
  default: { mode: "default" },
  eager: { mode: "eager" },
  "interpreter, collecting at every safepoint": { mode: "interpreter", stress: "gc:1" },
  "eager, collecting at every safepoint": { mode: "eager", stress: "gc:1" },
  "wrong predictions": { mode: "eager", hot: 1, stress: "types:3" },
  "lost callers": { mode: "eager", hot: 1, stress: "invalidate:2" },
};

/** Some programs take arguments. */
const args: Readonly<Record<string, readonly string[]>> = { "varargs.lua": ["one", "two"] };

for (const file of readdirSync(join(projectRoot, folder)).filter((name) => name.endsWith(".lua"))) {
  describe(file, () => {
    const path = join(folder, file);
    let oracle: PeerResult;
    beforeAll(() => {
      // What PUC Lua refuses and LuaJIT allows: yields across pcall, metamethods and iterators.
      oracle = runPeer(path, args[file], { peer: file.startsWith("yield-") ? "luajit" : "lua5.1" });
      expect(oracle.stderr).toBe("");
    });
    for (const [mode, options] of Object.entries(modes)) {
      it(mode, { timeout: 60_000 }, () => {
        const result = runInChild(path, { ...options, args: args[file] ?? [] });
        expectSuccess(result);
        expectOutput(result, oracle);
      });
    }
  });
}
