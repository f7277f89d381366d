// SPDX-License-Identifier: MIT
/**
 * Random hot programs print what lua5.1 prints in every mode, also when the optimizer's predictions are wrong on purpose.
 * YUGONG_SEEDS=a-b runs others than the default seeds.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildOptions, runInChild } from "../../runtime/child.js";
import { runPeer } from "../support/peers.js";
import { generateHotProgram } from "./hot-program-generator.js";

const [first, last] = (process.env.YUGONG_SEEDS ?? "1-12").split("-").map(Number) as [number, number];

const modes: Readonly<Record<string, (seed: number) => ChildOptions>> = {
  "interpreter only": () => ({ mode: "interpreter" }),
  eager: () => ({ mode: "eager" }),
  "optimize at once, mispredicted": (seed) => ({ mode: "eager", hot: 1, stress: `types:${seed % 8}` }),
};

/** The oracle's error, without the name of the program before it. */
const errorOf = (stderr: string): string => (stderr.split("\n")[0] ?? "").replace(/^[^:]*: /, "");

describe("random hot programs", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "yugong-random-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  for (let seed = first; seed <= last; seed++) {
    it(`seed ${seed}`, { timeout: 60_000 }, () => {
      const file = join(folder, `seed-${seed}.lua`);
      writeFileSync(file, generateHotProgram(seed));
      const oracle = runPeer(file);
      for (const [mode, options] of Object.entries(modes)) {
        const result = runInChild(file, options(seed));
        expect(result.stdout.toString("latin1"), `seed ${seed}, ${mode}`).toBe(oracle.stdout.toString("latin1"));
        expect(errorOf(result.stderr), `seed ${seed}, ${mode}`).toBe(errorOf(oracle.stderr));
      }
    });
  }
});
