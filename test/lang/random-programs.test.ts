// SPDX-License-Identifier: MIT
/** Random programs, compared with lua5.1. YUGONG_SEEDS=first-last runs others, e.g. after a change of the compiler. */
import { expect, test } from "vitest";
import { generateProgram } from "../random/generator.js";
import { runWithLua, runWithUs } from "./oracle.js";

const [first, last] = (process.env.YUGONG_SEEDS ?? "1-60").split("-").map(Number) as [number, number];

/** Addresses differ. */
const comparable = (text: string | undefined): string | undefined => text?.replace(/(table|function): 0x[0-9a-f]+/g, "$1");

test(`seeds ${first} to ${last}`, { timeout: 600_000 }, () => {
  for (let seed = first; seed <= last; seed++) {
    const source = generateProgram(seed, "trace");
    const [ours, expected] = [runWithUs(source), runWithLua(source)];
    expect({ seed, output: comparable(ours.output), error: comparable(ours.error) }, source).toEqual({
      seed,
      output: comparable(expected.output),
      error: comparable(expected.error),
    });
  }
});
