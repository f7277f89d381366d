// SPDX-License-Identifier: MIT
/** Programs that showed a bug once; each opens with its story. They do what lua5.1 does (`yield-*.lua`: luajit), in every mode. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { ALL_MODES } from "../batch/modes.js";
import type { Program } from "../batch/outcome.js";
import { peerOf, runBatch, runPeerBatch } from "../batch/run.js";

const folder = join(projectRoot, "test", "regressions");
const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".lua"))
  .map((file): Program => ({ file, source: readFileSync(join(folder, file), "latin1") }));

describe("regressions", () => {
  it("tell their story", () => {
    expect(programs.filter(({ source }) => !source.startsWith("--")).map(({ file }) => file)).toEqual([]);
  });

  const expected = new Map(programs.map((program) => [program, runPeerBatch([program], peerOf(program.file))]));
  for (const [mode, options] of Object.entries(ALL_MODES)) {
    const ours = runBatch(programs, options);
    for (const [at, program] of programs.entries()) {
      it(`${program.file}, ${mode}`, async () => {
        const [wanted] = (await expected.get(program)) ?? [];
        expect(wanted?.output).not.toBe("");
        expect((await ours)[at]).toEqual(wanted);
      });
    }
  }
});
