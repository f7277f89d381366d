// SPDX-License-Identifier: MIT
/** Random programs do what lua5.1 does, in every mode. YUGONG_SEEDS=first-last runs others; `npm run fuzz` runs as many as you like. */
import { describe, expect, it } from "vitest";
import { compare } from "../batch/compare.js";
import { ALL_MODES, modesNamed } from "../batch/modes.js";
import type { Program } from "../batch/outcome.js";
import { generateProgram } from "./generator.js";

const [first, last] = (process.env.YUGONG_SEEDS ?? "1-30").split("-").map(Number) as [number, number];

const programsOf = (seeds: readonly number[], grammar?: string): Program[] =>
  seeds.map((seed) => ({ file: `${grammar ?? "seed"}-${seed}.lua`, source: generateProgram(seed, grammar) }));

async function expectAgreement(programs: readonly Program[], mode: string): Promise<void> {
  const { disagreements, unusable } = await compare(programs, modesNamed([mode]));
  expect(unusable).toEqual([]);
  for (const { program, ours, expected } of disagreements) expect(ours, `${program.file}:\n${program.source}`).toEqual(expected);
}

describe(`random programs, seeds ${first} to ${last}`, () => {
  const programs = programsOf(Array.from({ length: last - first + 1 }, (_, index) => first + index));
  for (const mode of Object.keys(ALL_MODES)) it(mode, { timeout: 600_000 }, () => expectAgreement(programs, mode));
});

/** They take no turns: see generator.ts. */
describe("random programs with strings, closures, coroutines", () => {
  const programs = ["strings", "closures", "coroutines"].flatMap((grammar) => programsOf([1, 2, 3], grammar));
  for (const mode of ["eager + gc", "failing guards"]) it(mode, { timeout: 600_000 }, () => expectAgreement(programs, mode));
});
