// SPDX-License-Identifier: MIT
/** A third of the suite's cases, each under one of the stresses of `npm run stress`, which runs all under all. */
import { describe, expect, it } from "vitest";
import { compare } from "../batch/compare.js";
import { modesNamed, STRESSES } from "../batch/modes.js";
import { readSuite } from "../batch/suite.js";

const cases = readSuite().filter(({ where }) => where.startsWith("test/suite/"));
const APART = 3 * STRESSES.length;

describe("cases of the suite under stress", () => {
  for (const [index, stress] of STRESSES.entries()) {
    it(stress, { timeout: 300_000 }, async () => {
      const programs = cases.filter((_, at) => at % APART === 3 * index);
      expect(programs.length).toBeGreaterThan(5);
      const { disagreements } = await compare(programs, modesNamed([stress]));
      expect(disagreements).toEqual([]);
    });
  }
});
