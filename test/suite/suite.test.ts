// SPDX-License-Identifier: MIT
/**
 * The manual of Lua 5.1, a file of small programs for each part of it. Each program prints what lua5.1 prints and ends with the error that
 * it ends with, in every mode.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../runtime/native.js";
import { type Case, readCases } from "../batch/cases.js";
import { MODES } from "../batch/modes.js";
import { type Outcome, sameOutcome } from "../batch/outcome.js";
import { peerOf, runBatch, runPeerBatch } from "../batch/run.js";

const folder = join(projectRoot, "test", "suite");
const files = readdirSync(folder).filter((name) => name.endsWith(".lua"));
const MIN_CASES = 600;

/** The outcomes of some cases, by where they are. */
const labelled = (cases: readonly Case[], outcomes: readonly Outcome[], wanted: readonly number[]): Record<string, Outcome> =>
  Object.fromEntries(wanted.map((at) => [`${cases[at]!.file}:${cases[at]!.line} ${cases[at]!.name}`, outcomes[at]!]));

describe.concurrent("the language, case by case", () => {
  it(`has at least ${MIN_CASES} cases`, () => {
    expect(files.flatMap((file) => readCases(join(folder, file))).length).toBeGreaterThanOrEqual(MIN_CASES);
  });

  for (const file of files) {
    describe(file, () => {
      const cases = readCases(join(folder, file));
      let expected: Outcome[] = [];
      beforeAll(async () => {
        expected = await runPeerBatch(cases, peerOf(file));
        for (const [at, { output, error, crash }] of expected.entries()) {
          const where = `${file}:${cases[at]!.line} ${cases[at]!.name}`;
          expect(crash, where).toBeUndefined();
          expect(output + (error ?? ""), `${where}: says nothing`).not.toBe("");
          expect(output + (error ?? ""), `${where}: an address differs from run to run`).not.toMatch(/0x[0-9a-f]{6}/);
        }
      });
      for (const [mode, options] of Object.entries(MODES)) {
        it(mode, { timeout: 600_000 }, async () => {
          const ours = await runBatch(cases, options);
          const different = cases.map((_, at) => at).filter((at) => !sameOutcome(ours[at]!, expected[at]!));
          expect(labelled(cases, ours, different)).toEqual(labelled(cases, expected, different));
        });
      }
    });
  }
});
