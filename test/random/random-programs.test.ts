// SPDX-License-Identifier: MIT
/** Random programs do what lua5.1 does, in every mode. YUGONG_SEEDS=first-last runs others; `npm run fuzz` runs as many as you like. */
import { describe, expect, it } from "vitest";
import { compare } from "../batch/compare.js";
import { ALL_MODES } from "../batch/modes.js";
import { generateProgram } from "./generator.js";

const [first, last] = (process.env.YUGONG_SEEDS ?? "1-30").split("-").map(Number) as [number, number];

describe(`random programs, seeds ${first} to ${last}`, () => {
  const programs = Array.from({ length: last - first + 1 }, (_, index) => ({
    file: `seed-${first + index}.lua`,
    source: generateProgram(first + index),
  }));
  for (const [mode, options] of Object.entries(ALL_MODES)) {
    it(mode, { timeout: 600_000 }, async () => {
      const { disagreements, unusable } = await compare(programs, { [mode]: options });
      expect(unusable).toEqual([]);
      for (const { program, ours, expected } of disagreements) expect(ours, `${program.file}:\n${program.source}`).toEqual(expected);
    });
  }
});
