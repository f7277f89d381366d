// SPDX-License-Identifier: MIT
/** The library's functions, many small cases a program: the same bytes as lua5.1's (luajit's for what only it has), whichever tier runs them. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runInChild } from "../../runtime/child.js";
import { projectRoot } from "../../runtime/native.js";
import { expectOutput } from "../support/expectations.js";
import { runPeer } from "../support/peers.js";

const folder = join(projectRoot, "test", "library", "programs");
const onlyInLuaJit = new Set(["bit.lua"]);
const scratch = mkdtempSync(join(tmpdir(), "yugong-library-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe("library", () => {
  for (const program of readdirSync(folder).filter((file) => file.endsWith(".lua"))) {
    const peer = onlyInLuaJit.has(program) ? "luajit" : "lua5.1";
    it(`${program}: prints what ${peer} prints`, () => {
      // A file that programs may write.
      const args = [join(scratch, "file.txt")];
      const oracle = runPeer(program, args, { peer, cwd: folder });
      for (const [mode, stress] of [["interpreter"], ["eager"], ["interpreter", "gc:1"], ["eager", "gc:1"]] as const) {
        const result = runInChild(program, { args, mode, cwd: folder, ...(stress === undefined ? {} : { stress }) });
        const { signal, exitCode, stderr } = result;
        expect({ mode, stress, signal, exitCode, stderr }).toEqual({
          mode,
          stress,
          signal: null,
          exitCode: oracle.exitCode,
          stderr: oracle.stderr,
        });
        expectOutput(result, oracle);
      }
    });
  }
});
